import { Button, NumberInput, TextInput } from '@mantine/core'
import { type FieldOf, type FieldProps, replaced, Several, without } from './field'
import styles from './fields.module.css'
import { AddButton, Row } from './rows'

interface Variant {
  readonly id: string
  readonly label: string
  readonly weight: number
}
const MOST = 10

/** Named variants with weights; says while one types what the weights add to. */
export function VariantsField({
  value,
  onChange,
  field,
  path,
  problems,
  config,
}: FieldProps<readonly Variant[], FieldOf<'variants'>>) {
  const control = Number(config['control'] ?? 0)
  return (
    <Several {...{ field, path, problems }}>
      {value.map((variant, i) => (
        <Row
          key={variant.id}
          remove={() => value.length > 1 && onChange(without(value, i))}
          label={`variant ${variant.label}`}
        >
          <TextInput
            aria-label={`Name of variant ${i + 1}`}
            data-path={i === 0 ? path : undefined}
            maxLength={60}
            value={variant.label}
            onChange={event => onChange(replaced(value, i, { ...variant, label: event.currentTarget.value }))}
            className={styles.grow ?? ''}
          />
          <NumberInput
            aria-label={`Weight of ${variant.label}, percent`}
            value={variant.weight}
            min={0}
            max={100}
            decimalScale={2}
            suffix=" %"
            onChange={weight => typeof weight === 'number' && onChange(replaced(value, i, { ...variant, weight }))}
            w={96}
          />
        </Row>
      ))}
      <div className={styles.adds}>
        {value.length < MOST && <AddButton onClick={() => onChange([...value, fresh(value)])}>Add a variant</AddButton>}
        <Button variant="subtle" size="compact-sm" h={28} px={8} onClick={() => onChange(evenly(value, 100 - control))}>
          Split equally
        </Button>
        <Sum weights={value.map(v => v.weight)} control={control} />
      </div>
    </Several>
  )
}

function Sum({ weights, control }: { weights: readonly number[]; control: number }) {
  const sum = Math.round([...weights, control].reduce((a, b) => a + b, 0) * 100) / 100
  return (
    <output className={styles.sum} data-right={sum === 100 || undefined}>
      Adds to {sum} %
    </output>
  )
}

/** A letter that no variant has yet. */
function fresh(list: readonly Variant[]): Variant {
  const taken = new Set(list.map(v => v.id))
  const id = [...'abcdefghijklmnopqrstuvwxyz'].find(letter => !taken.has(letter)) ?? `v${list.length + 1}`
  return { id, label: id.toUpperCase(), weight: 0 }
}

/** Equal weights in hundredths of a percent; the first ones take what does not divide. */
function evenly(list: readonly Variant[], percent: number): Variant[] {
  const hundredths = Math.max(0, Math.round(percent * 100))
  const each = Math.floor(hundredths / list.length)
  const rest = hundredths - each * list.length
  return list.map((v, i) => ({ ...v, weight: (each + (i < rest ? 1 : 0)) / 100 }))
}

import { Input, NumberInput, Select, TextInput } from '@mantine/core'
import { useId } from 'react'
import type { Problem } from '#shared/problems'
import { durationSchema, sayDuration } from '#shared/time/duration'
import { type FieldOf, type FieldProps, problemAt } from './field'
import styles from './fields.module.css'

const units = { minutes: ['PT', 'M'], hours: ['PT', 'H'], days: ['P', 'D'], weeks: ['P', 'W'] } as const
type Unit = keyof typeof units
const names = Object.keys(units) as Unit[]

export function DurationField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'duration'>>) {
  return <DurationInput label={field.label} help={field.help} {...{ value, onChange, path, problems }} />
}

/** An amount and a unit. A duration of several units (`P1DT2H`, from the API) is shown as it is written. */
export function DurationInput(props: {
  label: string
  help?: string | undefined
  value: string
  onChange: (value: string) => void
  path: string
  problems: readonly Problem[]
  /** `inline`: in the middle of a sentence, where the label is heard and not seen. */
  look?: 'field' | 'inline'
}) {
  const { label, help, value, onChange, path, problems, look = 'field' } = props
  const named = look === 'inline' ? { 'aria-label': label } : {}
  const id = useId()
  const parts = split(value)
  const error = problemAt(problems, path)
  if (parts === undefined)
    return (
      <TextInput
        {...(look === 'inline' ? named : { label })}
        description={`${sayDuration(value)}. Written as an ISO 8601 duration.`}
        error={error}
        value={value}
        data-path={path}
        onChange={event =>
          durationSchema.safeParse(event.currentTarget.value).success && onChange(event.currentTarget.value)
        }
      />
    )
  return (
    <Input.Wrapper id={id} label={look === 'inline' ? undefined : label} description={help} error={error}>
      <div className={styles.pair}>
        <NumberInput
          {...named}
          id={id}
          data-path={path}
          value={parts.amount}
          min={0}
          max={100_000}
          allowDecimal={false}
          allowNegative={false}
          onChange={amount => onChange(join(Number(amount) || 0, parts.unit))}
          w={look === 'inline' ? 72 : 112}
        />
        <Select
          aria-label={`${label}: unit`}
          data={names}
          value={parts.unit}
          allowDeselect={false}
          onChange={unit => onChange(join(parts.amount, (unit ?? parts.unit) as Unit))}
          w={look === 'inline' ? 104 : 128}
        />
      </div>
    </Input.Wrapper>
  )
}

function join(amount: number, unit: Unit): string {
  const [before, after] = units[unit]
  return `${before}${Math.trunc(amount)}${after}`
}

function split(value: string): { amount: number; unit: Unit } | undefined {
  for (const unit of names) {
    const [before, after] = units[unit]
    const amount = value.match(new RegExp(`^${before}(\\d+)${after}$`))?.[1]
    if (amount !== undefined) return { amount: Number(amount), unit }
  }
  return undefined
}

import { Input, NumberInput, Select, TextInput } from '@mantine/core'
import { useId } from 'react'
import type { Problem } from '#shared/problems'
import { durationSchema, sayDuration } from '#shared/time/duration'
import { readSpan, type SpanUnit, writeSpan } from '#shared/time/span'
import { type FieldOf, type FieldProps, problemAt } from './field'
import styles from './fields.module.css'

/** What somebody can wait for. */
const waits: readonly SpanUnit[] = ['minutes', 'hours', 'days', 'weeks']

export function DurationField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'duration'>>) {
  return <DurationInput label={field.label} help={field.help} {...{ value, onChange, path, problems }} />
}

/**
 * An amount and a unit. A duration of several units (`P1DT2H`, from the API) is edited as it is written; `written`
 * tells what may be.
 */
export function DurationInput(props: {
  label: string
  help?: string | undefined
  value: string
  onChange: (value: string) => void
  path: string
  problems: readonly Problem[]
  /** `inline`: in the middle of a sentence, where the label is heard and not seen. */
  look?: 'field' | 'inline'
  units?: readonly SpanUnit[]
  written?: { readonly safeParse: (text: string) => { readonly success: boolean } }
}) {
  const { label, help, value, onChange, path, problems, look = 'field' } = props
  const { units = waits, written = durationSchema } = props
  const named = look === 'inline' ? { 'aria-label': label } : {}
  const id = useId()
  const parts = readSpan(value)
  const error = problemAt(problems, path)
  if (parts === undefined)
    return (
      <TextInput
        {...(look === 'inline' ? named : { label })}
        description={`${sayDuration(value)}. Written as an ISO 8601 duration.`}
        error={error}
        value={value}
        data-path={path}
        onChange={event => written.safeParse(event.currentTarget.value).success && onChange(event.currentTarget.value)}
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
          onChange={amount => onChange(writeSpan({ ...parts, amount: Math.trunc(Number(amount) || 0) }))}
          w={look === 'inline' ? 72 : 112}
        />
        <Select
          aria-label={`${label}: unit`}
          data={[...units]}
          value={parts.unit}
          allowDeselect={false}
          onChange={unit => onChange(writeSpan({ ...parts, unit: (unit ?? parts.unit) as SpanUnit }))}
          w={look === 'inline' ? 104 : 128}
        />
      </div>
    </Input.Wrapper>
  )
}

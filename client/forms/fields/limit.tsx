import { NumberInput } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { type FieldOf, type FieldProps, problemAt } from './field'

/** A whole number from 1 on; empty is no limit. */
export function LimitField({ value, onChange, field, path, problems }: FieldProps<number | null, FieldOf<'limit'>>) {
  return <LimitInput label={field.label} help={field.help} {...{ value, onChange, path, problems }} />
}

export function LimitInput(props: {
  label: string
  help?: string | undefined
  value: number | null
  onChange: (value: number | null) => void
  path: string
  problems: readonly Problem[]
  max?: number
}) {
  return (
    <NumberInput
      label={props.label}
      description={props.help}
      error={problemAt(props.problems, props.path)}
      data-path={props.path}
      placeholder="No limit"
      value={props.value ?? ''}
      min={1}
      max={props.max ?? 100_000_000}
      clampBehavior="strict"
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      onChange={next => {
        if (next === '') props.onChange(null)
        else if (Number.isInteger(next) && Number(next) >= 1) props.onChange(Number(next))
      }}
      w={160}
      styles={{ description: { width: 320 }, error: { width: 320 } }}
    />
  )
}

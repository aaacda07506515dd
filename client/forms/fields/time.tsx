import { TextInput } from '@mantine/core'
import { timeOfDaySchema } from '#shared/graph/schema'
import type { Problem } from '#shared/problems'
import { type FieldOf, type FieldProps, problemAt } from './field'

export function TimeField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'time'>>) {
  return <TimeInput label={field.label} help={field.help} {...{ value, onChange, path, problems }} />
}

/** A time of day, `HH:MM` on a 24 hour clock. Passed on once it is whole. */
export function TimeInput(props: {
  label: string
  help?: string | undefined
  value: string
  onChange: (value: string) => void
  path: string
  problems: readonly Problem[]
}) {
  return (
    <TextInput
      type="time"
      label={props.label}
      description={props.help}
      error={problemAt(props.problems, props.path)}
      data-path={props.path}
      value={props.value}
      onChange={({ currentTarget: { value } }) => timeOfDaySchema.safeParse(value).success && props.onChange(value)}
      w={128}
    />
  )
}

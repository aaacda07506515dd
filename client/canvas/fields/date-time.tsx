import { TextInput } from '@mantine/core'
import { type FieldOf, type FieldProps, problemAt } from './field'

/** A date and a time, kept as they are read: which zone they are in is not this field's to say. Empty is allowed. */
export function DateTimeField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'date-time'>>) {
  return (
    <TextInput
      type="datetime-local"
      label={field.label}
      description={field.help}
      error={problemAt(problems, path)}
      data-path={path}
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
      w={240}
    />
  )
}

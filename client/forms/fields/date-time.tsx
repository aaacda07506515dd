import { TextInput } from '@mantine/core'
import { type FieldOf, type FieldProps, problemAt } from './field'
import { toPicker } from './picker'

/** A date and a time, kept as they are read: which zone they are in is not this field's to say. Empty is allowed. */
export function DateTimeField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'date-time'>>) {
  const picked = toPicker(value)
  return (
    <TextInput
      type={picked === undefined ? 'text' : 'datetime-local'}
      label={field.label}
      description={field.help}
      error={problemAt(problems, path)}
      data-path={path}
      value={picked ?? value}
      onChange={event => onChange(event.currentTarget.value)}
      w={240}
    />
  )
}

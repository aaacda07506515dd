import { NumberInput, TextInput } from '@mantine/core'
import { type FieldOf, type FieldProps, problemAt } from './field'

/** One line of text; a number stays a number. */
export function TextField({ value, onChange, field, path, problems }: FieldProps<string | number, FieldOf<'text'>>) {
  const common = { label: field.label, description: field.help, error: problemAt(problems, path), 'data-path': path }
  if (typeof value === 'number')
    return (
      <NumberInput
        {...common}
        value={value}
        min={0}
        max={100}
        onChange={next => typeof next === 'number' && onChange(next)}
        styles={{ wrapper: { width: 160 } }}
      />
    )
  return (
    <TextInput
      {...common}
      value={value}
      maxLength={field.max ?? 200}
      placeholder={field.placeholder ?? ''}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}

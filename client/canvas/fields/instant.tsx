import { TextInput } from '@mantine/core'
import { type FieldOf, type FieldProps, problemAt } from './field'

/** A date and a time in the zone of this browser; kept as an instant with its offset. Empty is allowed. */
export function InstantField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'instant'>>) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <TextInput
      type="datetime-local"
      label={field.label}
      description={`${field.help ?? ''} Your time zone: ${zone}.`.trim()}
      error={problemAt(problems, path)}
      data-path={path}
      value={toLocal(value)}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value === '' ? '' : new Date(currentTarget.value).toISOString())
      }
      w={240}
    />
  )
}

function toLocal(instant: string): string {
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) return ''
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
}

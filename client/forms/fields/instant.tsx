import { TextInput } from '@mantine/core'
import { readInstant } from '#shared/values/dates'
import { useFormContext } from '../context'
import { type FieldOf, type FieldProps, problemAt } from './field'

/**
 * A date and a time in the zone of this browser; kept as an instant with its offset. Empty is allowed. What cannot be
 * read is shown as it was written.
 */
export function InstantField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'instant'>>) {
  const campaigns = useFormContext().campaign.zone
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const picked = toLocal(value, campaigns)
  return (
    <TextInput
      type={picked === undefined ? 'text' : 'datetime-local'}
      label={field.label}
      description={`${field.help ?? ''} Your time zone: ${zone}.`.trim()}
      error={problemAt(problems, path)}
      data-path={path}
      value={picked ?? value}
      onChange={({ currentTarget }) => onChange(fromLocal(currentTarget.value))}
      w={240}
    />
  )
}

/**
 * On the clock of this browser; undefined when it is no date. Without an offset it was meant on the campaign's clock.
 */
function toLocal(text: string, zone: string): string | undefined {
  if (text === '') return ''
  const read = readInstant(text, zone)
  if (read.is === 'refused') return undefined
  const date = new Date(read.at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** What the picker gives as an instant; what somebody types in its place stays as it is. */
function fromLocal(text: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? new Date(text).toISOString() : text
}

import { Select } from '@mantine/core'

const known = Intl.supportedValuesOf('timeZone')
/** More than this is not read: type to narrow down. */
const SHOWN = 60

interface Props {
  readonly value: string | null
  readonly onChange: (zone: string | null) => void
}

/** A lead's IANA time zone; empty when it is not known. */
export function ZoneSelect({ value, onChange }: Props) {
  const names = value === null || known.includes(value) ? known : [value, ...known]
  return (
    <Select
      label="Time zone"
      description="Quiet hours and times of day follow it. Not known: the campaign's own zone is used."
      placeholder="Not known"
      data={names}
      value={value}
      onChange={onChange}
      searchable
      clearable
      limit={SHOWN}
      nothingFoundMessage="No zone of this name"
    />
  )
}

import { TextInput } from '@mantine/core'

/** Asks why a campaign is stopped; nobody has to say. */
export function StopReason({ value, onChange }: { value: string; onChange: (reason: string) => void }) {
  return (
    <TextInput
      mt="md"
      label="Why (optional)"
      description="Stands on the campaign, and in the journeys that end by it."
      maxLength={200}
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}

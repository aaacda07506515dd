import { Radio, Stack } from '@mantine/core'

export type SendWhen = 'allowed' | 'now'

/** What a resend waits for. Caps are not asked: the send was counted when it was first made. */
export function WhenChoice({ value, onChange }: { value: SendWhen; onChange: (when: SendWhen) => void }) {
  return (
    <Radio.Group mt="md" label="When" value={value} onChange={next => onChange(next as SendWhen)}>
      <Stack gap="xs" mt={4}>
        <Radio
          value="allowed"
          label="As soon as it is allowed"
          description="Waits for the end of quiet hours, where there are any."
        />
        <Radio value="now" label="Now" description="Also in quiet hours. A paused campaign still holds it." />
      </Stack>
    </Radio.Group>
  )
}

import { Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import type { CampaignSummary } from '#shared/api'
import { Confirm, sayCount } from '../ui'
import { StopReason } from '../ui/StopReason'
import { useStop } from './actions'

type Inside = 'finish' | 'exit'

interface Props {
  readonly campaign: Pick<CampaignSummary, 'id' | 'name' | 'waiting'>
  readonly opened: boolean
  readonly onClose: () => void
}

/** Asks what happens to the leads inside, then stops the campaign for good. */
export function StopDialog({ campaign: { id, name, waiting }, opened, onClose }: Props) {
  const [inside, setInside] = useState<Inside>('finish')
  const [reason, setReason] = useState('')
  const stop = useStop()
  return (
    <Confirm
      opened={opened}
      title={`Stop ${name}?`}
      act="Stop the campaign"
      refused="The campaign was not stopped."
      busy={stop.isPending}
      error={stop.error}
      onConfirm={() => stop.mutate({ id, inside, reason }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>
        Nobody enters any more. {sayCount(waiting, 'lead is', 'leads are')} inside now. A stopped campaign cannot be
        resumed.
      </p>
      <Radio.Group
        mt="md"
        label="Leads inside"
        value={inside}
        onChange={value => setInside(value === 'exit' ? 'exit' : 'finish')}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="finish" label="Finish" description="They walk on to the end, webhooks included." />
          <Radio
            value="exit"
            label="Exit"
            description="An abort: they leave now. Nothing more is sent, and nothing is undone."
          />
        </Stack>
      </Radio.Group>
      <StopReason value={reason} onChange={setReason} />
    </Confirm>
  )
}

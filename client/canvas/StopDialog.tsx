import { Radio } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CampaignView } from '#shared/api'
import { api } from '../api'
import { removalsKey } from '../api/leaving'
import fields from '../forms/fields/fields.module.css'
import { Confirm, toast } from '../ui'
import { StopReason } from '../ui/StopReason'

/** Asks what happens to the leads who are inside, then stops the campaign. */
export function StopDialog(props: {
  id: string
  opened: boolean
  onClose: () => void
  onChanged: (campaign: CampaignView) => void
}) {
  const { id, opened, onClose, onChanged } = props
  const queries = useQueryClient()
  const [inside, setInside] = useState<'finish' | 'exit'>('finish')
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const stop = async () => {
    setBusy(true)
    setError(null)
    try {
      onChanged(await api.stop(id, { inside, reason }))
      void queries.invalidateQueries({ queryKey: removalsKey(id) })
      if (inside === 'exit') toast.done('Aborted. The leads who are inside leave now.', 'What was sent stays sent.')
      else toast.done('Stopped. Nobody enters any more.')
      onClose()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Confirm
      opened={opened}
      title="Stop this campaign?"
      act="Stop the campaign"
      refused="The campaign was not stopped."
      busy={busy}
      error={error}
      onConfirm={() => void stop()}
      onClose={onClose}
    >
      <Radio.Group
        label="Nobody enters any more. The leads who are inside"
        value={inside}
        onChange={to => setInside(to === 'exit' ? 'exit' : 'finish')}
      >
        <div className={fields.options}>
          <Radio value="finish" label="walk on to the end" description="Webhooks that are still due are sent." />
          <Radio value="exit" label="leave now" description="An abort: nothing more is sent, and nothing is undone." />
        </div>
      </Radio.Group>
      <StopReason value={reason} onChange={setReason} />
    </Confirm>
  )
}

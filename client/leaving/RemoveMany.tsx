import { useQueryClient } from '@tanstack/react-query'
import { leaving, removalsKey } from '../api/leaving'
import { sayCount, sayNumber, toast } from '../ui'
import { RemoveDialog } from './RemoveDialog'

/**
 * Asks, then removes all leads inside a campaign, or all who wait in one of its steps. Their number goes down on the
 * screen.
 */
export function RemoveMany(props: {
  campaign: string
  /** Only those who stand here. */
  step?: { readonly id: string; readonly name: string }
  waiting: number
  onClose: () => void
}) {
  const { campaign, step, waiting, onClose } = props
  const queries = useQueryClient()
  const where = step === undefined ? 'everybody who is inside' : `those who wait in ${step.name}`
  return (
    <RemoveDialog
      title={`Remove ${sayCount(waiting, 'lead')}?`}
      act={`Remove ${sayNumber(waiting)}`}
      remove={reason => leaving.many(campaign, { reason, ...(step === undefined ? {} : { step: step.id }) })}
      onDone={({ total }) => {
        toast.done(`Removing ${sayCount(total, 'lead')}`)
        void queries.invalidateQueries({ queryKey: removalsKey(campaign) })
      }}
      onClose={onClose}
    >
      The journeys of {where} end now, and nothing more is sent to them. What was sent stays sent. Others may go on
      entering. This cannot be undone.
    </RemoveDialog>
  )
}

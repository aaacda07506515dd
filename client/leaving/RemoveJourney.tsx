import { useQueryClient } from '@tanstack/react-query'
import { keys } from '../api'
import { leaving } from '../api/leaving'
import { toast } from '../ui'
import { RemoveDialog } from './RemoveDialog'

/** Asks, then takes one lead out of the campaign that a journey walks. */
export function RemoveJourney(props: {
  journey: { readonly id: number; readonly campaignName: string; readonly lead: string }
  onClose: () => void
}) {
  const { id, campaignName, lead } = props.journey
  const queries = useQueryClient()
  return (
    <RemoveDialog
      title={`Remove from ${campaignName}?`}
      act="Remove from the campaign"
      remove={reason => leaving.journey(id, reason)}
      onDone={() => {
        toast.done(`Removed from ${campaignName}`)
        void queries.invalidateQueries({ queryKey: keys.journey(id) })
        void queries.invalidateQueries({ queryKey: keys.leadJourneys(lead) })
      }}
      onClose={props.onClose}
    >
      This journey of <strong>{lead}</strong> ends now, and nothing more is sent. What was sent stays sent. This cannot
      be undone.
    </RemoveDialog>
  )
}

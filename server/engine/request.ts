import type { JsonObject } from '#shared/json'
import { happenings } from '#shared/rules/happenings'
import { takesRequests } from '#shared/rules/mode'
import type { Journey } from '../store/journeys'
import type { Changes } from './changes'
import type { Machines } from './machines'

/**
 * Asks another campaign to let a journey's lead in (Marketo: Request Campaign; marketo-alm rule 4). The requested journey runs by itself; the requester does not wait
 * for it. Answers why not, as a sentence, when the campaign takes no requests; null when it was asked.
 */
export function requestEntry(
  { machines, changes }: { readonly machines: Pick<Machines, 'find'>; readonly changes: Changes },
  journey: Journey,
  campaign: string,
  properties: JsonObject,
): string | null {
  const target = machines.find(campaign)
  if (target === undefined) return `The campaign "${campaign}" is not there, or was never launched.`
  if (!takesRequests(target.live.admits)) return `"${target.name}" takes no requests: it has no such way in.`
  if (target.status !== 'live') return `"${target.name}" is ${target.status}.`
  changes.happen(
    happenings.requested,
    journey.leadId,
    journey,
    { ...properties, requested_by: journey.campaignId },
    target,
  )
  return null
}

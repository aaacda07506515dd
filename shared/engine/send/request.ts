import { explainRefusal } from '../../explain/entry'
import { takesRequests } from '../../rules/mode'
import type { LeadEvent } from '../../world'
import { isIn } from '../entry/admission'
import type { Turn } from '../turn'

/** Somebody asks a campaign to let a lead in: a step of another campaign, say. */
export interface EntryRequest {
  readonly leadId: number
  readonly campaignId: string
  /** What the journey will know as the event that let the lead in; its properties are what was passed on. */
  readonly event: LeadEvent
}

/** `waits`: the campaign has a drain rate, and the lead waits in its entry queue. */
export interface RequestVerdict {
  readonly is: 'entered' | 'waits' | 'refused'
  readonly reason: string
}

/**
 * Lets a lead who was asked for into a campaign, or into its entry queue, or says why not (marketo-alm rule 4). The
 * lead is loaded, and so is what admission asks (`turn.admission.know`). Nobody waits for the journey that begins.
 */
export function requestEntry({ registry, admission, unit }: Turn, request: EntryRequest): RequestVerdict {
  const { leadId, campaignId, event } = request
  const campaign = registry.find(campaignId)
  const refused = (reason: string): RequestVerdict => ({ is: 'refused', reason })
  if (campaign === undefined) return refused('it was never launched')
  const { status, live, drains } = campaign
  if (status !== 'live') return refused(`it is ${status}`)
  if (live.admits.mode === 'batch')
    return refused('it is a batch campaign, and only trigger campaigns can be requested')
  if (!takesRequests(live.admits)) return refused('it is not entered by requests')
  if (drains) {
    unit.events.queueForEntry({ leadId, event, to: campaignId })
    return { is: 'waits', reason: 'the lead stands in line, because it lets in so many a minute' }
  }
  // The entry is when the lead is let in, not when a step of another journey asked for it.
  const answer = admission.letIn(campaign, live, leadId, { ...event, at: unit.now })
  if (isIn(answer)) return { is: 'entered', reason: 'the lead entered it' }
  return refused(explainRefusal(answer, { zone: live.graph.settings.zone, at: unit.now }))
}

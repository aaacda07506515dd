import { evaluate } from '#shared/rules/conditions'
import { mayEnter } from '#shared/rules/entry'
import { REQUESTED } from '#shared/rules/internal'
import type { LeadEvent } from '#shared/world'
import type { Turn } from './load'
import type { LiveCampaign, Version } from './machines'
import { enter } from './run'

/** Somebody asks a campaign to let a lead in: a step of another campaign, or a person through the API. */
export interface EntryRequest {
  readonly leadId: number
  readonly campaignId: string
  /** What the journey will know as the event that let the lead in; its properties are what was passed on. */
  readonly event: LeadEvent
  /** When the lead last entered that campaign (ms); null for never. */
  readonly lastEntry: number | null
}

export type RequestVerdict = { readonly is: 'entered' | 'refused'; readonly reason: string }

/** Does this version let in leads who were asked for? */
export function takesRequests({ admits }: Pick<Version, 'admits'>): boolean {
  return admits.mode === 'trigger' && admits.event === REQUESTED
}

/** Lets a lead who was asked for into the live version of a campaign, or says why not (marketo-alm rule 4). The lead is loaded. */
export function requestEntry(turn: Turn, { leadId, campaignId, event, lastEntry }: EntryRequest): RequestVerdict {
  const campaign = turn.machines.find(campaignId)
  const refused = (reason: string): RequestVerdict => ({ is: 'refused', reason })
  if (campaign === undefined) return refused('it was never launched')
  const why = whyNot(turn, campaign, { leadId, event, lastEntry })
  if (why !== undefined) return refused(why)
  enter({ ...turn, campaign, version: campaign.live }, leadId, event)
  return { is: 'entered', reason: 'the lead entered it' }
}

function whyNot(
  { changes }: Turn,
  { status, live }: LiveCampaign,
  { leadId, event, lastEntry }: Omit<EntryRequest, 'campaignId'>,
): string | undefined {
  if (status !== 'live') return `it is ${status}`
  if (live.admits.mode === 'batch') return 'it is a batch campaign, and only trigger campaigns can be requested'
  if (!takesRequests(live)) return 'it is not entered by requests'
  const seen = evaluate(live.admits.where, { lead: changes.lead(leadId), memory: { event, response: null } })
  if (!seen.result) return 'the lead does not match the condition of its entry'
  const verdict = mayEnter(live.graph.settings.entry, lastEntry, changes.now)
  return verdict.is === 'enter' ? undefined : verdict.reason
}

import type { Experiments } from '../../rules/experiments'
import type { HostQueues } from '../send/host-queues'
import type { Turn } from '../turn'
import type { Notices } from './notices'

/**
 * What campaigns, hosts and endpoints are like, as subscriptions last heard of it. Compared at the end of each turn,
 * where somebody hears of such things: whatever changed
 * them (a person, a schedule, a call that came back) need not know that it is told of.
 */
export interface Seen {
  readonly campaigns: ReadonlyMap<string, CampaignSeen>
  readonly off: ReadonlyMap<string, 'failures' | 'gone' | 'asked' | 'hand'>
  readonly open: ReadonlySet<string>
}

interface CampaignSeen {
  readonly status: 'live' | 'paused' | 'stopped'
  readonly version: number
  readonly reason: string
  /** By step. */
  readonly winners: ReadonlyMap<string, string>
}

/** The kinds that are told by comparing. */
export const watched = [
  'campaign.published',
  'campaign.paused',
  'campaign.resumed',
  'campaign.stopped',
  'winner.declared',
  'endpoint.switched_off',
  'endpoint.switched_on',
  'breaker.opened',
  'breaker.closed',
] as const

/** How things stand in the open turn. */
export function look({ registry }: Pick<Turn, 'registry'>, places: HostQueues, now: number): Seen {
  const campaigns = new Map<string, CampaignSeen>()
  for (const { id, status, live, stopReason } of registry.all())
    campaigns.set(id, { status, version: live.version, reason: stopReason, winners: winnersOf(registry.decidedIn(id)) })
  const off = new Map<string, 'failures' | 'gone' | 'asked' | 'hand'>()
  for (const { address, failing } of places.receivers.all()) if (failing.off !== null) off.set(address, failing.off.by)
  const open = new Set(places.hosts.view(now).flatMap(({ host, state }) => (state === 'open' ? [host] : [])))
  return { campaigns, off, open }
}

/** Tells what is different. */
export function tellDifference(notices: Notices, before: Seen, after: Seen): void {
  for (const [campaignId, is] of after.campaigns)
    tellCampaign(notices, campaignId, before.campaigns.get(campaignId), is)
  for (const [address, by] of after.off)
    if (!before.off.has(address)) notices.tell('endpoint.switched_off', {}, { address, by })
  for (const address of before.off.keys())
    if (!after.off.has(address)) notices.tell('endpoint.switched_on', {}, { address })
  for (const host of after.open) if (!before.open.has(host)) notices.tell('breaker.opened', {}, { host })
  for (const host of before.open) if (!after.open.has(host)) notices.tell('breaker.closed', {}, { host })
}

function tellCampaign(notices: Notices, campaignId: string, was: CampaignSeen | undefined, is: CampaignSeen): void {
  const about = { campaignId }
  if (was?.version !== is.version) notices.tell('campaign.published', about, { campaignVersion: is.version })
  else if (was.status === 'live' && is.status === 'paused') notices.tell('campaign.paused', about)
  else if (was.status === 'paused' && is.status === 'live') notices.tell('campaign.resumed', about)
  if (was !== undefined && was.status !== 'stopped' && is.status === 'stopped')
    notices.tell('campaign.stopped', about, { reason: is.reason })
  for (const [stepId, variant] of is.winners)
    if (was?.winners.get(stepId) !== variant) notices.tell('winner.declared', about, { stepId, variant })
}

function winnersOf(decided: Experiments | null): ReadonlyMap<string, string> {
  const winners = new Map<string, string>()
  for (const [step, { route }] of decided ?? []) if (route?.is === 'winner') winners.set(step, route.variant)
  return winners
}

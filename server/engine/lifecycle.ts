import { admissionOf } from '#shared/graph/schema'
import { mayLaunch, validate } from '#shared/graph/validate'
import { error, type Problem } from '#shared/problems'
import { scheduleBatch } from '../store/batches'
import { findCampaign, findVersion, publish, type StoredCampaign, setStatus } from '../store/campaigns'
import { parkTasks, unparkTasks } from '../store/tasks'
import type { Work } from '../store/work'
import type { Machines } from './machines'
import { checkReferences } from './references'

/** How an act on a campaign went. `wrong-state`: it is not live, not paused, ...; `found` is what it is. */
export type Act =
  | { readonly is: 'done' }
  | { readonly is: 'unknown' }
  | { readonly is: 'wrong-state'; readonly found: StoredCampaign['status'] }
  | { readonly is: 'refused'; readonly problems: readonly Problem[] }

/** Publishes the draft as the next version, and lets leads in. Refused with every problem when there is an error among them. */
export function* launch(machines: Machines, id: string, now: number): Work<Act> {
  const campaign = yield* findCampaign(id)
  if (campaign === undefined) return { is: 'unknown' }
  const problems = [...validate(campaign.draft), ...(yield* checkReferences(machines, campaign.draft, id))]
  const admits = admissionOf(campaign.draft)
  if (!mayLaunch(problems) || admits === undefined) return { is: 'refused', problems }
  const live = campaign.liveVersion === null ? undefined : yield* findVersion(id, campaign.liveVersion)
  if (campaign.status === 'live' && JSON.stringify(live?.graph) === JSON.stringify(campaign.draft))
    return { is: 'refused', problems: [unchanged] }
  const version = (campaign.liveVersion ?? 0) + 1
  yield* publish({ campaignId: id, version, graph: campaign.draft, publishedAt: now })
  yield* unparkTasks(id)
  if (admits.mode === 'batch') yield* scheduleBatch(id, version, Math.max(now, admits.at ?? now))
  yield* machines.refresh()
  return { is: 'done' }
}

const unchanged = error('campaign.unchanged', 'This draft is already live, word for word.', 'Change something first.')

/** Nobody enters, nobody moves. What is on the wire is let finish; its answer is kept and the lead stays where the answer leads. */
export function* pause(machines: Machines, id: string, now: number): Work<Act> {
  const found = yield* inState(id, ['live'])
  if (found !== undefined) return found
  yield* setStatus(id, 'paused', false, now)
  yield* parkTasks(id)
  yield* machines.refresh()
  return { is: 'done' }
}

/** Goes on. What fell due during the pause happens now, so that nobody is lost (braze R30 lets them exit; we do not). */
export function* resume(machines: Machines, id: string, now: number): Work<Act> {
  const found = yield* inState(id, ['paused'])
  if (found !== undefined) return found
  yield* setStatus(id, 'live', false, now)
  yield* unparkTasks(id)
  yield* machines.refresh()
  return { is: 'done' }
}

/** Nobody enters any more. Leads inside walk on to the end, or are sent out by the loop, some hundreds at a time. */
export function* stop(machines: Machines, id: string, inside: 'finish' | 'exit', now: number): Work<Act> {
  const found = yield* inState(id, ['live', 'paused'])
  if (found !== undefined) return found
  yield* setStatus(id, 'stopped', inside === 'exit', now)
  yield* unparkTasks(id)
  yield* machines.refresh()
  return { is: 'done' }
}

function* inState(id: string, states: readonly StoredCampaign['status'][]): Work<Act | undefined> {
  const campaign = yield* findCampaign(id)
  if (campaign === undefined) return { is: 'unknown' }
  return states.includes(campaign.status) ? undefined : { is: 'wrong-state', found: campaign.status }
}

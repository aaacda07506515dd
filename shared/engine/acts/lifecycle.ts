import type { Seen } from '../../api'
import type { Rehearsal } from '../../api/versions'
import { factsOfGraph } from '../../graph/conditions'
import { checkPlan, type Plan } from '../../graph/migration'
import { intakeOf } from '../../graph/schema'
import { mayLaunch, validate } from '../../graph/validate'
import { error, type Problem } from '../../problems'
import type { Intake } from '../../rules/mode'
import { aroundOf, loadSurroundings } from '../../store/around'
import {
  findCampaign,
  findVersion,
  keepStop,
  publish,
  type StoredCampaign,
  type StoredVersion,
  setStatus,
} from '../../store/campaigns'
import { insertReask } from '../../store/reasks'
import { adoptRuns, planRun, replaceRuns } from '../../store/runs'
import { parkTasks, unparkTasks } from '../../store/tasks'
import type { Work } from '../../store/work'
import { isLocal, nextRuns, onceAt, type Run } from '../../time/schedule'
import { checkReferences } from '../campaigns/references'
import type { CampaignRegistry } from '../campaigns/registry'
import { beginGoals } from '../campaigns/stored-goals'
import { type CompiledVersion, compileDraft } from '../campaigns/version'
import type { Env } from '../env'
import { beginMigration, earlierGraphs, judgePlan } from './migration'
import { rehearse } from './rehearsal'
import { beginRemoving } from './remove'
import { changedSince } from './seen'

/** How an act on a campaign went. `wrong-state`: it is not live, not paused, ...; `found` is what it is. */
export type Act =
  | { readonly is: 'done' }
  | { readonly is: 'unknown' }
  | { readonly is: 'wrong-state'; readonly found: StoredCampaign['status'] }
  | { readonly is: 'refused'; readonly problems: readonly Problem[] }
  /** Something else than what the caller saw would have been acted on. `changes`: what is different, in words. */
  | { readonly is: 'moved-on'; readonly changes: string }

/**
 * Publishes the draft as the next version, and lets leads in. Refused with every problem when there is an error among
 * them. `plan`: what becomes of leads who are under way; who is not named finishes on the version they began. `seen`:
 * what the caller looked at; nothing else is published.
 */
export function* launch(
  registry: CampaignRegistry,
  id: string,
  now: number,
  { plan = [], seen = {}, own = '' }: { readonly plan?: Plan; readonly seen?: Seen; readonly own?: string } = {},
): Work<Act> {
  const campaign = yield* findCampaign(id)
  if (campaign === undefined) return { is: 'unknown' }
  const changes = yield* changedSince(campaign, seen)
  if (changes !== undefined) return { is: 'moved-on', changes }
  const live = campaign.liveVersion === null ? undefined : yield* findVersion(id, campaign.liveVersion)
  const problems = yield* judgeDraft(registry, campaign, live, own)
  const admits = intakeOf(campaign.draft)
  if (!mayLaunch(problems) || admits === undefined) return { is: 'refused', problems }
  if (campaign.status === 'live' && JSON.stringify(live?.graph) === JSON.stringify(campaign.draft))
    return { is: 'refused', problems: [unchanged] }
  const first = yield* findVersion(id, 1)
  const { zone } = campaign.draft.settings
  const run = admits.mode === 'batch' ? firstRun(admits, zone, first?.publishedAt ?? now, now) : undefined
  if (admits.mode === 'batch' && run === undefined) return { is: 'refused', problems: [nothingToCome(admits)] }
  const version = (campaign.liveVersion ?? 0) + 1
  const wrong = yield* judgePlan(registry.find(id), plan, { version, graph: campaign.draft })
  if (wrong.length > 0) return { is: 'refused', problems: wrong }
  yield* publish({ campaignId: id, version, graph: campaign.draft, publishedAt: now })
  yield* beginGoals(id, campaign.draft, live?.graph, now)
  yield* unparkTasks(id)
  const before = live && intakeOf(live.graph)
  if (admits.mode === 'batch' && campaign.status !== 'stopped' && isSameSchedule(before, admits))
    yield* adoptRuns(id, version)
  else {
    yield* replaceRuns(id, now)
    if (run !== undefined && admits.mode === 'batch') {
      const wall = isLocal(admits.schedule) ? run.wall : null
      yield* planRun({ campaignId: id, version, at: run.at, wall, missed: 0 })
    }
  }
  yield* registry.refresh()
  yield* beginMigration(id, version, plan, now)
  // Its caps, tags and priority are everybody's business.
  yield* insertReask(null)
  return { is: 'done' }
}

/** How a dry run went. */
export type Rehearsed =
  | { readonly is: 'rehearsed'; readonly rehearsal: Rehearsal }
  | Exclude<Act, { readonly is: 'done' }>

/** Tries a migration plan out, towards the draft or towards what is live. Nothing is written. */
export function* rehearsePlan(
  part: { readonly env: Env; readonly registry: CampaignRegistry },
  id: string,
  towards: 'draft' | 'live',
  plan: Plan,
): Work<Rehearsed> {
  const campaign = yield* findCampaign(id)
  const live = part.registry.find(id)
  if (campaign === undefined) return { is: 'unknown' }
  if (live === undefined) return { is: 'wrong-state', found: campaign.status }
  const published = campaign.liveVersion === null ? undefined : yield* findVersion(campaign.id, campaign.liveVersion)
  const problems = towards === 'live' ? [] : yield* judgeDraft(part.registry, campaign, published, originOf(part.env))
  if (!mayLaunch(problems)) return { is: 'refused', problems }
  const to = towards === 'live' ? live.live : yield* nextVersion(campaign, part.env.clock.now())
  const wrong = checkPlan(plan, earlierGraphs(live, to.version), to.graph)
  if (wrong.length > 0) return { is: 'refused', problems: wrong }
  return { is: 'rehearsed', rehearsal: yield* rehearse(part, live, to, plan) }
}

/**
 * Names of events that a draft asks about, and nobody before it: they are kept by lead (store/history.ts) before a dry
 * run can know them.
 */
export function* newlyAsked(registry: CampaignRegistry, id: string): Work<readonly string[]> {
  const draft = (yield* findCampaign(id))?.draft
  const names = draft === undefined ? [] : [...factsOfGraph(draft).events.keys()]
  return names.filter(name => !registry.keeps(name))
}

function* nextVersion({ id, draft, liveVersion }: StoredCampaign, now: number): Work<CompiledVersion> {
  const next = { campaignId: id, version: (liveVersion ?? 0) + 1, graph: draft, publishedAt: now }
  return yield* compileDraft(next, (yield* findVersion(id, 1)) ?? next)
}

/** Brings leads of earlier versions to the live one, by a plan. */
export function* migrate(registry: CampaignRegistry, id: string, now: number, plan: Plan, seen: Seen = {}): Work<Act> {
  const campaign = yield* findCampaign(id)
  const live = registry.find(id)
  if (campaign === undefined) return { is: 'unknown' }
  const changes = yield* changedSince(campaign, seen)
  if (changes !== undefined) return { is: 'moved-on', changes }
  if (live === undefined) return { is: 'wrong-state', found: campaign.status }
  const problems = yield* judgePlan(live, plan, live.live)
  if (problems.length > 0) return { is: 'refused', problems }
  yield* beginMigration(id, live.live.version, plan, now)
  return { is: 'done' }
}

/** Where this Hookline answers: no webhook may go there. */
export function originOf({ system }: Pick<Env, 'system'>): string {
  return system.sandbox.replace(/\/sandbox\/in$/, '')
}

/** `live`: its live version, when it has one. `own`: where this Hookline answers. */
function* judgeDraft(
  registry: CampaignRegistry,
  campaign: StoredCampaign,
  live: StoredVersion | undefined,
  own: string,
): Work<Problem[]> {
  const around = { ...aroundOf(yield* loadSurroundings(), campaign, live), own }
  return [...validate(campaign.draft, around), ...(yield* checkReferences(registry, campaign.draft, campaign.id))]
}

type BatchIntake = Extract<Intake, { mode: 'batch' }>

/** Once means once for each launch; what repeats goes on in its own step. */
function firstRun({ schedule }: BatchIntake, zone: string, since: number, now: number): Run | undefined {
  if (schedule.repeats === 'once') return { wall: null, at: onceAt(schedule, zone, now) }
  return nextRuns(schedule, zone, since, now - 1, 1)[0]
}

/** Runs go on over a new version when it repeats as the old one did. */
function isSameSchedule(before: Intake | undefined, { schedule }: BatchIntake): boolean {
  return (
    schedule.repeats !== 'once' &&
    before?.mode === 'batch' &&
    JSON.stringify(before.schedule) === JSON.stringify(schedule)
  )
}

function nothingToCome({ schedule }: BatchIntake): Problem {
  return isLocal(schedule)
    ? error(
        'batch.local-too-soon',
        'By the clocks of some leads this time has passed already, and it does not come again.',
        'Choose a time at least 26 hours from now, so that nobody is left out, or the clock of the campaign.',
      )
    : error('batch.never', 'The schedule has no run to come.', 'Choose a later time, or let it end later.')
}

const unchanged = error('campaign.unchanged', 'This draft is already live, word for word.', 'Change something first.')

/**
 * Nobody enters, nobody moves. What is on the wire is let finish; its answer is kept and the lead stays where the
 * answer leads.
 */
export function* pause(registry: CampaignRegistry, id: string, now: number): Work<Act> {
  const found = yield* inState(id, ['live'])
  if (found !== undefined) return found
  yield* setStatus(id, 'paused', false, now)
  yield* parkTasks(id)
  yield* registry.refresh()
  return { is: 'done' }
}

/**
 * Goes on. What fell due during the pause happens now, unless the campaign says otherwise (braze R30 lets those leads
 * exit; see rules/after-pause.ts).
 */
export function* resume(registry: CampaignRegistry, id: string, now: number, seen: Seen = {}): Work<Act> {
  const found = yield* inState(id, ['paused'])
  if (found !== undefined) return found
  const changes = yield* changedSince(yield* findCampaign(id), seen)
  if (changes !== undefined) return { is: 'moved-on', changes }
  yield* setStatus(id, 'live', false, now)
  yield* unparkTasks(id)
  yield* registry.refresh()
  // What held its calls may have changed during the pause.
  yield* insertReask(id)
  return { is: 'done' }
}

/** What becomes of leads who are inside, and why it is stopped; the reason may be empty. */
export interface Stop {
  readonly inside: 'finish' | 'exit'
  readonly reason: string
}

/**
 * Nobody enters any more. Leads inside walk on to the end, or leave (engine/acts/remove.ts): an abort, which undoes
 * nothing (marketo-alm rule 28).
 */
export function* stop(registry: CampaignRegistry, id: string, { inside, reason }: Stop, now: number): Work<Act> {
  const found = yield* inState(id, ['live', 'paused'])
  if (found !== undefined) return found
  yield* setStatus(id, 'stopped', inside === 'exit', now)
  yield* keepStop(id, { at: now, inside, reason })
  if (inside === 'exit')
    yield* beginRemoving(registry, { campaignId: id, why: 'abort', step: null, leads: null, reason }, now)
  yield* unparkTasks(id)
  yield* registry.refresh()
  return { is: 'done' }
}

function* inState(id: string, states: readonly StoredCampaign['status'][]): Work<Act | undefined> {
  const campaign = yield* findCampaign(id)
  if (campaign === undefined) return { is: 'unknown' }
  return states.includes(campaign.status) ? undefined : { is: 'wrong-state', found: campaign.status }
}

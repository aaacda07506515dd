import { evaluate } from '../../rules/conditions'
import { lastLeadId, leadsAfter, leadsInZones, zonesOfLeads } from '../../store/leads'
import { openRuns, planRun, type StoredRun, saveRun } from '../../store/runs'
import type { Work } from '../../store/work'
import { firstAt } from '../../time/offset'
import { clockOf, isLocal, nextRuns } from '../../time/schedule'
import type { Lead } from '../../world'
import type { LiveCampaign } from '../campaigns/live'
import type { CompiledVersion } from '../campaigns/version'
import { know, knowAudience, nobody } from '../facts'
import { sourcesAt } from '../journey/context'
import type { AdmittingRun, Turn } from '../turn'
import { isIn } from './admission'

/**
 * The runs of batch campaigns: counting for the size guard, then letting in, some hundreds of leads a tick. How far a
 * run has come is stored with what it did, so a crash goes on where it stopped. A run by leads' own clocks sweeps
 * through them once for each instant at which some zone comes to its time.
 */

/** Ids that a sweep through zones looks at in one tick: a few ms, however few leads are of those zones. */
const STRETCH = 5000
/** Missed runs are counted up to this. */
const MISSED = 1000

interface Ongoing {
  readonly run: StoredRun
  readonly campaign: LiveCampaign
  readonly version: CompiledVersion
}

/**
 * Does the next piece of the run that is due first: at most `max` leads are asked. Answers whether there was something
 * to do.
 */
export function* admitBatch(turn: Turn, max: number): Work<boolean> {
  const { registry, unit } = turn
  const run = (yield* openRuns()).find(r => r.due_at <= unit.now)
  const campaign = run && registry.find(run.campaign_id)
  const version = run && campaign?.versions.get(run.version)
  if (run === undefined || campaign === undefined || version?.admits.mode !== 'batch') return false
  unit.touchedCampaigns.add(campaign.id)
  const begun = run.status === 'scheduled' ? yield* begin(turn, { run, campaign, version }) : run
  const ongoing: Ongoing = { run: begun, campaign, version }
  const stands = begun.status === 'counting' ? yield* count(turn, ongoing, max) : yield* admit(turn, ongoing, max)
  yield* saveRun(stands)
  const { entered, planned_at: plannedAt } = stands
  if (stands.status === 'done')
    unit.notices?.tell('campaign.finished', { campaignId: campaign.id }, { plannedAt, entered })
  return true
}

/** Fixes who belongs to the run, and plans the next one. */
function* begin({ unit }: Turn, { run, version }: Ongoing): Work<StoredRun> {
  yield* planNext(version, run, unit.now)
  const isGuarded = version.admits.mode === 'batch' && version.admits.most !== null
  return {
    ...run,
    status: isGuarded ? 'counting' : 'running',
    last_lead: run.last_lead ?? (yield* lastLeadId()),
    started_at: unit.now,
  }
}

/** Runs that fell due while nobody could run them are one late run; the next is the first that is still to come. */
function* planNext(
  { admits, graph, version, firstPublishedAt }: CompiledVersion,
  run: StoredRun,
  now: number,
): Work<void> {
  if (admits.mode !== 'batch' || admits.schedule.repeats === 'once') return
  const { zone } = graph.settings
  const [next] = nextRuns(admits.schedule, zone, firstPublishedAt, Math.max(now, run.planned_at), 1)
  if (next === undefined) return
  const between = nextRuns(admits.schedule, zone, firstPublishedAt, run.planned_at, MISSED + 1)
  const missed = between.filter(r => r.at < next.at).length
  const wall = isLocal(admits.schedule) ? next.wall : null
  yield* planRun({ campaignId: run.campaign_id, version, at: next.at, wall, missed })
}

/** Counts on who would enter. More than the guard allows: nobody enters (marketo-alm rule 25). */
function* count(turn: Turn, ongoing: Ongoing, max: number): Work<StoredRun> {
  const { run, campaign, version } = ongoing
  const leads = yield* leadsAfter(run.after_lead, run.last_lead ?? 0, max)
  const matching = yield* matchingLeads(turn, ongoing, leads)
  const runFor = admittingOf(run, version)
  const counted =
    run.counted + matching.filter(l => turn.admission.wouldEnter(campaign, version, l.id, runFor(l))).length
  const most = version.admits.mode === 'batch' ? version.admits.most : null
  if (most !== null && counted > most) return { ...run, counted, status: 'too-many', ended_at: turn.unit.now }
  if (leads.length < max) return { ...run, counted, status: 'running', after_lead: 0 }
  return { ...run, counted, after_lead: leads.at(-1)?.id ?? run.after_lead }
}

function* admit(turn: Turn, ongoing: Ongoing, max: number): Work<StoredRun> {
  const { run, campaign, version } = ongoing
  const wall = ownWall(run, version)
  const piece = wall === null ? yield* nextPiece(run, max) : yield* nextOfZones(run, wall, version)
  const matching = yield* matchingLeads(turn, ongoing, piece.leads)
  let entered = 0
  const runFor = admittingOf(run, version)
  for (const lead of matching) {
    const { key, at, clock } = runFor(lead)
    const admitting: AdmittingRun = { key, entered: run.entered + entered, at, clock }
    if (isIn(turn.admission.letIn(campaign, version, lead.id, null, admitting))) entered++
  }
  const gone = { ...run, entered: run.entered + entered, refused: run.refused + matching.length - entered }
  if (!piece.isLast) return { ...gone, after_lead: piece.upTo }
  if (wall === null) return { ...gone, status: 'done', after_lead: piece.upTo, ended_at: turn.unit.now }
  return yield* nextSweep(gone, wall, version, turn.unit.now)
}

interface Piece {
  readonly leads: readonly Lead[]
  /** Leads up to this id have had their turn. */
  readonly upTo: number
  readonly isLast: boolean
}

function* nextPiece({ after_lead: after, last_lead: last }: StoredRun, max: number): Work<Piece> {
  const leads = yield* leadsAfter(after, last ?? 0, max)
  return { leads, upTo: leads.at(-1)?.id ?? after, isLast: leads.length < max }
}

/** The next leads of those zones that have come to the run's time by `due_at`, and not already by `swept_at`. */
function* nextOfZones(run: StoredRun, wall: number, version: CompiledVersion): Work<Piece> {
  const since = run.swept_at ?? Number.NEGATIVE_INFINITY
  const isNow = (zone: string) => {
    const at = firstAt(zone, wall)
    return at > since && at <= run.due_at
  }
  const zones = (yield* zonesOfLeads()).filter(isNow)
  const unknown = isNow(version.graph.settings.zone)
  const last = run.last_lead ?? 0
  if (zones.length === 0 && !unknown) return { leads: [], upTo: last, isLast: true }
  const upTo = Math.min(run.after_lead + STRETCH, last)
  return { leads: yield* leadsInZones(run.after_lead, upTo, zones, unknown), upTo, isLast: upTo >= last }
}

/** After a sweep: the next instant at which some zone comes to the time. When there is none the run is over. */
function* nextSweep(run: StoredRun, wall: number, version: CompiledVersion, now: number): Work<StoredRun> {
  const zones = [...(yield* zonesOfLeads()), version.graph.settings.zone]
  const coming = zones.map(zone => firstAt(zone, wall)).filter(at => at > run.due_at)
  const swept = { ...run, swept_at: run.due_at, after_lead: 0 }
  return coming.length === 0
    ? { ...swept, status: 'done', ended_at: now }
    : { ...swept, status: 'running', due_at: Math.min(...coming) }
}

/** Leads of the audience, known to admission. */
function* matchingLeads(
  turn: Turn,
  { campaign, version, run }: Ongoing,
  leads: readonly Lead[],
): Work<readonly Lead[]> {
  const { admits } = version
  if (admits.mode !== 'batch') return []
  yield* knowAudience(turn, version, leads)
  const matching = leads.filter(lead => evaluate(admits.audience, sourcesAt(turn, version, lead.id, null)).result)
  const runFor = admittingOf(run, version)
  yield* know(turn, {
    leads: matching,
    journeys: nobody,
    entering: matching.map(lead => ({ campaign, leadId: lead.id, event: null, run: runFor(lead).key })),
  })
  return matching
}

/**
 * What each lead's own clock shows when the lead enters; null where the campaign's clock counts, and all enter at once.
 */
function ownWall({ wall }: StoredRun, { admits }: CompiledVersion): number | null {
  return admits.mode === 'batch' && isLocal(admits.schedule) ? wall : null
}

/**
 * How admission sees a run. By leads' own clocks one who travels could meet the same run twice: it is a key. The
 * re-entry rule counts from the planned instant, by the clock of the schedule, so that a run that begins a little
 * earlier in its second than the last one, or on a day of 23 hours, leaves nobody out.
 */
function admittingOf(run: StoredRun, version: CompiledVersion): (lead: Lead) => AdmittingRun {
  const { admits, graph } = version
  const { zone } = graph.settings
  const wall = ownWall(run, version)
  const { entered } = run
  if (admits.mode !== 'batch') return () => ({ key: null, entered, at: run.planned_at, clock: zone })
  if (!isLocal(admits.schedule)) {
    const clock = clockOf(admits.schedule, zone)
    return () => ({ key: null, entered, at: run.planned_at, clock })
  }
  return lead => {
    const clock = lead.zone ?? zone
    return { key: `run:${run.run}`, entered, at: wall === null ? run.planned_at : firstAt(clock, wall), clock }
  }
}

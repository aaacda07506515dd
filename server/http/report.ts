import type { CampaignSummary, Counts, Report } from '#shared/api'
import type { Standing } from '#shared/api/experiments'
import { type Graph, modeOf } from '#shared/graph/schema'
import { currentShares } from '#shared/rules/experiments'
import { type Counted as CountedShare, judgeExperiment } from '#shared/rules/statistics/judge'
import { kindOf } from '#shared/steps/index'
import { countedShares, routeOf, splitsOf } from '../engine/experiments'
import { findVersion, type StoredCampaign } from '../store/campaigns'
import { type Count, countsOf } from '../store/counts'
import { experimentsOf, type ShareCount, type StoredExperiment, shareCounts } from '../store/experiments'
import { runOfReport, type StoredRun } from '../store/runs'
import type { Work } from '../store/work'

// From the counters (store/counts.ts says what each means) to the numbers that screens show. Who waits is never counted: it is what is left
// over of those who entered, so that the numbers add up by themselves.

type Counted = readonly Omit<Count, 'version' | 'campaignId'>[]

/** The counts of one campaign, over all its versions. */
export function* loadCounts(id: string): Work<Counts> {
  return toCounts(yield* countsOf([id]))
}

/** Rows of one campaign to its counts. */
export function toCounts(rows: Counted): Counts {
  const whole = numbersOf(rows, '')
  const steps = new Set(rows.map(row => row.step).filter(step => step !== ''))
  return {
    entered: whole('entered'),
    waiting: whole('entered') - whole('finished') - whole('exited') - whole('failed'),
    finished: whole('finished'),
    exited: whole('exited'),
    failed: whole('failed'),
    conversions: whole('converted'),
    steps: Object.fromEntries([...steps].map(step => [step, toStepCounts(rows, step)])),
  }
}

function toStepCounts(rows: Counted, step: string): Counts['steps'][string] {
  const number = numbersOf(rows, step)
  const left = Object.fromEntries(
    rows
      .filter(row => row.step === step && row.what.startsWith('left:'))
      .map(row => [row.what.slice('left:'.length), row.n]),
  )
  const gone = Object.values(left).reduce((sum, n) => sum + n, 0) + number('ended')
  return { entered: number('entered'), waiting: number('entered') - gone, left, ended: number('ended') }
}

function numbersOf(rows: Counted, step: string): (what: string) => number {
  const mine = new Map(rows.filter(row => row.step === step).map(row => [row.what, row.n]))
  return what => mine.get(what) ?? 0
}

/** A campaign as the list shows it. `rows` are its counters. */
export function toSummary(campaign: StoredCampaign, rows: Counted): CampaignSummary {
  const number = numbersOf(rows, '')
  return {
    id: campaign.id,
    name: campaign.name,
    status: campaign.status,
    mode: modeOf(campaign.draft) ?? null,
    liveVersion: campaign.liveVersion,
    programId: campaign.programId,
    tags: campaign.draft.settings.tags,
    createdAt: campaign.createdAt,
    updatedAt: campaign.updatedAt,
    entered: number('entered'),
    waiting: number('entered') - number('finished') - number('exited') - number('failed'),
    conversions: number('converted'),
  }
}

/** The report of a campaign: its live (or last) version says what is asked, its counters what came out. */
export function* loadReport(campaign: StoredCampaign): Work<Report> {
  const rows = yield* countsOf([campaign.id])
  const { liveVersion } = campaign
  const version = liveVersion === null ? undefined : yield* findVersion(campaign.id, liveVersion)
  const run = yield* runOfReport(campaign.id)
  const counts = toCounts(rows)
  const graph = version?.graph ?? campaign.draft
  const number = numbersOf(rows, '')
  return {
    campaign: toSummary(campaign, rows),
    counts,
    goal: graph.settings.goal,
    conversionRate: rate(counts.conversions, counts.entered),
    experiments: experiments(graph, yield* shareCounts([campaign.id]), yield* experimentsOf(campaign.id)),
    webhooks: {
      received: number('received'),
      failed: number('undelivered'),
      skipped: number('skipped'),
      open: waitingForAnswers(graph, counts),
    },
    batch: run === undefined ? null : toBatch(run),
  }
}

/** One table for each step that splits leads. */
function experiments(
  graph: Graph,
  counts: readonly ShareCount[],
  rows: readonly StoredExperiment[],
): Report['experiments'] {
  return splitsOf({ graph }).map(split => {
    const { step, draw, decide } = split
    const row = rows.find(r => r.step === step)
    const counted = countedShares(split, counts, row?.sinceVersion ?? 0)
    const now = currentShares(split.shares, row && routeOf(row, split))
    const { name = '', kind = '' } = graph.steps[step] ?? {}
    return {
      step,
      name: name || kindOf(kind).title,
      draw,
      decide,
      standing: row === undefined ? null : toStanding(row),
      shares: counted.map(share => ({
        ...share,
        current: now.find(({ id }) => id === share.id)?.weight ?? share.weight,
        rate: rate(share.conversions, share.entered),
      })),
      judgement: decide.as === 'bandit' ? null : judgeExperiment(asDecided(counted, row?.seen ?? null)),
    }
  })
}

/**
 * The counts that a decision saw, once there is one: from then on the winner's leads are newer than the others', and have had less time to convert. Weights
 * that learn shift leads all the time for the same reason without end, which is why they get no verdict.
 */
function asDecided(counted: readonly CountedShare[], seen: StoredExperiment['seen']): readonly CountedShare[] {
  return seen === null ? counted : counted.map(share => ({ ...share, ...(seen[share.id] ?? none) }))
}
const none = { entered: 0, conversions: 0 }

function toStanding({ state, decidedBy, startedAt, decidedAt, winner, ahead, weighedAt }: StoredExperiment): Standing {
  return { state, by: decidedBy, startedAt, decidedAt, winner, ahead, weighedAt }
}

/** Leads who stand in a step that calls a webhook: held by a gate, on the wire, or before a retry. */
function waitingForAnswers(graph: Graph, counts: Counts): number {
  return Object.entries(graph.steps)
    .filter(([, step]) => kindOf(step.kind).group === 'webhook')
    .reduce((sum, [id]) => sum + (counts.steps[id]?.waiting ?? 0), 0)
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function toBatch({ status, due_at, entered }: StoredRun): Report['batch'] {
  return { status: status === 'counting' || status === 'replaced' ? 'running' : status, dueAt: due_at, entered }
}

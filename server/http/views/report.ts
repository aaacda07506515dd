import { type CampaignSummary, type Counts, type Report, stepCountsSchema } from '#shared/api'
import { splitsOf } from '#shared/graph/experiments'
import { type Graph, modeOf } from '#shared/graph/schema'
import { count } from '#shared/rules/counters'
import { kindOf } from '#shared/steps/index'
import { findVersion, type StoredCampaign, versionsOf } from '#shared/store/campaigns'
import { cohortsOf } from '#shared/store/cohorts'
import { countsByVersion, countsOf } from '#shared/store/counts'
import { experimentsOf } from '#shared/store/experiments'
import { runOfReport, type StoredRun } from '#shared/store/runs'
import type { Work } from '#shared/store/work'
import { type Counted, insideOf, numbersOf, partsOf, rate } from './counted'
import { exitReport } from './exit-report'
import { experimentReports } from './experiment-report'
import { goalReports } from './goal-report'

// From the counters (rules/counters.ts says what each means) to the numbers that screens show.

/** The counts of one campaign, over all its versions. */
export function* loadCounts(id: string): Work<Counts> {
  return toCounts(yield* countsOf([id]))
}

/** Rows of one campaign to its counts. */
function toCounts(rows: Counted): Counts {
  const whole = numbersOf(rows, '')
  const steps = new Set(rows.map(row => row.step).filter(step => step !== ''))
  return {
    entered: whole(count.entered),
    waiting: insideOf(rows, ''),
    finished: whole(count.finished),
    exited: whole(count.exited),
    failed: whole(count.failed),
    conversions: whole(count.converted),
    steps: Object.fromEntries([...steps].map(step => [step, toStepCounts(rows, step)])),
  }
}

function toStepCounts(rows: Counted, step: string): Counts['steps'][string] {
  const number = numbersOf(rows, step)
  const parts = partsOf(rows, step)
  return {
    entered: number(count.entered),
    waiting: insideOf(rows, step),
    left: Object.fromEntries(parts.flatMap(([c, n]) => (c.is === 'left' ? [[c.port, n]] : []))),
    ended: number(count.ended),
    moved: number(count.moved),
    instead: parts.flatMap(([c, leads]) => (c.is === 'instead' ? [{ port: c.port, by: c.by, leads }] : [])),
    unsent: parts.flatMap(([c, leads]) => {
      const as = c.is === 'unsent' ? unsentSchema.safeParse(c.reply) : undefined
      return c.is === 'unsent' && as?.success ? [{ as: as.data, by: c.by, leads }] : []
    }),
  }
}

const unsentSchema = stepCountsSchema.shape.unsent.element.shape.as

/** A campaign as the list shows it. `rows` are its counters. */
export function toSummary(campaign: StoredCampaign, rows: Counted): CampaignSummary {
  const number = numbersOf(rows, '')
  return {
    id: campaign.id,
    name: campaign.name,
    status: campaign.status,
    mode: modeOf(campaign.draft) ?? null,
    liveVersion: campaign.liveVersion,
    stopped: campaign.stop,
    programId: campaign.folderId,
    tags: campaign.draft.settings.tags,
    createdAt: campaign.createdAt,
    updatedAt: campaign.updatedAt,
    entered: number(count.entered),
    waiting: insideOf(rows, ''),
    conversions: number(count.converted),
  }
}

/** The report of a campaign: its live (or last) version says what is asked, its counters what came out. */
export function* loadReport(campaign: StoredCampaign, now: number): Work<Report> {
  const rows = yield* countsOf([campaign.id])
  const { liveVersion } = campaign
  const version = liveVersion === null ? undefined : yield* findVersion(campaign.id, liveVersion)
  const run = yield* runOfReport(campaign.id)
  const counts = toCounts(rows)
  const graph = version?.graph ?? campaign.draft
  const number = numbersOf(rows, '')
  const asksOlder = splitsOf({ graph }).length > 0 || partsOf(rows, '').some(([c]) => c.is === 'exit')
  const versions = asksOlder ? yield* versionsOf(campaign.id) : []
  const tests = {
    versions,
    counts: yield* countsByVersion(campaign.id),
    decided: yield* experimentsOf(campaign.id),
    cohorts: yield* cohortsOf([campaign.id]),
  }
  const goals = version === undefined ? [] : yield* goalReports(campaign.id, graph, { rows, tests, now })
  return {
    campaign: toSummary(campaign, rows),
    counts,
    conversionRate: rate(counts.conversions, counts.entered),
    goals,
    experiments: goals[0]?.experiments ?? experimentReports(graph, tests, { key: null, goal: undefined, now }),
    exits: exitReport(
      graph,
      versions.map(v => v.graph),
      rows,
    ),
    webhooks: {
      received: number(count.received),
      failed: number(count.undelivered),
      skipped: number(count.skipped),
      open: waitingForAnswers(graph, counts),
    },
    batch: run === undefined ? null : toBatch(run),
  }
}

/** Leads who stand in a step that calls a webhook: held by a gate, on the wire, or before a retry. */
function waitingForAnswers(graph: Graph, counts: Counts): number {
  return Object.entries(graph.steps)
    .filter(([, step]) => kindOf(step.kind).group === 'webhook')
    .reduce((sum, [id]) => sum + (counts.steps[id]?.waiting ?? 0), 0)
}

function toBatch({ status, due_at, entered }: StoredRun): Report['batch'] {
  return { status: status === 'counting' || status === 'replaced' ? 'running' : status, dueAt: due_at, entered }
}

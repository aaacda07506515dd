import { Router } from 'express'
import { type ExperimentAct, experimentActSchema, type Pace } from '#shared/api/experiments'
import { countedShares, freshExperiment, type Split, seenBy, splitsOf, undecided } from '../engine/experiments'
import { findVersion, publish, type StoredCampaign, type StoredVersion, setStatus } from '../store/campaigns'
import { findExperiment, saveExperiment, shareCounts } from '../store/experiments'
import { recentEntries } from '../store/journeys'
import { adoptRuns } from '../store/runs'
import type { Work } from '../store/work'
import { campaignById } from './campaigns'
import type { Desk } from './desk'
import { readJson } from './json'
import { parse } from './parse'
import { type Refused, refuse } from './problem'
import { loadCounts, loadReport } from './report'

const LIMIT = 2 ** 12
const DAY = 86_400_000
/** How far back leads are counted for the pace. */
const RECENT = 7 * DAY
/** A pace from less time than this says nothing. */
const LEAST = DAY / 24

/** Steps that split leads: decisions by hand, and what a plan begins with. */
export function experimentsRouter({ env: { store, clock }, engine }: Desk): Router {
  return Router()
    .post('/campaigns/:id/experiments/:step', readJson(LIMIT), async (req, res) => {
      const { id, step } = req.params as { id: string; step: string }
      const campaign = await store.read(campaignById(id))
      const act = parse(experimentActSchema, req.body)
      await engine.reshape(decideByHand(campaign.id, step, act, clock.now()))
      res.json(await store.read(reportById(id)))
    })
    .get('/campaigns/:id/pace', async (req, res) => {
      res.json(await store.read(paceOf(req.params.id, clock.now())))
    })
}

function* reportById(id: string) {
  return yield* loadReport(yield* campaignById(id))
}

/** All or nothing: what is refused has changed nothing. */
function* decideByHand(id: string, step: string, act: ExperimentAct, now: number): Work<void> {
  const campaign = yield* campaignById(id)
  const live = campaign.liveVersion === null ? undefined : yield* findVersion(id, campaign.liveVersion)
  if (live === undefined || campaign.status === 'stopped' || campaign.status === 'draft')
    throw refuse(409, 'experiment.not-running', `"${campaign.name}" is not running.`, 'Launch the campaign first.')
  const split = splitsOf(live).find(s => s.step === step)
  if (split === undefined)
    throw refuse(
      409,
      'experiment.no-split',
      `The live version has no step "${step}" that splits leads.`,
      'Load the report again to see its experiments.',
    )
  if (act.do === 'start-anew') return yield* startAnew(campaign, live, split, now)
  const known = (yield* findExperiment(id, step)) ?? freshExperiment(id, step, { sinceVersion: 1, startedAt: now })
  if (act.do === 'go-on-testing') return yield* saveExperiment({ ...known, ...undecided, decidedBy: 'hand' })
  if (!split.shares.some(share => share.id === act.variant && !share.isControl)) throw noVariant(split, act.variant)
  const counted = countedShares(split, yield* shareCounts([id]), known.sinceVersion)
  yield* saveExperiment({
    ...known,
    state: 'won',
    decidedBy: 'hand',
    decidedAt: now,
    winner: act.variant,
    ahead: null,
    seen: seenBy(counted),
  })
}

function noVariant({ shares }: Split, variant: string): Refused {
  const names = shares.filter(({ isControl }) => !isControl).map(({ id }) => id)
  return refuse(
    409,
    'experiment.no-variant',
    `The live version has no variant "${variant}"${variant === 'control' ? ': nobody can be sent into control' : ''}.`,
    `Choose one of ${names.join(', ')}.`,
  )
}

/**
 * Publishes the live graph once more: counters are kept by version, so leads who entered before, and what they convert to later, stay out of the new count.
 */
function* startAnew(
  { id, status }: StoredCampaign,
  { version, graph }: StoredVersion,
  { step }: Split,
  now: number,
): Work<void> {
  const next = version + 1
  yield* publish({ campaignId: id, version: next, graph, publishedAt: now })
  yield* setStatus(id, status, false, now)
  yield* adoptRuns(id, next)
  yield* saveExperiment(freshExperiment(id, step, { sinceVersion: next, startedAt: now }))
}

function* paceOf(id: string, now: number): Work<Pace> {
  const { liveVersion } = yield* campaignById(id)
  const first = liveVersion === null ? undefined : yield* findVersion(id, 1)
  if (first === undefined) return { leadsPerDay: null, conversionRate: null }
  const { entered, conversions } = yield* loadCounts(id)
  const { n, since } = yield* recentEntries(id, Math.max(first.publishedAt, now - RECENT))
  const days = (now - since) / DAY
  return {
    leadsPerDay: n === 0 || now - since < LEAST ? null : n / days,
    conversionRate: entered === 0 ? null : conversions / entered,
  }
}

import { plainMs } from '../time/duration'
import { HOUR, MINUTE } from '../time/units'
import type { Counter } from './counters'
import type { Goal } from './goals'

/**
 * Leads of an experiment by when they entered. Who converts within seven days may do so on the first day or on the
 * last. A variant that works slower has fewer conversions among the leads of the last seven days, though as many in the
 * end; if leads with an open window counted as not converted, the faster variant would seem to win. So verdicts look at
 * cohorts whose windows are over: everybody in them has had the same time, whichever variant they met (right censoring
 * at a fixed follow-up; Kohavi, Tang and Xu, "Trustworthy Online Controlled Experiments", 2020, chapter 20 on
 * conversions that come late).
 *
 * Time alone closes a cohort, never what its leads did. So comparing closed cohorts compares all leads up to some day,
 * and the sequential test stays valid.
 */

/**
 * A cohort lasts no longer than this part of the shortest goal window, because verdicts come that much later than they
 * could.
 */
const PART = 24

/**
 * In minutes: the divisors of an hour. A cohort over the end of an hour would be called closed while journeys of the
 * hour before go on.
 */
const LENGTHS = [60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2] as const

/** How long the cohorts of a campaign last (ms): a minute to an hour, and a whole part of one. */
export function cohortLength(goals: readonly Pick<Goal, 'within'>[]): number {
  const shortest = Math.min(...goals.map(({ within }) => plainMs(within)), HOUR * PART)
  return (LENGTHS.find(minutes => minutes * MINUTE <= shortest / PART) ?? 1) * MINUTE
}

/** The end (ms, exclusive) of the cohort of a journey that was entered at this instant. */
export function cohortOf(enteredAt: number, length: number): number {
  return (Math.floor(enteredAt / length) + 1) * length
}

/**
 * The cohort of everything that begins and ends in a campaign: always an hour, so that an ending is found where it
 * began.
 */
export function hourOfEntry(enteredAt: number): number {
  return cohortOf(enteredAt, HOUR)
}

/**
 * What is known of an hour of entries: how many leads were given a variant, how many of their journeys ended, and when
 * the last did (ms).
 */
export interface HourOfEntries {
  readonly until: number
  readonly entered: number
  readonly over: number
  readonly lastEnd: number
}

/**
 * When the windows of cohorts are over. Counted from the entry: that long after the cohort. Counted from the last
 * webhook: when all its journeys are over, and that long after the last of them, because each webhook opens the window
 * anew. Returns a test for the end of a cohort.
 */
export function isClosed(
  goal: Pick<Goal, 'within' | 'from'> | undefined,
  hours: readonly HourOfEntries[],
  now: number,
): (until: number) => boolean {
  if (goal === undefined) return () => true
  const within = plainMs(goal.within)
  if (goal.from === 'entry') return until => until + within <= now
  const open = new Set(hours.filter(h => h.over < h.entered || h.lastEnd + within > now).map(({ until }) => until))
  return until => until + within <= now && !open.has(hourOfEntry(until - 1))
}

/** A counter of an experiment, over the leads who entered within one cohort. The migration describes the columns. */
export interface CohortCount {
  readonly campaignId: string
  readonly version: number
  readonly step: string
  /** Of an hour of entries (`step` ''): how many entered and are over, and when the last ended. */
  readonly what: Counter | 'entered' | 'over' | 'last-end'
  readonly until: number
  readonly n: number
}

/** What is known of the hours of entries, from the rows of one campaign. */
export function hoursIn(rows: readonly Omit<CohortCount, 'campaignId'>[]): readonly HourOfEntries[] {
  const hours = new Map<number, { until: number; entered: number; over: number; lastEnd: number }>()
  for (const { step, what, until, n } of rows) {
    if (step !== '') continue
    const hour = hours.get(until) ?? { until, entered: 0, over: 0, lastEnd: 0 }
    hours.set(until, hour)
    if (what === 'entered') hour.entered += n
    if (what === 'over') hour.over += n
    if (what === 'last-end') hour.lastEnd = Math.max(hour.lastEnd, n)
  }
  return [...hours.values()]
}

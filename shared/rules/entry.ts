import type { Json } from '../json'
import { plainMs } from '../time/duration'
import { firstAt, laterBy, wallAt } from '../time/offset'
import { DAY, HOUR } from '../time/units'
import type { LeadEvent } from '../world'
import { evaluate, lookUp, type Places, type Seen, type Sources } from './conditions'
import { type Entrance, windowOf } from './entrance'

/**
 * When a journey was entered (ms): when the event that let the lead in took place, or now, for a lead who came without
 * one. Never later than now, because senders' clocks run ahead. Waits, exits, goals and the re-entry rule all count
 * from here, so it makes no difference when and with what an event arrives.
 */
export function entryTime(event: Pick<LeadEvent, 'at'> | null, now: number): number {
  return event === null ? now : Math.min(event.at, now)
}

export type EntryRule =
  | { readonly rule: 'once'; readonly counted?: CountsFrom | undefined }
  | { readonly rule: 'every-time' }
  /** Rolling, in seconds and not calendar days (braze R18, marketo-alm rule 23). */
  | { readonly rule: 'once-per-period'; readonly period: string; readonly counted?: CountsFrom | undefined }

/**
 * What a re-entry rule counts from: the last entry (a Braze Canvas, Marketo), or the last webhook that was received (a
 * Braze campaign: who triggered it and got nothing stays eligible; braze R19).
 */
export type CountsFrom = 'entry' | 'receipt'

/**
 * Does the rule look at receipts, and not at entries? A journey that goes on counts too, because its webhook may be
 * under way.
 */
export function countsReceipts(rule: EntryRule): boolean {
  return rule.rule !== 'every-time' && rule.counted === 'receipt'
}

/** Why a lead did not enter, with what was seen. Kept, and put into words by explain/entry.ts. Instants are ms. */
export type Refusal =
  | { readonly why: 'paused' }
  | { readonly why: 'no-way'; readonly by: 'api' | 'request' }
  /** `at`: when the event happened; absent in what was stored before that was recorded. */
  | { readonly why: 'before-launch'; readonly launchedAt: number; readonly at?: number }
  | { readonly why: 'condition'; readonly seen: Seen }
  | { readonly why: 'not-open'; readonly from: number }
  | { readonly why: 'closed'; readonly until: number }
  | { readonly why: 'audience'; readonly seen: Seen }
  | { readonly why: 'no-key'; readonly key: string }
  | { readonly why: 'once'; readonly last: number; readonly key: string | null; readonly counted?: 'receipt' }
  | {
      readonly why: 'period'
      readonly last: number
      readonly free: number
      readonly key: string | null
      readonly counted?: 'receipt'
    }
  | { readonly why: 'inside'; readonly key: string | null; readonly counted?: 'receipt' }
  | { readonly why: 'same-run' }
  | { readonly why: 'full'; readonly per: Per; readonly most: number; readonly free: number | null }

export type Per = keyof Entrance['limits']
export type EntryVerdict = { readonly is: 'enter' } | { readonly is: 'refused'; readonly because: Refusal }

/** How many have entered already: in this UTC hour, on this date of the campaign, ever, in this run of a batch. */
export type Volume = { readonly [P in Per]: number }

/**
 * What admission is asked with. `last`: when this lead (with this key) entered before, whatever came of it, or received
 * something, as the rule counts. `inside`: does a journey of theirs (with this key) go on?
 */
export interface EntryAsk {
  readonly rule: EntryRule
  readonly entrance: Entrance
  /** The campaign's. */
  readonly zone: string
  readonly now: number
  /** When the lead would have entered (`entryTime`): the re-entry rule counts to there. */
  readonly at: number
  /** Of a run: the zone whose clock its schedule follows (`mayEnterAgain`). */
  readonly clock?: string | null
  readonly sources: Sources
  readonly last: number | null
  readonly inside: boolean
  readonly volume: Volume | null
}

const enter: EntryVerdict = { is: 'enter' }

/**
 * May a lead enter? The window and the audience come first, then the key and what happened before, and the volume last,
 * so that only leads who would enter are counted.
 */
export function mayEnter(ask: EntryAsk): EntryVerdict {
  const { entrance, now, sources, zone, volume } = ask
  const { from, until } = windowOf(entrance, zone)
  if (from !== null && now < from) return refused({ why: 'not-open', from })
  if (until !== null && now >= until) return refused({ why: 'closed', until })
  if (entrance.audience.rules.length > 0) {
    const seen = evaluate(entrance.audience, sources)
    if (!seen.result) return refused({ why: 'audience', seen })
  }
  const key = keyOf(entrance, sources)
  if (entrance.key !== '' && key === null) return refused({ why: 'no-key', key: entrance.key })
  const again = mayEnterAgain(ask.rule, ask.last, ask.at, key, ask.clock ?? null)
  if (again.is === 'refused') return again
  if (ask.inside && entrance.parallel === 'one-at-a-time') return refused({ why: 'inside', key })
  // Something that has not been received yet may still be on its way.
  if (ask.inside && countsReceipts(ask.rule)) return refused({ why: 'inside', key, counted: 'receipt' })
  return volume === null ? enter : hasRoom(entrance, volume, zone, now)
}

/**
 * The re-entry rule alone (braze R19, marketo-alm rule 23). `last` and `at` (this entry) in ms; null for never. Periods
 * are so many seconds (braze R18). On a schedule both are planned instants, and what its `clock` shows counts as well:
 * a day later by the clock is a day, even when that day has 23 hours.
 */
function mayEnterAgain(
  rule: EntryRule,
  last: number | null,
  at: number,
  key: string | null = null,
  clock: string | null = null,
): EntryVerdict {
  if (last === null || rule.rule === 'every-time') return enter
  const counted = countsReceipts(rule) ? ({ counted: 'receipt' } as const) : {}
  if (rule.rule === 'once') return refused({ why: 'once', last, key, ...counted })
  const length = plainMs(rule.period)
  const free = clock === null ? last + length : laterBy(clock, last, length)
  return at >= free ? enter : refused({ why: 'period', last, free, key, ...counted })
}

/** The key of a keyed entry as text; null when the campaign has none, or the lead brings none. */
export function keyOf({ key }: Entrance, places: Places): string | null {
  if (key === '') return null
  const found: Json | undefined = lookUp(key, places)
  if (found === undefined || found === null || found === '') return null
  return (typeof found === 'string' ? found : JSON.stringify(found)).slice(0, 500)
}

/** The UTC hour of an instant, counted since 1970. */
export function hourOf(now: number): number {
  return Math.floor(now / HOUR)
}

/** The date of an instant on a zone's wall clock, counted in days since 1970. */
export function dayOf(now: number, zone: string): number {
  return Math.floor(wallAt(zone, now) / DAY)
}

function hasRoom({ limits }: Entrance, volume: Volume, zone: string, now: number): EntryVerdict {
  const free: { readonly [P in Per]: () => number | null } = {
    lifetime: () => null,
    run: () => null,
    day: () => firstAt(zone, (dayOf(now, zone) + 1) * DAY),
    hour: () => (hourOf(now) + 1) * HOUR,
  }
  for (const per of ['lifetime', 'run', 'day', 'hour'] as const) {
    const most = limits[per]
    if (most !== null && volume[per] >= most) return refused({ why: 'full', per, most, free: free[per]() })
  }
  return enter
}

function refused(because: Refusal): EntryVerdict {
  return { is: 'refused', because }
}

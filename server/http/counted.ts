import type { Count } from '../store/counts'

/** Counters of one campaign. */
export type Counted = readonly Omit<Count, 'version' | 'campaignId'>[]

/** The counters of one step by what they count; 0 for those that are not there. */
export function numbersOf(rows: Counted, step: string): (what: string) => number {
  const mine = new Map(rows.filter(row => row.step === step).map(row => [row.what, row.n]))
  return what => mine.get(what) ?? 0
}

/** A share of a whole; null without a whole. */
export function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

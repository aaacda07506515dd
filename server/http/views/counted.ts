import type { Sum } from '#shared/api/goals'
import { plainMoney } from '#shared/rules/money'
import type { Count } from '#shared/store/counts'

/** Counters of one campaign. */
export type Counted = readonly Omit<Count, 'version' | 'campaignId'>[]

/** The counters of one step by what they count, those of several versions together; 0 for those that are not there. */
export function numbersOf(rows: Counted, step: string): (what: string) => number {
  const mine = new Map<string, number>()
  for (const row of rows) if (row.step === step) mine.set(row.what, (mine.get(row.what) ?? 0) + row.n)
  return what => mine.get(what) ?? 0
}

/** A share of a whole; null without a whole. */
export function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

/** Sums by currency, from counters whose name ends in it. */
export function sumsOf(rows: Counted, step: string, prefix: string): Sum[] {
  const mine = rows.filter(row => row.step === step && row.what.startsWith(prefix)).map(row => row.what)
  const number = numbersOf(rows, step)
  return [...new Set(mine)]
    .map(what => ({ currency: what.slice(prefix.length), minor: number(what) }))
    .map(sum => ({ ...sum, amount: plainMoney(sum) }))
    .sort((a, b) => a.currency.localeCompare(b.currency, 'en'))
}

import type { Sum } from '#shared/api/goals'
import { type Counter, type CounterParts, insideBy, readCounter } from '#shared/rules/counters'
import { plainMoney } from '#shared/rules/money'
import type { Count } from '#shared/store/counts'

/** Counters of one campaign. */
export type Counted = readonly Omit<Count, 'version' | 'campaignId'>[]

/** The counters of one step by what they count, those of several versions together; 0 for those that are not there. */
export function numbersOf(rows: Counted, step: string): (what: Counter) => number {
  const mine = new Map<string, number>()
  for (const row of rows) if (row.step === step) mine.set(row.what, (mine.get(row.what) ?? 0) + row.n)
  return what => mine.get(what) ?? 0
}

/** The counters of one step taken apart, with their numbers. */
export function partsOf(rows: Counted, step: string): readonly (readonly [CounterParts, number])[] {
  return rows.flatMap(row => {
    const parts = row.step === step ? readCounter(row.what) : undefined
    return parts === undefined ? [] : [[parts, row.n]]
  })
}

/** How many are there now: in a step, or (`step` '') in the campaign. */
export function insideOf(rows: Counted, step: string): number {
  return rows.reduce((sum, row) => (row.step === step ? sum + insideBy(row) * row.n : sum), 0)
}

/** A share of a whole; null without a whole. */
export function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

/** Sums by currency. `currencyOf`: of a counter that is meant, as it was taken apart. */
export function sumsOf(rows: Counted, step: string, currencyOf: (parts: CounterParts) => string | undefined): Sum[] {
  const sums = new Map<string, number>()
  for (const [parts, n] of partsOf(rows, step)) {
    const currency = currencyOf(parts)
    if (currency !== undefined) sums.set(currency, (sums.get(currency) ?? 0) + n)
  }
  return [...sums]
    .map(([currency, minor]) => ({ currency, minor, amount: plainMoney({ currency, minor }) }))
    .sort((a, b) => a.currency.localeCompare(b.currency, 'en'))
}

/** The currency of a counter of what a goal brought in; `variant`: of one of a step that splits leads. */
export function ofValue(goal: number, variant: string | null = null): (parts: CounterParts) => string | undefined {
  return parts =>
    parts.is === 'goal' && parts.goal === goal && parts.of.is === 'value' && parts.of.variant === variant
      ? parts.of.currency
      : undefined
}

/** The currency of a counter of what a goal brought in and a webhook is credited with. */
export function ofCredit(goal: number): (parts: CounterParts) => string | undefined {
  return parts =>
    parts.is === 'goal' && parts.goal === goal && parts.of.is === 'credit-value' ? parts.of.currency : undefined
}

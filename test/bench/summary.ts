/** Medians and spread: what is said of several runs of one thing. Pure. */

/** The figures of one run, by name; null: not to be had here, or not in this set. */
export type Figures = { readonly [name: string]: number | null }

export interface Summary {
  readonly figures: Figures
  /** How far the runs lie apart, as a share of their middle, for each figure. */
  readonly spread: Figures
}

/** The middle of each figure over all runs. A figure that one run lacks is null. */
export function summaryOf(runs: readonly Figures[]): Summary {
  const names = Object.keys(runs[0] ?? {})
  const figures = names.map(name => {
    const values = runs.map(run => run[name] ?? null).filter(value => value !== null)
    if (values.length === 0 || values.length < runs.length) return [name, null, null] as const
    const middle = median(values)
    const apart = Math.max(...values) - Math.min(...values)
    return [name, middle, middle === 0 ? 0 : twoDigits(apart / middle)] as const
  })
  return {
    figures: Object.fromEntries(figures.map(([name, middle]) => [name, middle])),
    spread: Object.fromEntries(figures.map(([name, , spread]) => [name, spread])),
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? half - 1 : half], sorted[half]]
  return Math.round((low + high) * 50) / 100
}

/** `a` in multiples of `b`, to two digits; null where either is missing. */
export function times(a: number | null | undefined, b: number | null | undefined): number | null {
  return a == null || b == null || b === 0 ? null : twoDigits(a / b)
}

/** The value below which this share of sorted values lies, to a tenth; 1: the largest. */
export function at(sorted: Float64Array, share: number): number {
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10
}

function twoDigits(value: number): number {
  return Math.round(value * 100) / 100
}

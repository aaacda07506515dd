interface Seen {
  readonly id: string
  readonly entered: number
  readonly conversions: number
}

/**
 * No variant gets less than this, in percent, or than half an equal part when there are many: a variant that is never
 * tried again is never found to be good.
 */
const FLOOR = 5
/** Points of the posterior on each side of its mean, and how far they reach in standard deviations. */
const POINTS = 60
const REACH = 8

/**
 * The weights of a multi-armed bandit, in percent, by id: each variant gets as many leads as it is likely to be the
 * best one, given the counts so far, and at least FLOOR. `whole`: what is to be shared out, 100 less control. The same
 * counts give the same weights (law 9).
 *
 * Thompson sampling by its probabilities instead of by draws: Scott, "A modern Bayesian look at the multi-armed
 * bandit", Applied Stochastic Models in Business and Industry 26 (2010), "randomized probability matching", with a
 * Beta(1, 1) prior on each conversion rate. A lead's hash then falls among the weights as a draw would. The probability
 * is an integral in one variable, so that it is computed and not sampled. The counts are those of leads whose goal
 * window is over (shared/rules/cohorts.ts). Otherwise the variant that got many leads lately would look worse, and a
 * slower one would never recover.
 */
export function banditWeights(variants: readonly Seen[], whole: number): Readonly<Record<string, number>> {
  const k = variants.length
  const floor = Math.min(FLOOR, whole / (2 * k))
  const chances = chancesToBeBest(variants)
  const shares = variants.map((_, i) => floor + (whole - floor * k) * (chances[i] ?? 1 / k))
  return Object.fromEntries(inHundredths(shares, whole).map((weight, i) => [variants[i]?.id ?? '', weight]))
}

/** For each variant the probability that its conversion rate is the highest; they add to 1. */
export function chancesToBeBest(variants: readonly Seen[]): readonly number[] {
  const posteriors = variants.map(({ entered, conversions }) => {
    // A lead of an earlier split may convert, so conversions are capped at the number of leads.
    const successes = Math.min(conversions, entered)
    return { a: successes + 1, b: entered - successes + 1 }
  })
  const grid = gridOf(posteriors)
  const densities = posteriors.map(posterior => densityOn(grid, posterior))
  const below = densities.map(density => integrate(grid, density))
  const chances = densities.map((density, i) => {
    const isBest = density.map((p, at) =>
      below.reduce((product, cdf, j) => (j === i ? product : product * (cdf[at] ?? 0)), p),
    )
    return integrate(grid, isBest).at(-1) ?? 0
  })
  const sum = chances.reduce((total, chance) => total + chance, 0)
  return chances.map(chance => chance / sum)
}

interface Beta {
  readonly a: number
  readonly b: number
}

/** Rates from 0 to 1, close together wherever one of the posteriors has its mass. */
function gridOf(posteriors: readonly Beta[]): readonly number[] {
  const points = posteriors.flatMap(({ a, b }) => {
    const mean = a / (a + b)
    const deviation = Math.sqrt((mean * (1 - mean)) / (a + b + 1))
    return Array.from({ length: 2 * POINTS + 1 }, (_, i) => mean + (((i - POINTS) * REACH) / POINTS) * deviation)
  })
  return [...new Set([0, ...points.filter(x => x > 0 && x < 1), 1])].sort((x, y) => x - y)
}

/** The density of a Beta distribution on the grid, made to hold 1 in all. */
function densityOn(grid: readonly number[], { a, b }: Beta): readonly number[] {
  const power = (x: number, n: number) => (n === 0 ? 0 : n * Math.log(x))
  const logs = grid.map(x => power(x, a - 1) + power(1 - x, b - 1))
  const top = Math.max(...logs)
  const raw = logs.map(log => Math.exp(log - top))
  const mass = integrate(grid, raw).at(-1) ?? 1
  return raw.map(p => p / mass)
}

/** The integral up to each point of the grid, by trapezoids. */
function integrate(grid: readonly number[], values: readonly number[]): readonly number[] {
  let sum = 0
  return values.map((value, i) => {
    if (i > 0) sum += ((value + (values[i - 1] ?? 0)) / 2) * ((grid[i] ?? 0) - (grid[i - 1] ?? 0))
    return sum
  })
}

/** Rounded to hundredths that still add up to the whole: the largest remainders get the rest. */
function inHundredths(shares: readonly number[], whole: number): readonly number[] {
  const exact = shares.map(share => share * 100)
  const floors = exact.map(Math.floor)
  const left = Math.round(whole * 100) - floors.reduce((sum, n) => sum + n, 0)
  const byRemainder = exact.map((n, i) => ({ i, rest: n - Math.floor(n) })).sort((x, y) => y.rest - x.rest || x.i - y.i)
  const lucky = new Set(byRemainder.slice(0, left).map(({ i }) => i))
  return floors.map((n, i) => (n + (lucky.has(i) ? 1 : 0)) / 100)
}

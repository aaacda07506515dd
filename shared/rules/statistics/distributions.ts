// The two distributions that experiments need, both from one function: the upper tail of the gamma distribution. Own
// code, because a statistics package would be a hundred times its size.

const EPSILON = 1e-16
const MOST_TERMS = 10_000

/** P(X <= z) for a standard normal X. Relative error below 1e-12 in both tails. */
export function normalCdf(z: number): number {
  const tail = gammaTail(1, (z * z) / 2) / 2
  return z > 0 ? 1 - tail : tail
}

/**
 * The z with P(X <= z) = p, for 0 < p < 1; minus or plus infinity at 0 and 1. By bisection: called a few times a
 * report, so simple beats fast.
 */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY
  if (p >= 1) return Number.POSITIVE_INFINITY
  // The lower tail is the exact one: near 1 the cdf has no digits left.
  if (p > 0.5) return -normalQuantile(1 - p)
  let [low, high] = [-40, 0]
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (normalCdf(middle) < p) low = middle
    else high = middle
  }
  return high
}

/**
 * P(X >= x) for a chi-square X with that many degrees of freedom (a whole number from 1 on): the p value of a
 * chi-square test.
 */
export function chiSquareTail(x: number, degrees: number): number {
  return x <= 0 ? 1 : gammaTail(degrees, x / 2)
}

/**
 * The regularised upper incomplete gamma function Q(halves / 2, x): a series below the bend, Lentz's continued fraction
 * above it (Press et al., Numerical Recipes, 6.2).
 */
function gammaTail(halves: number, x: number): number {
  if (x === 0) return 1
  const a = halves / 2
  const scale = Math.exp(a * Math.log(x) - x - logGammaOfHalves(halves))
  return x < a + 1 ? 1 - scale * lowerSeries(a, x) : scale * upperFraction(a, x)
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n < MOST_TERMS && term > sum * EPSILON; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = Number.MAX_VALUE
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < MOST_TERMS; n++) {
    const numerator = n * (a - n)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    fraction *= c * d
    if (Math.abs(c * d - 1) < EPSILON) break
  }
  return fraction
}

/** ln Γ(halves / 2), exact by Γ(a + 1) = a Γ(a) from Γ(1/2) = √π or Γ(1) = 1. */
function logGammaOfHalves(halves: number): number {
  const odd = halves % 2 === 1
  let log = odd ? Math.log(Math.PI) / 2 : 0
  for (let a = odd ? 0.5 : 1; a < halves / 2; a++) log += Math.log(a)
  return log
}

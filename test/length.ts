/**
 * How much of the longest suites is run: a tenth in `npm test`, the whole in `npm run test:long`, which sets this variable.
 * For suites that draw thousands of cases to hold a bound; a list of cases is always gone through.
 */
export const isWhole = process.env['TEST_LENGTH'] === 'whole'

/** Fewer say nothing about a bound of some percent. */
const LEAST = 1_000

/** So many of the cases of a long suite: never fewer than `LEAST`, or than there are. */
export function partOf(whole: number): number {
  return isWhole ? whole : Math.min(whole, Math.max(LEAST, Math.ceil(whole / 10)))
}

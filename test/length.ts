/**
 * How much of the longest suites is run: a tenth in `npm test`, the whole in `npm run test:long`, which sets this variable.
 * For suites that draw thousands of cases to hold a bound; a list of cases is always gone through.
 */
export const isWhole = process.env['TEST_LENGTH'] === 'whole'

/** So many of the cases of a long suite. */
export function partOf(whole: number): number {
  return isWhole ? whole : Math.ceil(whole / 10)
}

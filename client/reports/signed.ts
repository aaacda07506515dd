import { type Comparison, digitsFor } from '#shared/rules/statistics/judge'
import { sayPercent } from '../ui'

type Difference = NonNullable<Comparison['difference']>
type Lift = NonNullable<Comparison['lift']>

/** `+2.1 (+0.7 to +3.5)`: a difference of rates in percentage points, with its interval. */
export function sayPoints({ value, low, high }: Difference): string {
  const digits = digitsFor(Math.min(Math.abs(low), Math.abs(high)))
  return `${signed(value, digits)} (${signed(low, digits)} to ${signed(high, digits)})`
}

/** `+21 % (+7 to +38 %)`; without an upper end: `+800 % (at least +20 %)`. */
export function sayLift({ value, low, high }: Lift): string {
  if (high === null) return `${signed(value, 0)} % (at least ${signed(low, 0)} %)`
  const digits = low * high > 0 && Math.min(Math.abs(low), Math.abs(high)) < 0.01 ? 1 : 0
  return `${signed(value, digits)} % (${signed(low, digits)} to ${signed(high, digits)} %)`
}

/** A confidence in percent; never `100.0 %`, because nothing is that sure. */
export function sayConfidence(confidence: number): string {
  return confidence >= 0.9995 ? 'over 99.9 %' : sayPercent(confidence)
}

/** In hundredths, with a true minus, and no sign before a zero. */
export function signed(fraction: number, digits: number): string {
  const text = Math.abs(fraction * 100).toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  if (Number(text.replaceAll(',', '')) === 0) return text
  return `${fraction < 0 ? '−' : '+'}${text}`
}

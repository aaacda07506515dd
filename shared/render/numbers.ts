// Arithmetic as in Shopify's Liquid. Whole numbers divide whole, also those in a text. Numbers with a point are decimal
// and exact, so that 0.1 + 0.2 is 0.3, and stay decimal when they come out even (7.0).

/** No price or count has more digits; beyond them arithmetic is an attack. */
const MOST_DIGITS = 400
/** Digits of a quotient: more than a double can tell apart. */
const QUOTIENT_DIGITS = 40

/** `units` divided by ten to the power of `scale`: 12.5 is 125 and 1. A whole number has no scale. */
export type Exact = { readonly units: bigint; readonly scale: number | null }

/** A decimal number without a fraction: 7.0. It prints its point, and is a plain number in JSON. */
export class Even {
  readonly #value: number

  constructor(value: number) {
    this.#value = value
  }

  valueOf(): number {
    return this.#value
  }

  toJSON(): number {
    return this.#value
  }

  toString(): string {
    if (Math.abs(this.#value) < 1e16) return `${this.#value}.0`
    return this.#value.toExponential().replace(/^(-?\d)e/, '$1.0e')
  }

  // What Liquid asks of a value that is compared.
  equals(other: unknown): boolean {
    return this.#value === numeric(other)
  }

  gt(other: unknown): boolean {
    return this.#value > numeric(other)
  }

  geq(other: unknown): boolean {
    return this.#value >= numeric(other)
  }

  lt(other: unknown): boolean {
    return this.#value < numeric(other)
  }

  leq(other: unknown): boolean {
    return this.#value <= numeric(other)
  }
}

function numeric(value: unknown): number {
  return typeof value === 'number' || value instanceof Even ? Number(value) : Number.NaN
}

/**
 * A value as a filter of numbers takes it. A text counts as a decimal when it is one, else as the whole number that it
 * begins with; everything else is 0.
 */
export function exact(value: unknown): Exact {
  if (typeof value === 'number')
    return Number.isInteger(value) ? whole(BigInt(value)) : fromText(Number.isFinite(value) ? String(value) : '0')
  if (value instanceof Even) return { units: BigInt(Number(value)), scale: 0 }
  if (typeof value !== 'string') return whole(0n)
  const text = value.trim()
  if (text.length > MOST_DIGITS && /^[-+]?[\d_.]{401}/.test(text)) throw new Error(TOO_LONG)
  if (/^-?\d+\.\d+$/.test(text)) return fromText(text)
  return whole(BigInt(/^[-+]?\d+(?:_\d+)*/.exec(text)?.[0].replaceAll(/[_+]/g, '') ?? 0))
}

const TOO_LONG = `A number has more than ${MOST_DIGITS} digits.`

function whole(units: bigint): Exact {
  return { units, scale: null }
}

/** Reads `-12.5` and `1.5e-7`. */
function fromText(text: string): Exact {
  const [, sign = '', ahead = '0', behind = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(text) ?? []
  const scale = behind.length - Number(power)
  const units = BigInt(`${sign}${ahead}${behind}`)
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale }
}

/** Both with the same scale; null when both are whole. */
function alike(a: Exact, b: Exact): readonly [bigint, bigint, number | null] {
  const scale = Math.max(a.scale ?? 0, b.scale ?? 0)
  const raised = ({ units, scale: own }: Exact) => units * 10n ** BigInt(scale - (own ?? 0))
  return [raised(a), raised(b), a.scale === null && b.scale === null ? null : scale]
}

/** A number as templates have it. A whole number beyond 2^53 is its digits, so that it stays exact. */
export function toTemplate({ units, scale }: Exact): number | string | Even {
  if (scale === null) {
    const small = Number(units)
    if (Number.isSafeInteger(small)) return small
    const text = String(units)
    if (text.length > MOST_DIGITS) throw new Error(TOO_LONG)
    return text
  }
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  if (digits.length > MOST_DIGITS) throw new Error(TOO_LONG)
  const at = digits.length - scale
  const value = Number(`${units < 0n ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`)
  return Number.isInteger(value) ? new Even(value === 0 ? 0 : value) : value
}

export function plus(a: Exact, b: Exact): Exact {
  const [left, right, scale] = alike(a, b)
  return { units: left + right, scale }
}

export function minus(a: Exact, b: Exact): Exact {
  return plus(a, { ...b, units: -b.units })
}

export function times(a: Exact, b: Exact): Exact {
  const isWhole = a.scale === null && b.scale === null
  return { units: a.units * b.units, scale: isWhole ? null : (a.scale ?? 0) + (b.scale ?? 0) }
}

/** Towards the smaller whole number when both are whole. Throws a sentence when the divisor is zero. */
export function dividedBy(a: Exact, b: Exact): Exact {
  if (b.units === 0n) throw new Error('A number is divided by zero.')
  const [left, right, scale] = alike(a, b)
  if (scale === null) return whole(floored(left, right))
  return { units: (left * 10n ** BigInt(QUOTIENT_DIGITS)) / right, scale: QUOTIENT_DIGITS }
}

/** The remainder, with the sign of the divisor. Throws a sentence when the divisor is zero. */
export function modulo(a: Exact, b: Exact): Exact {
  if (b.units === 0n) throw new Error('A number is divided by zero.')
  const [left, right, scale] = alike(a, b)
  return { units: left - floored(left, right) * right, scale }
}

function floored(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}

export function less(a: Exact, b: Exact): boolean {
  const [left, right] = alike(a, b)
  return left < right
}

export function absolute({ units, scale }: Exact): Exact {
  return { units: units < 0n ? -units : units, scale }
}

export function floor({ units, scale }: Exact): Exact {
  return whole(floored(units, 10n ** BigInt(scale ?? 0)))
}

export function ceil({ units, scale }: Exact): Exact {
  return whole(-floored(-units, 10n ** BigInt(scale ?? 0)))
}

/**
 * Halves go away from zero. Rounded to 0 digits the result is whole; to fewer than none it drops tens, hundreds, ...
 */
export function round({ units, scale }: Exact, digits: number): Exact {
  const drop = (scale ?? 0) - digits
  if (drop <= 0) return digits === 0 ? whole(units) : { units, scale }
  if (drop > 2 * MOST_DIGITS) return { units: 0n, scale: digits === 0 ? null : scale }
  const step = 10n ** BigInt(drop)
  const kept = ((units < 0n ? -units : units) + step / 2n) / step
  const signed = units < 0n ? -kept : kept
  if (digits === 0) return whole(signed)
  return digits > 0
    ? { units: signed, scale: digits }
    : { units: signed * 10n ** BigInt(-digits), scale: scale === null ? null : 0 }
}

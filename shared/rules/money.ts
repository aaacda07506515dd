import type { Json } from '../json'

/**
 * Amounts of money are whole numbers of the currency's smallest unit (1999 is 19.99 EUR), so that sums are exact. The
 * digits of each currency are those of ISO 4217 in 2024, written down here: if the machine were asked, a stored amount
 * would mean something else after an update.
 */
export interface Money {
  readonly minor: number
  /** ISO 4217: `EUR`. */
  readonly currency: string
}

const noDigits = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ')
const threeDigits = 'BHD IQD JOD KWD LYD OMR TND'.split(' ')
const fourDigits = 'CLF UYW'.split(' ')

/** The largest amount of one conversion. Sums of nine thousand of them are still exact. */
const MOST = 1e12

/** Three letters, as ISO 4217 writes a currency. Which of them are in use changes over the years. */
export function isCurrency(text: string): boolean {
  return /^[A-Z]{3}$/.test(text)
}

/** Digits after the point: 2 for EUR, 0 for JPY. */
function digitsOf(currency: string): number {
  if (noDigits.includes(currency)) return 0
  if (threeDigits.includes(currency)) return 3
  return fourDigits.includes(currency) ? 4 : 2
}

/**
 * A number, or a text that is one (`19.99`), as an amount; a fragment as the reason when it is none. Digits that the
 * currency does not have are rounded.
 */
export function parseMoney(found: Json | undefined, currency: string): Money | { readonly refused: string } {
  if (found === undefined || found === null || found === '') return { refused: 'there is none' }
  const text = typeof found === 'number' ? String(found) : typeof found === 'string' ? found.trim() : ''
  // Without this, a text such as "0x10" would be a number, and "1,50" a hundredfold.
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return { refused: `${brief(found)} is no number` }
  const minor = shifted(text, digitsOf(currency))
  if (Math.abs(minor) > MOST) return { refused: `${brief(found)} is too large` }
  return { minor, currency }
}

/** `1999`, `EUR` -> `19.99 EUR`. */
export function sayMoney({ minor, currency }: Money): string {
  const digits = digitsOf(currency)
  const whole = String(Math.abs(minor)).padStart(digits + 1, '0')
  const units = whole.slice(0, whole.length - digits).replaceAll(/\B(?=(\d{3})+$)/g, ',')
  const rest = digits === 0 ? '' : `.${whole.slice(-digits)}`
  return `${minor < 0 ? '−' : ''}${units}${rest} ${currency}`
}

/** `19.99` of 1999 and EUR: an amount as a program reads it, without a currency. */
export function plainMoney({ minor, currency }: Money): string {
  const digits = digitsOf(currency)
  const whole = String(Math.abs(minor)).padStart(digits + 1, '0')
  const sign = minor < 0 ? '-' : ''
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole.slice(0, -digits)}.${whole.slice(-digits)}`
}

/**
 * Moves the point of a decimal text to the right, and rounds half away from zero. By its digits: 1.005 times 100 is
 * 100.49999999999999.
 */
function shifted(text: string, by: number): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const size = Number(`${mantissa.replace(/^[+-]/, '')}e${Number(exponent) + by}`)
  return (text.startsWith('-') ? -1 : 1) * Math.round(size) || 0
}

function brief(found: Json): string {
  const shown = JSON.stringify(found)
  return shown.length <= 60 ? shown : `${shown.slice(0, 59)}…`
}

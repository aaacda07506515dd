import { formEncode } from '../rules/content-type'
import { toBase64, toHex, utf8 } from './hash'

/** What is written in place of a secret. */
export const HIDDEN = '••••••'
/** A shorter piece of a secret gives nothing away. */
export const TELLING = 4
/**
 * In a longer value only characters that need an encoding are searched in all their encodings. The full pattern of a
 * token of 4 KiB would be half a megabyte.
 */
const LONG = 512

/** How a value that was sent may come back. */
export interface Spellings {
  /**
   * Finds the value in any writing, and in a mixture of them: plain, in capitals, in a URL or a form, in JSON, in HTML
   * or XML, in hex, and in base64 behind anything.
   */
  readonly pattern: string
  /** The usual writings, for the end of an answer that was cut. */
  readonly written: readonly string[]
}

const known = new Map<string, Spellings>()

/** Every writing of a value that was sent. */
export function spellings(value: string): Spellings {
  const before = known.get(value)
  if (before !== undefined) return before
  const bytes = utf8(value)
  const hex = toHex(bytes)
  const cores = [0, 1, 2].map(offset => base64Core(bytes, offset)).filter(core => core.length >= TELLING)
  const json = JSON.stringify(value).slice(1, -1)
  const made = {
    pattern: [
      [...value].map(sign => writingsOf(sign, value.length > LONG)).join(''),
      `(?:\\\\{1,4}x|0x)?${(hex.match(/../g) ?? []).join('(?:[:\\s-]|\\\\{1,4}x|0x)?')}`,
      // The characters beside the part that belongs to the value alone still hold some of its bits.
      ...cores.map(core => `[\\w+/-]?${[...core].map(base64Sign).join('')}(?:[\\w+/-]?(?:=|%3D){0,2})`),
    ].join('|'),
    written: [value, encodeURIComponent(value), formEncode(value), json, htmlEscape(value), hex, ...cores],
  }
  if (known.size >= 1000) known.clear()
  known.set(value, made)
  return made
}

/**
 * A pattern for one character: itself, and how URLs, forms, JSON, HTML and XML write it, also twice encoded. It has no
 * unbounded repetition, because receivers write the text that is searched.
 */
function writingsOf(sign: string, isLong: boolean): string {
  const itself = literal(sign)
  if (isLong && /[A-Za-z0-9]/.test(sign)) return itself
  const code = sign.codePointAt(0) as number
  const bytes = [...utf8(sign)].map(byte => `%(?:25){0,3}${byte.toString(16).padStart(2, '0')}`).join('')
  const units = Array.from(
    { length: sign.length },
    (_, i) => `\\\\{1,4}u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')
  const named = NAMED[sign]
  // JSON puts a backslash before these, even where HTML writes the character otherwise.
  const before = /["'\\/]/.test(sign) ? '\\\\{0,4}' : ''
  return `${before}(?:${[
    itself,
    bytes,
    units,
    `&(?:amp;){0,3}#0{0,5}${code};`,
    `&(?:amp;){0,3}#x0{0,5}${code.toString(16)};`,
    ...(code < 0x100 ? [`\\\\{1,4}x${code.toString(16).padStart(2, '0')}`] : []),
    ...(named === undefined ? [] : [`&(?:amp;){0,3}${named};`]),
    ...(sign === ' ' ? ['\\+'] : []),
  ].join('|')})`
}

const NAMED: { readonly [sign: string]: string } = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' }

/** The characters of base64 that are the same whatever follows the value, when this many bytes stand before it. */
function base64Core(bytes: Uint8Array, offset: number): string {
  const padded = new Uint8Array(offset + bytes.length)
  padded.set(bytes, offset)
  const text = toBase64(padded).replaceAll('=', '')
  const shared = (offset + bytes.length) % 3 === 0 ? 0 : 1
  return text.slice(offset === 0 ? 0 : offset + 1, text.length - shared)
}

function base64Sign(sign: string): string {
  if (sign === '+') return '(?:[+-]|%2B)'
  return sign === '/' ? '(?:_|\\\\{0,4}/|%2F)' : sign
}

function htmlEscape(text: string): string {
  return text.replaceAll(/[&<>"']/g, sign => (sign === "'" ? '&#39;' : `&${NAMED[sign]};`))
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

/** Hides the values wherever a text repeats them. */
export function maskText(text: string, values: readonly Spellings[]): string {
  return values.length === 0 ? text : text.replaceAll(patternOf(values), HIDDEN)
}

/** The longest first: one secret may begin like another. */
function patternOf(values: readonly Spellings[]): RegExp {
  const longest = values.map(({ pattern }) => pattern).sort((a, b) => b.length - a.length)
  return new RegExp(longest.join('|'), 'gi')
}

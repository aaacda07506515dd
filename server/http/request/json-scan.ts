import { isKept } from '#shared/values/numbers'

/**
 * One look over the bytes of a body before anything is built of it: 3.3 million empty lists fit into 10 MB, take 400
 * MiB and a minute to work on, and are refused here within milliseconds. The same look finds the numbers that a double
 * cannot keep, and counts the keys, by which JSON.parse is caught when it drops one that stands twice.
 */

export interface JsonLimits {
  /** Keys and members of lists in the whole body. */
  readonly values: number
  /** The same for one thing: the body, or a member of the list that the body is. */
  readonly each: number
  /** Bytes of one thing. */
  readonly eachBytes: number
}

export const MAX_DEPTH = 64

export type Scanned =
  /** `lost`: where the first number begins that a double cannot keep; -1: there is none. `escapes`: is there any \u? */
  | { readonly is: 'fine'; readonly keys: number; readonly lost: number; readonly escapes: boolean }
  | { readonly is: 'deep' }
  | { readonly is: 'many' }
  /** `thing`: which one of the list, from 0. */
  | { readonly is: 'each-many' | 'each-long'; readonly thing: number }

const [QUOTE, COMMA, MINUS, DOT, ZERO, NINE, COLON, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN, CLOSE] = [
  34, 44, 45, 46, 48, 57, 58, 91, 92, 93, 123, 125,
]
const [UPPER_E, LOWER_E, LOWER_U, PLUS] = [69, 101, 117, 43]

/** Numbers with fewer signs and no exponent are kept, unless they are -0. */
const SHORT = 15

/** Never throws, whatever the bytes are: what is no JSON is found by whoever parses it. */
export function scanJson(bytes: Uint8Array, limits: JsonLimits): Scanned {
  const { length } = bytes
  let depth = 0
  let keys = 0
  let values = 0
  let lost = -1
  let escapes = false
  // By depth: is it a list that is open there?
  const lists = new Uint8Array(MAX_DEPTH + 1)
  // A thing begins behind a comma of the outermost list.
  let thing = 0
  let thingAt = 0
  let thingValues = 0
  for (let i = 0; i < length; i++) {
    const sign = bytes[i] as number
    if (sign === QUOTE) {
      for (i++; i < length && bytes[i] !== QUOTE; i++)
        if (bytes[i] === BACKSLASH) {
          i++
          if (bytes[i] === LOWER_U) escapes = true
        }
    } else if (sign === COMMA) {
      // In an object the keys are counted.
      if (lists[depth] !== 1) continue
      if (depth === 1) {
        if (i - thingAt > limits.eachBytes) return { is: 'each-long', thing }
        thing++
        thingAt = i
        thingValues = 0
      }
      values++
      thingValues++
    } else if (sign === OPEN_LIST) {
      if (++depth > MAX_DEPTH) return { is: 'deep' }
      lists[depth] = 1
      // An empty list counts as one too: it takes as much room as one with a member.
      values++
      thingValues++
    } else if (sign === COLON) {
      keys++
      values++
      thingValues++
    } else if (sign === OPEN) {
      if (++depth > MAX_DEPTH) return { is: 'deep' }
      lists[depth] = 0
    } else if (sign === CLOSE || sign === CLOSE_LIST) {
      // Of what is no JSON there may be more closed than opened.
      if (depth > 0) depth--
    } else if (sign === MINUS || (sign >= ZERO && sign <= NINE)) {
      const from = i
      let mayLose = sign === MINUS && bytes[i + 1] === ZERO
      for (i++; i < length; i++) {
        const next = bytes[i] as number
        if (next === LOWER_E || next === UPPER_E) mayLose = true
        else if (!((next >= ZERO && next <= NINE) || next === DOT || next === MINUS || next === PLUS)) break
      }
      if (lost < 0 && (mayLose || i - from > SHORT) && !isKept(textBetween(bytes, from, i))) lost = from
      i--
    } else continue
    if (values > limits.values) return { is: 'many' }
    if (thingValues > limits.each) return { is: 'each-many', thing }
  }
  if (length - thingAt > limits.eachBytes) return { is: 'each-long', thing }
  return { is: 'fine', keys, lost, escapes }
}

/** A number is made of ASCII signs. */
function textBetween(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i] as number)
  return text
}

/** The number that begins at an offset. */
export function numberAt(bytes: Uint8Array, from: number): string {
  let to = from
  while (to < bytes.length && /[\d.eE+-]/.test(String.fromCharCode(bytes[to] as number))) to++
  return textBetween(bytes, from, to)
}

/** The path of the value at an offset of valid JSON, like `0.properties.order`. Slow; only called to name a mistake. */
export function pathAt(text: string, offset: number): string {
  const open: { key: string | number }[] = []
  let last = ''
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:,]/gs
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (index >= offset) break
    const here = open.at(-1)
    if (token === '{') open.push({ key: '' })
    else if (token === '[') open.push({ key: 0 })
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':' && here !== undefined) here.key = JSON.parse(last) as string
    else if (token === ',' && typeof here?.key === 'number') here.key++
    else if (token.startsWith('"')) last = token
  }
  return open.map(({ key }) => key).join('.')
}

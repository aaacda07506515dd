import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { charsetOf } from '#shared/values/charset'
import { mendLost, sayLost } from '#shared/values/numbers'
import { letOthers } from '../others'
import { Refused, refuse } from '../problem'
import { offsetOfMistake } from './json-mistake'
import { type JsonLimits, MAX_DEPTH, numberAt, pathAt, type Scanned, scanJson } from './json-scan'

/**
 * Reads JSON bodies, strictly (delivery R42): one content type, valid UTF-8 and nothing else, no key twice, no deeper
 * than 64, no text that a database could not keep, no number that a double could not keep, no key `__proto__`. What
 * comes out is plain data.
 */

/**
 * Keys and members of lists in any body: a list of 100,000 ids, 5,000 events with 80 each. JSON.parse builds them in
 * some 50 ms.
 */
const MOST_VALUES = 400_000

/** Of routes that take campaigns and lists of ids, the body as a whole is the limit. */
const anything: JsonLimits = {
  values: MOST_VALUES,
  each: MOST_VALUES,
  eachBytes: Number.POSITIVE_INFINITY,
}

/** What one event, one entry or one lead may hold. */
export const ofOne: JsonLimits = { values: MOST_VALUES, each: 5_000, eachBytes: 256 * 2 ** 10 }

/** A middleware that puts the parsed body on `req.body`; undefined when the request has none. `limit` is in bytes. */
export function readJson(limit: number, limits: JsonLimits = anything): RequestHandler {
  return async (req, _res, next) => {
    req.body = await jsonOf(req, limit, limits)
    next()
  }
}

/** The parsed body of a request; undefined when it has none. */
export async function jsonOf(req: IncomingMessage, limit: number, limits: JsonLimits): Promise<unknown> {
  if (!hasBody(req)) return undefined
  mustBe('application/json', req, 'JSON')
  return parseBody(await readBytes(req, limit), limits)
}

function hasBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
}

/**
 * Refuses (415) a body that is of another type than `wanted`, compressed, or by its own word in another encoding than
 * UTF-8: read as UTF-8 it would become other text, often without a trace (law 15).
 */
export function mustBe(wanted: 'application/json' | 'text/csv', { headers }: IncomingMessage, what: string): void {
  const said = headers['content-type'] ?? ''
  const type = said.split(';')[0]?.trim().toLowerCase()
  if (type !== wanted)
    throw refuse(
      415,
      'body.type',
      `The body is "${type || 'of no named type'}".`,
      `Send ${what}, with "content-type: ${wanted}".`,
    )
  if (![undefined, 'identity'].includes(headers['content-encoding']))
    throw refuse(415, 'body.encoding', 'The body is compressed.', 'Send it as it is.')
  const charset = charsetOf(said, noBytes)
  if (!utf8Names.has(charset))
    throw refuse(
      415,
      'body.charset',
      `The content type says that the body is written in "${charset}".`,
      'Send it in UTF-8, and leave the charset out.',
    )
}

/** What the header says is looked at alone: bytes that are not UTF-8 are refused where they are read. */
const noBytes = new Uint8Array()
const utf8Names: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii'])

/** The whole body of a request. Refuses (413) as soon as it is known to be longer than `limit` bytes. */
export function readBytes(req: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () =>
    refuse(413, 'body.too-large', `The body is larger than ${sayBytes(limit)}.`, 'Send it in smaller parts.')
  if (Number(req.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else reject(tooLarge())
    })
    req.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
    req.on('error', reject)
    req.on('aborted', () => reject(refuse(400, 'body.aborted', 'The request broke off.', 'Send it again.')))
  })
}

/** `1 MiB`, `256 KiB`. */
function sayBytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 2 ** 10} KiB`
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Bytes of a body after each look at which others have a turn: 10 ms a look. */
const LONG = 2 ** 20

/** Bytes to a JSON value. Rejects with a 400 that says what is wrong and where. */
export async function parseBody(bytes: Buffer, limits: JsonLimits = anything): Promise<unknown> {
  const isLong = bytes.length > LONG
  const scanned = scanJson(bytes, limits)
  if (scanned.is !== 'fine') throw tooMuch(scanned, limits)
  if (isLong) await letOthers()
  const text = decode(bytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refuse(400, 'json.syntax', sayBroken(text), 'Check the body with a JSON validator.')
  }
  if (scanned.lost >= 0) throw lostNumber(bytes, scanned.lost, text)
  if (isLong) await letOthers()
  // Without an escape, valid UTF-8 in valid JSON holds neither NUL nor half of a pair.
  if (scanned.escapes) {
    mustBeStorable(value, '')
    if (isLong) await letOthers()
  }
  const keys = countKeys(value)
  if (Number.isNaN(keys)) throw unkeepable(placeOfProto(value, '') ?? '')
  if (keys !== scanned.keys) throw refuse(400, 'json.twice', sayTwice(text), 'Keep one of the two.')
  return value
}

function tooMuch(found: Exclude<Scanned, { is: 'fine' }>, limits: JsonLimits): Refused {
  const most = (n: number) => n.toLocaleString('en-US')
  if (found.is === 'deep')
    return refuse(400, 'json.deep', `The body is nested more than ${MAX_DEPTH} levels deep.`, 'Send it flatter.')
  if (found.is === 'many')
    return refuse(
      400,
      'json.many',
      `The body holds more than ${most(limits.values)} keys and members of lists.`,
      'Send it in smaller parts.',
    )
  const where = found.thing === 0 ? '' : ` (number ${found.thing + 1} of the list)`
  return found.is === 'each-many'
    ? refuse(
        400,
        'json.each-many',
        `One part of the body${where} holds more than ${most(limits.each)} keys and members of lists.`,
        'Keep what campaigns need, and leave the rest out.',
      )
    : refuse(
        400,
        'json.each-long',
        `One part of the body${where} is longer than ${sayBytes(limits.eachBytes)}.`,
        'Keep what campaigns need, and leave the rest out.',
      )
}

function lostNumber(bytes: Buffer, at: number, text: string): Refused {
  const literal = numberAt(bytes, at)
  const path = pathAt(text, utf8.decode(bytes.subarray(0, at)).length)
  return new Refused(400, 'The request is not valid.', [
    {
      code: 'json.number',
      severity: 'error',
      ...(path === '' ? {} : { path }),
      message: `${sayLost(literal)}.`,
      fix: mendLost(literal),
    },
  ])
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw refuse(400, 'body.utf8', 'The body is not valid UTF-8.', 'Encode it as UTF-8.')
  }
}

function sayBroken(text: string): string {
  if (text.trim() === '') return 'The body is empty, where JSON was expected.'
  const offset = offsetOfMistake(text)
  const before = text.slice(0, offset).split('\n')
  const what = offset === text.length ? 'it ends too early' : `${JSON.stringify(text.charAt(offset))} was not expected`
  return `The body is not JSON: ${what} at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}.`
}

/** How many keys the objects of a value have; NaN when one of them is `__proto__`. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) {
    for (const member of value) if (typeof member === 'object') keys += countKeys(member)
    return keys
  }
  // What JSON.parse makes inherits nothing that could be listed.
  for (const key in value) {
    if (key === '__proto__') return Number.NaN
    keys++
    const member = (value as Record<string, unknown>)[key]
    if (typeof member === 'object') keys += countKeys(member)
  }
  return keys
}

/** Looks at every text. */
function mustBeStorable(value: unknown, path: string): void {
  if (typeof value === 'string' && !isStorable(value)) throw unstorable(path)
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    if (!isStorable(key)) throw unstorable(path)
    mustBeStorable(member, path === '' ? key : `${path}.${key}`)
  }
}

/** No NUL (PostgreSQL cannot store it), no half of a surrogate pair (it does not survive UTF-8). */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function unstorable(path: string): Refused {
  const message = 'The text holds characters that cannot be stored (NUL, or half of a surrogate pair).'
  return new Refused(400, 'The request is not valid.', [
    { code: 'text.unstorable', severity: 'error', path, message, fix: 'Remove them.' },
  ])
}

/** Every JavaScript object has a member of this name, so a value under it would get lost. It is refused instead. */
function unkeepable(path: string): Refused {
  const message = `A key${path === '' ? '' : ` in "${path}"`} is called "__proto__", which cannot be kept.`
  return new Refused(400, 'The request is not valid.', [
    { code: 'json.name', severity: 'error', path, message, fix: 'Give it another name.' },
  ])
}

/** Where a key is called `__proto__`. Slow, and only called when there is one. */
function placeOfProto(value: unknown, path: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, '__proto__')) return path
  for (const [key, member] of Object.entries(value)) {
    const found = placeOfProto(member, path === '' ? key : `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** Names the key that one object has twice. Slow, and only called when there is one. */
function sayTwice(text: string): string {
  const open: Set<string>[] = []
  let last = ''
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (token !== ':') last = String(JSON.parse(token))
    else if (open.at(-1)?.has(last)) return `The key ${JSON.stringify(last)} stands twice in one object.`
    else open.at(-1)?.add(last)
  }
  return 'A key stands twice in one object.'
}

import type { Request, RequestHandler } from 'express'
import { offsetOfMistake } from './json-mistake'
import { Refused, refuse } from './problem'

/**
 * Reads JSON bodies, strictly (delivery R42): one content type, valid UTF-8, no key twice, no deeper than 64, no text that a database could not
 * keep, no key `__proto__`. What comes out is plain data.
 */

const MAX_DEPTH = 64

/** A middleware that puts the parsed body on `req.body`; undefined when the request has none. `limit` is in bytes. */
export function readJson(limit: number): RequestHandler {
  return async (req, _res, next) => {
    if (hasBody(req)) {
      mustBeJson(req)
      req.body = parseBody(await readBytes(req, limit))
    }
    next()
  }
}

function hasBody(req: Request): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
}

function mustBeJson(req: Request): void {
  const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    throw refuse(
      415,
      'body.type',
      `The body is "${type || 'of no named type'}".`,
      'Send JSON, with "content-type: application/json".',
    )
  if (![undefined, 'identity'].includes(req.headers['content-encoding']))
    throw refuse(415, 'body.encoding', 'The body is compressed.', 'Send it as it is.')
}

/** The whole body of a request. Refuses (413) as soon as it is known to be longer than `limit` bytes. */
export function readBytes(req: Request, limit: number): Promise<Buffer> {
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
export function sayBytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 2 ** 10} KiB`
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Bytes to a JSON value. Throws a 400 that says what is wrong and where. */
export function parseBody(bytes: Buffer): unknown {
  const text = decode(bytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refuse(400, 'json.syntax', sayBroken(text), 'Check the body with a JSON validator.')
  }
  const keys = inspect(value, '', 1)
  if (keys !== countKeys(text)) throw refuse(400, 'json.twice', sayTwice(text), 'Keep one of the two.')
  return value
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

/** Looks at every text and every level of a value; answers how many keys its objects have. */
function inspect(value: unknown, path: string, depth: number): number {
  if (typeof value === 'string') {
    if (isStorable(value)) return 0
    throw unstorable(path)
  }
  if (typeof value !== 'object' || value === null) return 0
  if (depth > MAX_DEPTH)
    throw refuse(400, 'json.deep', `The body is nested more than ${MAX_DEPTH} levels deep.`, 'Send it flatter.')
  let keys = 0
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) keys += inspect(value[i], path === '' ? `${i}` : `${path}.${i}`, depth + 1)
    return keys
  }
  for (const [key, member] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    if (!isStorable(key)) throw unstorable(path)
    if (key === '__proto__') throw unkeepable(path)
    keys += 1 + inspect(member, at, depth + 1)
  }
  return keys
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

/** Every object of JavaScript has a member of this name, so that what is under it gets lost on its way; it is refused rather than dropped. */
function unkeepable(path: string): Refused {
  const message = `A key${path === '' ? '' : ` in "${path}"`} is called "__proto__", which cannot be kept.`
  return new Refused(400, 'The request is not valid.', [
    { code: 'json.name', severity: 'error', path, message, fix: 'Give it another name.' },
  ])
}

/** Keys in valid JSON text: the colons outside of its strings. */
function countKeys(text: string): number {
  let keys = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === COLON) keys++
    else if (char === QUOTE) i = endOfString(text, i)
  }
  return keys
}

const QUOTE = 34
const COLON = 58
const BACKSLASH = 92

function endOfString(text: string, from: number): number {
  let i = from + 1
  while (text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1
  return i
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

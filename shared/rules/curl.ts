import { isHeaderAllowed } from './check-request'
import { formDecode, formEncode, isFormType } from './content-type'
import { isWords, shellWords } from './shell-words'
import type { Body, RenderedRequest, WebhookRequest } from './webhook-request'

export type CurlRead =
  | { readonly is: 'request'; readonly request: WebhookRequest; readonly notes: readonly string[] }
  | { readonly is: 'refused'; readonly message: string; readonly fix: string }

/** What the options say, as they come. */
interface Said {
  method: string | undefined
  readonly urls: string[]
  readonly headers: [name: string, value: string | null][]
  readonly data: string[]
  user: string | undefined
  isQuery: boolean
  isJson: boolean
  readonly notes: string[]
}

type Take = (said: Said, value: string) => void

const LONG: { readonly [letter: string]: string } = {
  X: 'request',
  H: 'header',
  d: 'data',
  u: 'user',
  G: 'get',
  A: 'user-agent',
  e: 'referer',
  b: 'cookie',
  I: 'head',
  F: 'form',
  T: 'upload-file',
  x: 'proxy',
  E: 'cert',
  K: 'config',
  k: 'insecure',
  L: 'location',
  o: 'output',
  m: 'max-time',
  w: 'write-out',
}

const valued: { readonly [option: string]: Take } = {
  request: (said, value) => {
    said.method = value.toUpperCase()
  },
  url: (said, value) => said.urls.push(value),
  header: takeHeader,
  data: takeData,
  'data-ascii': takeData,
  'data-binary': takeData,
  'data-raw': (said, value) => said.data.push(value),
  'data-urlencode': takeEncoded,
  json: (said, value) => {
    said.isJson = true
    takeData(said, value)
  },
  user: (said, value) => {
    said.user = value
  },
  'user-agent': (said, value) => said.headers.push(['user-agent', value]),
  referer: (said, value) => said.headers.push(['referer', value]),
  cookie: (said, value) => {
    if (!value.includes('=')) throw new Refused('It sends cookies from a file.', 'Write the cookies into a header.')
    said.headers.push(['cookie', value])
  },
  output: ignore,
  'max-time': ignore,
  'connect-timeout': ignore,
  retry: ignore,
  'write-out': ignore,
}

const flags: { readonly [option: string]: (said: Said) => void } = {
  get: said => {
    said.isQuery = true
  },
  insecure: said => said.notes.push('Certificates are always checked: --insecure was left out.'),
  location: said => said.notes.push('Redirects are not followed: --location was left out.'),
}

const refusals: { readonly [option: string]: string } = {
  form: 'It sends a multipart form (-F), which Hookline does not.',
  'form-string': 'It sends a multipart form, which Hookline does not.',
  'upload-file': 'It uploads a file.',
  proxy: 'It goes through a proxy.',
  cert: 'It signs in with a certificate of its own.',
  key: 'It signs in with a certificate of its own.',
  config: 'It reads its options from a file.',
  head: 'It sends HEAD; a webhook sends GET, POST, PUT, PATCH or DELETE.',
}

/** Flags of the command line that say nothing about the request. */
const SILENT =
  /^(silent|show-error|verbose|include|compressed|fail|fail-with-body|globoff|http1\.[01]|http2|http3|no-progress-meter|progress-bar|no-buffer|ipv4|ipv6|tlsv1\.[0-3]|tlsv1|path-as-is)$/
const SILENT_LETTERS = new Set('sSvifgN#0146')

class Refused extends Error {
  constructor(
    message: string,
    readonly fix = 'Remove that part, or fill the request in by hand.',
  ) {
    super(message)
  }
}

/**
 * Reads a curl command as browsers and documentation give it. What a webhook cannot do is refused in words; options
 * that do not matter to a webhook are noted.
 */
export function parseCurl(command: string): CurlRead {
  const words = shellWords(command)
  if (!isWords(words)) return { is: 'refused', ...words }
  try {
    const said = hear(words)
    return { is: 'request', request: toRequest(said), notes: said.notes }
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause
    return { is: 'refused', message: cause.message, fix: cause.fix }
  }
}

function hear([command, ...words]: readonly string[]): Said {
  if (command === undefined || !/(^|[/\\])curl(\.exe)?$/.test(command))
    throw new Refused('This is no curl command.', 'Paste one that begins with "curl".')
  const said: Said = {
    method: undefined,
    urls: [],
    headers: [],
    data: [],
    user: undefined,
    isQuery: false,
    isJson: false,
    notes: [],
  }
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('--') && word.length > 2) take(said, word.slice(2), rest)
    else if (word.startsWith('-') && word.length > 1) takeLetters(said, word.slice(1), rest)
    else said.urls.push(word)
  }
  return said
}

/** `-sSL`, `-XPOST`, `-d 'x'`: letters up to one that takes a value, which is the rest or the next word. */
function takeLetters(said: Said, letters: string, rest: string[]): void {
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] ?? ''
    if (SILENT_LETTERS.has(letter)) continue
    const option = LONG[letter]
    if (option === undefined) throw new Refused(`The option -${letter} is not known here.`)
    const value = letters.slice(i + 1)
    const takesRest = valued[option] !== undefined && value !== ''
    take(said, option, takesRest ? [value] : rest)
    if (valued[option] !== undefined) return
  }
}

function take(said: Said, option: string, rest: string[]): void {
  const refusal = refusals[option]
  if (refusal !== undefined) throw new Refused(refusal)
  const flag = flags[option]
  if (flag !== undefined) {
    flag(said)
    return
  }
  if (SILENT.test(option)) return
  const takes = valued[option]
  if (takes === undefined) throw new Refused(`The option --${option} is not known here.`)
  const value = rest.shift()
  if (value === undefined) throw new Refused(`Nothing stands behind --${option}.`, 'Paste the whole command.')
  takes(said, value)
}

function ignore(): void {}

function takeHeader(said: Said, line: string): void {
  if (line.startsWith('@')) throw new Refused('It reads headers from a file.')
  const [, name = '', sign, value = ''] = /^([^:;]+)([:;])([\s\S]*)$/.exec(line) ?? []
  if (sign === undefined) throw new Refused(`"${line}" is no header.`, 'Write headers like "X-Source: shop".')
  said.headers.push([name.trim(), sign === ':' && value.trim() === '' ? null : value.trim()])
}

function takeData(said: Said, value: string): void {
  if (value.startsWith('@'))
    throw new Refused(`It sends the file "${value.slice(1)}".`, 'Put what is in the file there.')
  said.data.push(value)
}

/** `content`, `=content`, `name=content`; the name is encoded already. */
function takeEncoded(said: Said, value: string): void {
  const [, name = '', sign = '', content = ''] = /^([^=@]*)([=@]?)([\s\S]*)$/.exec(value) ?? []
  if (sign === '@') throw new Refused(`It sends the file "${content}".`, 'Put what is in the file there.')
  said.data.push(sign === '' ? percent(name) : `${name}${name === '' ? '' : '='}${percent(content)}`)
}

function percent(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, s => `%${s.charCodeAt(0).toString(16).toUpperCase()}`)
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

function toRequest(said: Said): WebhookRequest {
  const [address, another] = said.urls
  if (address === undefined) throw new Refused('It has no address.', 'Paste the whole command.')
  if (another !== undefined) throw new Refused('It calls more than one address.', 'Paste one call.')
  const isSent = said.data.length > 0 && !said.isQuery
  const asked = said.method ?? (isSent ? 'POST' : 'GET')
  const method = METHODS.find(each => each === asked)
  if (method === undefined) throw new Refused(`It sends ${asked}; a webhook sends ${METHODS.join(', ')}.`)
  const data = said.data.join(said.isJson ? '' : '&')
  const url = withScheme(said.isQuery && data !== '' ? withQuery(address, data) : address)
  return { method, url, headers: headersOf(said), body: isSent ? bodyOf(data, typeOf(said)) : { as: 'none' } }
}

function withScheme(url: string): string {
  return /^([a-z][a-z0-9+.-]*:\/\/|\{\{)/i.test(url) ? url : `http://${url}`
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query}`
}

function headersOf(said: Said): WebhookRequest['headers'] {
  const headers = said.headers.flatMap(([name, value]) => {
    if (value === null || name.toLowerCase() === 'content-type') return []
    if (isHeaderAllowed(name)) return [{ name, value }]
    said.notes.push(`The header "${name}" is set by Hookline and was left out.`)
    return []
  })
  const has = (name: string) => headers.some(header => header.name.toLowerCase() === name)
  if (said.isJson && !has('accept')) headers.push({ name: 'accept', value: 'application/json' })
  if (said.user !== undefined && !has('authorization')) {
    said.notes.push('The user and the password stand in the header Authorization.')
    const signs = said.user.replaceAll(/["\\]/g, '\\$&')
    headers.push({ name: 'authorization', value: `Basic {{ "${signs}" | base64 }}` })
  }
  return headers
}

function typeOf({ headers, isJson }: Said): string {
  const own = headers.findLast(([name]) => name.toLowerCase() === 'content-type')
  return own === undefined ? (isJson ? 'application/json' : 'application/x-www-form-urlencoded') : (own[1] ?? '')
}

/** A form that encodes back to the same text becomes a list of values; everything else stays text. */
function bodyOf(data: string, contentType: string): Body {
  const raw: Body = { as: 'text', text: data, contentType, encoding: 'auto' }
  if (contentType !== 'application/x-www-form-urlencoded' || data === '' || !isFormType(contentType)) return raw
  const pairs = data.split('&').map(part => {
    const [key = '', value = ''] = part.split(/=(.*)/s).map(formDecode)
    return { key, value, isSame: `${formEncode(key)}=${formEncode(value)}` === part }
  })
  if (pairs.length > 200 || pairs.some(({ key, isSame }) => key === '' || !isSame)) return raw
  return { as: 'form', pairs: pairs.map(({ key, value }) => ({ key, value })) }
}

/** A request as a curl command for a POSIX shell; `parseCurl` reads it back. */
export function printCurl({ method, url, headers, body }: RenderedRequest): string {
  const lines = [`curl${method === (body === null ? 'GET' : 'POST') ? '' : ` -X ${method}`} ${quote(url)}`]
  for (const [name, value] of headers) lines.push(`-H ${quote(value === '' ? `${name};` : `${name}: ${value}`)}`)
  if (body !== null) {
    // Without a content type of ours, curl would call it a form.
    if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) lines.push("-H 'content-type:'")
    lines.push(`--data-raw ${quote(body)}`)
  }
  return lines.join(' \\\n  ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

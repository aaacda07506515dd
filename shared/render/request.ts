import { isObject, type Json } from '../json'
import { hostIsFixed, isHeaderAllowed, isHeaderValue } from '../rules/check-request'
import type { RenderedRequest, WebhookRequest } from '../rules/webhook-request'
import { OUTPUT_LIMIT } from './budget'
import { jsonFault, lineAndColumn } from './json-text'

export type Broken = { readonly is: 'broken'; readonly reason: string }
/** The template itself said that this lead shall not be sent to (`abort_message`). */
export type Aborted = { readonly is: 'aborted'; readonly reason: string }
export type Unrendered = Broken | Aborted
export type Rendered = { readonly is: 'rendered'; readonly text: string } | Unrendered
export type RequestRendered = { readonly is: 'rendered'; readonly request: RenderedRequest } | Unrendered

/** How the templates of a request are rendered, for one lead. */
export interface Renderers {
  readonly text: (template: string) => Rendered
  /** Percent-encodes what tokens print. */
  readonly url: (template: string) => Rendered
  /** Keeps the type of a template that is one single token. */
  readonly value: (template: string) => { readonly is: 'value'; readonly value: Json } | Unrendered
}

type Pairs = Extract<WebhookRequest['body'], { as: 'pairs' }>['pairs']

/** Puts a request together from its rendered parts; the first part that is broken or aborts decides. */
export function assemble(request: WebhookRequest, renderers: Renderers, sandbox: string): RequestRendered {
  const url = renderUrl(request.url.trim(), renderers, sandbox)
  if (url.is !== 'rendered') return inPart('The address', url)
  const headers: [string, string][] = []
  for (const { name, value } of request.headers) {
    const header = renderHeader(name, value, renderers)
    if (header.is !== 'rendered') return header
    headers.push([name, header.text])
  }
  const { method, body } = request
  if (method === 'GET' || body.as === 'none')
    return { is: 'rendered', request: { method, url: url.text, headers, body: null } }
  const own = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const contentType = own ?? (body.as === 'pairs' ? 'application/json' : body.contentType.trim())
  if (!isHeaderValue(contentType)) return broken(`"${contentType}" cannot be a content type.`)
  if (own === undefined && contentType !== '') headers.push(['content-type', contentType])
  const text = body.as === 'pairs' ? renderPairs(body.pairs, renderers) : renderBody(body.text, contentType, renderers)
  if (text.is !== 'rendered') return text
  if (isTooLong(text.text)) return broken(TOO_LONG_BODY)
  return { is: 'rendered', request: { method, url: url.text, headers, body: text.text } }
}

const TOO_LONG_BODY = 'The body is longer than 256 KiB.'
const SANDBOX = /^\{\{-?\s*system\.sandbox\s*-?\}\}/
/** What a URL parser takes for "here" or "one up", also when it is percent-encoded. */
const STEP_OUT = /(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i

function renderUrl(template: string, { url }: Renderers, sandbox: string): Rendered {
  if (template === '') return broken('is empty.')
  if (!hostIsFixed(template)) return broken('does not begin with a host that was typed in.')
  const token = SANDBOX.exec(template)?.[0]
  const origin = token === undefined ? (/^https?:\/\/[^/?#]*/i.exec(template)?.[0] ?? '') : sandbox
  if (origin.includes('@')) return broken('holds a user name or a password.')
  const rendered = url(template.slice(token?.length ?? 0))
  if (rendered.is !== 'rendered') return rendered
  // URL parsers drop tabs and line breaks; what is stored and shown is what is sent.
  const address = (token === undefined ? '' : sandbox) + rendered.text.replaceAll(/[\t\r\n]/g, '')
  const rest = address.slice(origin.length)
  if (!address.startsWith(origin) || !/^([/?#]|$)/.test(rest))
    return broken('would go to another host than the one typed in.')
  if (STEP_OUT.test(rest.split(/[?#]/, 1)[0] ?? ''))
    return broken('would leave its path: a part of it is only "." or "..".')
  return { is: 'rendered', text: address }
}

function renderHeader(name: string, value: string, { text }: Renderers): Rendered {
  if (!isHeaderAllowed(name)) return broken(`The header "${name}" cannot be set.`)
  const rendered = text(value)
  if (rendered.is !== 'rendered') return inPart(`The header "${name}"`, rendered)
  if (!isHeaderValue(rendered.text))
    return broken(`The header "${name}" came out with a line break or a sign that headers cannot carry.`)
  return { is: 'rendered', text: rendered.text.trim() }
}

/** JSON by construction (delivery R39): values are rendered, then quoted. */
function renderPairs(pairs: Pairs, renderers: Renderers): Rendered {
  const values: [string, Json][] = []
  let size = 0
  for (const { key, value } of pairs) {
    const found = renderers.value(value)
    if (found.is !== 'value') return inPart(`The body's "${key}"`, found)
    values.push([key, found.value])
    size += typeof found.value === 'string' ? found.value.length : 1
    if (size > OUTPUT_LIMIT) return broken(TOO_LONG_BODY)
  }
  return { is: 'rendered', text: JSON.stringify(wellFormed(Object.fromEntries(values))) }
}

function renderBody(template: string, contentType: string, { text }: Renderers): Rendered {
  const rendered = text(template)
  if (rendered.is !== 'rendered') return inPart('The body', rendered)
  const fault = isJson(contentType) ? jsonFault(rendered.text) : undefined
  if (fault === undefined) return rendered
  const { line, column } = lineAndColumn(rendered.text, fault)
  const near = rendered.text.slice(fault, fault + 20).toWellFormed()
  return broken(
    near === ''
      ? `The body is not JSON: it ends too early, at line ${line}, column ${column}.`
      : `The body is not JSON: ${JSON.stringify(near)} cannot stand at line ${line}, column ${column}.`,
  )
}

/** `application/json`, `application/vnd.api+json; charset=utf-8`; not lists of documents like `application/x-ndjson`. */
function isJson(contentType: string): boolean {
  return /[/+]json\s*(;|$)/i.test(contentType)
}

/** Lone surrogates become U+FFFD, so that every receiver can read the bytes (delivery R43). */
function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), wellFormed(member)]))
}

/** Is a text longer than the limit in UTF-8? */
function isTooLong(text: string): boolean {
  if (text.length > OUTPUT_LIMIT || text.length * 3 <= OUTPUT_LIMIT) return text.length > OUTPUT_LIMIT
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Half of a pair is two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return bytes > OUTPUT_LIMIT
}

function broken(reason: string): Broken {
  return { is: 'broken', reason }
}

/** Says which part of the request is meant: "The address is empty.", "The body: There is no filter ...". */
function inPart(part: string, unrendered: Unrendered): Unrendered {
  if (unrendered.is === 'aborted') return unrendered
  const { reason } = unrendered
  return broken(/^[a-z]/.test(reason) ? `${part} ${reason}` : `${part}: ${reason}`)
}

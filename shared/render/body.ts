import { isObject, type Json } from '../json'
import { encodingOf, formEncode, isJsonType } from '../rules/content-type'
import type { Body, PairType } from '../rules/webhook-request'
import { lostNumber, sayLost } from '../values/numbers'
import { jsonFault, lineAndColumn } from './json-text'
import { OUTPUT_LIMIT } from './limits'
import { broken, inPart, type Rendered, type RenderedValue, type Renderers } from './rendered'

type Written = Exclude<Body, { as: 'none' }>
type Of<A extends Body['as']> = Extract<Body, { as: A }>

const TOO_LONG_BODY = 'The body is longer than 256 KiB.'

/** The content type of a body when no header names one. */
export function typeOf(body: Written): string {
  if (body.as === 'pairs') return 'application/json'
  return body.as === 'form' ? 'application/x-www-form-urlencoded' : body.contentType.trim()
}

/** The body as it is sent, at most 256 KiB of UTF-8. */
export function renderBody(body: Written, contentType: string, renderers: Renderers): Rendered {
  const rendered =
    body.as === 'pairs'
      ? renderPairs(body, renderers)
      : body.as === 'form'
        ? renderForm(body, renderers)
        : renderRaw(body, contentType, renderers)
  return rendered.is === 'rendered' && isTooLong(rendered.text) ? broken(TOO_LONG_BODY) : rendered
}

/** JSON by construction (delivery R39): values are rendered, then quoted. */
function renderPairs({ pairs }: Of<'pairs'>, renderers: Renderers): Rendered {
  const values: [string, Json][] = []
  let size = 0
  for (const { key, value, type } of pairs) {
    const found = type === undefined || type === 'auto' ? renderers.value(value) : renderTyped(value, type, renderers)
    if (found.is !== 'value') return inPart(`The body's "${key}"`, found)
    values.push([key, found.value])
    size += typeof found.value === 'string' ? found.value.length : 1
    if (size > OUTPUT_LIMIT) return broken(TOO_LONG_BODY)
  }
  return { is: 'rendered', text: JSON.stringify(wellFormed(Object.fromEntries(values))) }
}

/** A value of the type that its author chose. A value that is missing is null, except as text. */
function renderTyped(template: string, type: Exclude<PairType, 'auto'>, renderers: Renderers): RenderedValue {
  const rendered = type === 'json' ? renderers.json(template) : renderers.text(template)
  if (rendered.is !== 'rendered') return rendered
  if (type === 'string') return { is: 'value', value: rendered.text }
  const text = rendered.text.trim()
  if (text === '') return { is: 'value', value: type === 'liquid' ? '' : null }
  const value = type === 'boolean' && /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : parsed(text)
  // Read and written again, the number would come out as another one. Where its author left the type to us, it leaves
  // as text.
  const lost = value === undefined ? undefined : lostNumber(text)
  if (lost !== undefined)
    return type === 'liquid' ? { is: 'value', value: rendered.text } : broken(`${sayLost(lost)}. Send it as text.`)
  const isRight = type === 'json' || type === 'liquid' || value === null || typeof value === type
  if (value !== undefined && isRight) return { is: 'value', value }
  if (type === 'liquid') return { is: 'value', value: rendered.text }
  const near = JSON.stringify(text.slice(0, 40).toWellFormed())
  return broken(`came out as ${near}, which is not ${WANTED[type]}.`)
}

const WANTED = { number: 'a number', boolean: 'true or false', json: 'JSON' } as const

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function renderForm({ pairs }: Of<'form'>, { text }: Renderers): Rendered {
  const parts: string[] = []
  let size = 0
  for (const { key, value } of pairs) {
    const rendered = text(value)
    if (rendered.is !== 'rendered') return inPart(`The body's "${key}"`, rendered)
    parts.push(`${formEncode(key)}=${formEncode(rendered.text)}`)
    size += rendered.text.length
    if (size > OUTPUT_LIMIT) return broken(TOO_LONG_BODY)
  }
  return { is: 'rendered', text: parts.join('&') }
}

function renderRaw(body: Of<'text'>, contentType: string, renderers: Renderers): Rendered {
  const encoding = encodingOf(body, contentType)
  const rendered = renderers[encoding === 'none' ? 'text' : encoding](body.text)
  if (rendered.is !== 'rendered') return inPart('The body', rendered)
  const fault = isJsonType(contentType) ? jsonFault(rendered.text) : undefined
  if (fault === undefined) return rendered
  const { line, column } = lineAndColumn(rendered.text, fault)
  const near = rendered.text.slice(fault, fault + 20).toWellFormed()
  return broken(
    near === ''
      ? `The body is not JSON: it ends too early, at line ${line}, column ${column}.`
      : `The body is not JSON: ${JSON.stringify(near)} cannot stand at line ${line}, column ${column}.`,
  )
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
    // Half of a surrogate pair is two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return bytes > OUTPUT_LIMIT
}

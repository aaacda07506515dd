import { type Profile, profiles } from './profiles'
import type { Body, Encoding, WebhookRequest } from './webhook-request'

/**
 * `application/json`, `application/vnd.api+json; charset=utf-8`; not lists of documents like `application/x-ndjson`.
 */
export function isJsonType(contentType: string): boolean {
  return /[/+]json\s*(;|$)/i.test(contentType)
}

/** JSON in pieces, or with more liberties: `application/x-ndjson`, `jsonl`, `json-seq`, `json5`. No document to check. */
export function isJsonLikeType(contentType: string): boolean {
  return /[/+](x-)?(nd-?json|json-?l|json-?lines|json-?seq|json5|jsonc|stream\+json)\s*(;|$)/i.test(contentType)
}

/** `application/xml`, `text/xml`, `application/soap+xml; charset=utf-8`. */
export function isXmlType(contentType: string): boolean {
  return /[/+]xml\s*(;|$)/i.test(contentType)
}

/** A form, also as some documentation misspells it (`x-www-form-url-encoded`; braze 1.1). */
export function isFormType(contentType: string): boolean {
  return /^\s*application\/x-www-form-url-?encoded\s*(;|$)/i.test(contentType)
}

/** How the tokens of a raw text are written, once its content type is known. */
export function encodingOf(body: Extract<Body, { as: 'text' }>, contentType: string): Exclude<Encoding, 'auto'> {
  const { encoding = 'none' } = body
  return encoding === 'auto' ? encodingFor(contentType) : encoding
}

/** How a content type wants values written; `none`: as they are. */
export function encodingFor(contentType: string): Exclude<Encoding, 'auto'> {
  if (isJsonType(contentType)) return 'json'
  return isFormType(contentType) ? 'form' : isXmlType(contentType) ? 'xml' : 'none'
}

/**
 * The request with its tokens written as its profile does it, where a raw body leaves that open. Most come back
 * unchanged.
 */
export function asProfile(request: WebhookRequest, profile: keyof typeof profiles): WebhookRequest {
  const { tokens } = profiles[profile]
  if (tokens === 'by-content-type') return request
  const { body, languages } = request
  return {
    ...request,
    body: settled(body, tokens),
    ...(languages === undefined
      ? {}
      : { languages: languages.map(l => (l.body === undefined ? l : { ...l, body: settled(l.body, tokens) })) }),
  }
}

function settled(body: Body, encoding: Exclude<Profile['tokens'], 'by-content-type'>): Body {
  return body.as === 'text' && body.encoding === 'auto' ? { ...body, encoding } : body
}

/**
 * One name or value of a form, as the URL standard serialises it: a space becomes `+`, everything but letters, digits
 * and `*-._` is encoded.
 */
export function formEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()~]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/** The text that `formEncode` encoded; undefined where the percent signs are not its own. */
export function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

import type { JsonObject } from '../json'
import type { WebhookRequest } from './webhook-request'

/** Lead attributes that name a language; the first that is a text counts. */
const ATTRIBUTES = ['language', 'locale'] as const

/** A language as it is compared: `de_AT` and `de-at` are one. */
export function plainLanguage(language: string): string {
  return language.trim().replaceAll('_', '-').toLowerCase()
}

/** Is this the name of a language, like `de` or `pt-BR`? */
export function isLanguage(language: string): boolean {
  return /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/.test(plainLanguage(language))
}

/**
 * The request in this lead's language: `de-AT`, else `de`, else the base (braze 1.2). Without languages it is the
 * request itself.
 */
export function inLanguage(request: WebhookRequest, attributes: JsonObject): WebhookRequest {
  const { languages } = request
  if (languages === undefined || languages.length === 0) return request
  for (let tag = languageOf(attributes); tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
    const found = languages.find(each => plainLanguage(each.language) === tag)
    if (found !== undefined)
      return { ...request, url: found.url ?? request.url, body: found.body ?? request.body, languages: [] }
  }
  return request
}

/** The normalised language of a lead; empty when none is known. */
export function languageOf(attributes: JsonObject): string {
  const said = ATTRIBUTES.map(name => attributes[name]).find(value => typeof value === 'string' && value !== '')
  return typeof said === 'string' ? plainLanguage(said) : ''
}

/**
 * A request with each of its languages as a request of its own, and where the parts of each stand:
 * `config.request.languages.0`.
 */
export function wordings(
  request: WebhookRequest,
  path: string,
): { readonly request: WebhookRequest; readonly path: string }[] {
  const { languages = [], ...base } = request
  const said = languages.map(({ url = base.url, body = base.body }, i) => ({
    request: { ...base, headers: [], url, body },
    path: `${path}.languages.${i}`,
  }))
  return [{ request: base, path }, ...said]
}

import { isObject, type Json } from '../json'
import { error, type Finding } from '../problems'

// Secrets are named in webhooks and never written out (delivery R47). What is rendered and stored holds a placeholder, which the server
// replaces at the moment of sending. The mark in it is known to this installation alone, so that no lead can bring a placeholder along.

/** What a secret may be called. */
export const secretName = /^[a-z][a-z0-9_]{0,39}$/

const NAME = '[a-z][a-z0-9_]{0,39}'
const TOKEN = new RegExp(`\\{\\{-?\\s*secret\\.(${NAME})\\s*-?\\}\\}`, 'g')
/** An opening, a closing, or a use of the scope `secret`; not `lead.secret`, not a word in quotes. Read from left to right, so that no text takes long. */
const USES = /\{[{%]|\}\}|%\}|(?<![\w.'"-])secret\s*(?:[.[|]|-?\}\}|-?%\})/g
const PLACEHOLDER = `hk-[0-9a-f]{24}-(?:s-(${NAME})|b-[0-9a-f]*-(${NAME})|o-[0-9a-f]+)-`

/** How a template names a secret. */
export function secretToken(name: string): string {
  return `{{ secret.${name} }}`
}

/** What `{{ secret.NAME }}` renders to. Without a mark (previews, the simulator) it is a sign for people. */
export function secretPlaceholder(mark: string | undefined, name: string): string {
  return mark === undefined ? `(secret.${name})` : `hk-${mark}-s-${name}-`
}

/** The template with its secrets as people see them when it is rendered: `{{ secret.NAME }}` becomes `(secret.NAME)`. */
export function hideTokens(template: string): string {
  return template.replaceAll(TOKEN, (_, name: string) => secretPlaceholder(undefined, name))
}

/** Stands for the value of `Authorization: Basic` with this user. */
export function basicPlaceholder(mark: string | undefined, user: string, name: string): string {
  return mark === undefined ? `(secret.${name})` : `hk-${mark}-b-${hex(user)}-${name}-`
}

/** How an access token is got (OAuth 2.0, client credentials). */
export interface TokenAsk {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string
}

/** Stands for an access token: it carries how the token is got, so that a stored call can be sent at any time. */
export function tokenPlaceholder(mark: string | undefined, ask: TokenAsk): string {
  return mark === undefined ? '(access token)' : `hk-${mark}-o-${hex(JSON.stringify(ask))}-`
}

/** Finds the placeholders of one installation: a secret's name; a user in hex and a name; an ask for a token in hex. */
export function placeholders(mark: string): RegExp {
  return new RegExp(`hk-${mark}-(?:s-(${NAME})|b-([0-9a-f]*)-(${NAME})|o-([0-9a-f]+))-`, 'g')
}

/** The text as people may see it: placeholders become `(secret.NAME)`. */
export function hidePlaceholders(text: string): string {
  if (!text.includes('hk-')) return text
  return text.replaceAll(new RegExp(PLACEHOLDER, 'g'), (_, plain?: string, password?: string) => {
    const name = plain ?? password
    return name === undefined ? '(access token)' : `(secret.${name})`
  })
}

/** The other way: `(secret.NAME)` becomes what stands for it in this installation. */
export function showPlaceholders(text: string, mark: string | undefined): string {
  return text.replaceAll(new RegExp(`\\(secret\\.(${NAME})\\)`, 'g'), (_, name: string) =>
    secretPlaceholder(mark, name),
  )
}

/** The same for a text that somebody edited: `(secret.NAME)` in it becomes the placeholder again that stood for it in the original. */
export function restorePlaceholders(edited: string, original: string): string {
  let text = edited
  for (const [placeholder] of original.matchAll(new RegExp(PLACEHOLDER, 'g')))
    text = text.replaceAll(hidePlaceholders(placeholder), placeholder)
  return text
}

/** Does the template use a secret in another way than `{{ secret.NAME }}`? A filter would spoil what stands for it. */
export function misusesSecret(template: string): boolean {
  if (!template.includes('secret')) return false
  let isOpen = false
  for (const [found] of template.replaceAll(TOKEN, '').matchAll(USES)) {
    if (isOpen && found.startsWith('secret')) return true
    isOpen = found === '{{' || found === '{%'
  }
  return false
}

/** Where each sort of authentication and signature names its secret. */
const NAMED_BY: { readonly [as: string]: string } = {
  basic: 'password',
  bearer: 'token',
  'api-key': 'value',
  oauth2: 'clientSecret',
  standard: 'key',
}

/** A secret that something names, and where: `config.auth.token`, `config.request.headers.0.value`. */
interface NamedSecret {
  readonly name: string
  readonly kind: 'text' | 'signing'
  readonly path: string
}

/** The names of all secrets that a graph, a step or a webhook uses. */
export function secretsIn(value: Json): ReadonlySet<string> {
  return new Set(namedSecrets(value, '').map(({ name }) => name))
}

function namedSecrets(value: Json, path: string): NamedSecret[] {
  const at = (key: string | number) => (path === '' ? `${key}` : `${path}.${key}`)
  if (typeof value === 'string')
    return [...value.matchAll(TOKEN)].map(([, name = '']) => ({ name, kind: 'text' as const, path }))
  if (Array.isArray(value)) return value.flatMap((member, i) => namedSecrets(member, at(i)))
  if (!isObject(value)) return []
  const sort = typeof value['as'] === 'string' ? value['as'] : ''
  const key = NAMED_BY[sort]
  const name = key === undefined ? undefined : value[key]
  const kind = sort === 'standard' ? ('signing' as const) : ('text' as const)
  const chosen = key !== undefined && typeof name === 'string' && secretName.test(name)
  return [
    ...(chosen ? [{ name, kind, path: at(key) }] : []),
    ...Object.entries(value).flatMap(([each, member]) => namedSecrets(member, at(each))),
  ]
}

/** Secrets that a step's config names and that are not there, each once. `known`: the names of all that are. */
export function missingSecrets(config: Json, known: ReadonlySet<string>): Finding[] {
  const said = new Set(known)
  const missing = namedSecrets(config, 'config').filter(({ name }) => !said.has(name) && said.add(name))
  return missing.map(({ name, kind, path }) => ({
    ...error(
      'step.secret-gone',
      `There is no ${kind === 'signing' ? 'signing key' : 'secret'} "${name}".`,
      'Make it, or name another.',
      // Problems of a row stand on the row.
      path.replace(/((?:headers|pairs)\.\d+)\..*$/, '$1'),
    ),
    repair: { label: `Make ${name}`, set: [], secret: { name, kind } },
  }))
}

/** UTF-8 in hex, without an encoder: the core has none. */
function hex(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/%(..)|[^%]/g, (sign, pair?: string) =>
    (pair ?? sign.charCodeAt(0).toString(16).padStart(2, '0')).toLowerCase(),
  )
}

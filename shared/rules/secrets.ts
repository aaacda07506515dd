import { isObject, type Json } from '../json'
import { error, type Finding } from '../problems'
import { type RenderedRequest, type SecretRef, tokenAskSchema } from './webhook-request'

// Secrets are named in webhooks and never written out (delivery R47). A stored call holds `(secret.NAME)` where one stands, for people to read, and beside
// its texts a list of the positions that are secrets (`SecretRef`). Only what is in that list is filled in when the call leaves, so that no value of a lead,
// an event, an answer or a token can become a secret, however it is spelt.

/** What a secret may be called. */
export const secretName = /^[a-z][a-z0-9_]{0,39}$/

const NAME = '[a-z][a-z0-9_]{0,39}'
const TOKEN = new RegExp(`\\{\\{-?\\s*secret\\.(${NAME})\\s*-?\\}\\}`, 'g')
/** An opening, a closing, or a use of the scope `secret`; not `lead.secret`, not a word in quotes. Read from left to right, so that no text takes long. */
const USES = /\{[{%]|\}\}|%\}|(?<![\w.'"-])secret\s*(?:[.[|]|-?\}\}|-?%\})/g
/** Where a capture begins, with its name, and where it ends. */
const CAPTURES = /\{%-?\s{0,99}(?:capture\s{1,99}['"]?([\w-]{1,99})['"]?|(endcapture))\s{0,99}-?%\}/g

/** How a template names a secret. */
export function secretToken(name: string): string {
  return `{{ secret.${name} }}`
}

/** What people see where a secret stands. */
export function secretMask(name: string): string {
  return `(secret.${name})`
}

/** The template with its secrets as people see them when it is rendered: `{{ secret.NAME }}` becomes `(secret.NAME)`. */
export function hideTokens(template: string): string {
  return template.replaceAll(TOKEN, (_, name: string) => secretMask(name))
}

/** What stands at the position of a secret in a stored text. */
export function maskOf(ref: NamedRef): string {
  return ref.as === 'token' ? '(access token)' : secretMask(ref.secret)
}

/** The text with every secret of `refs`, which are those of this text, in its place. Throws where a text and its positions do not fit together. */
export function fillSecrets(text: string, refs: readonly SecretRef[], write: (ref: SecretRef) => string): string {
  let filled = ''
  let done = 0
  for (const ref of refs.toSorted((a, b) => a.at - b.at)) {
    const mask = maskOf(ref)
    if (ref.at < done || !text.startsWith(mask, ref.at)) throw new Error(`No secret stands at ${ref.at} of the text.`)
    filled += text.slice(done, ref.at) + write(ref)
    done = ref.at + mask.length
  }
  return filled + text.slice(done)
}

/** Where the secrets of one text stand: the address, the body, or the value of the header of this number. */
export type Place = SecretRef['in']

/** The secrets of one text of a request. */
export function refsIn({ secrets = [] }: Pick<RenderedRequest, 'secrets'>, place: Place): readonly SecretRef[] {
  return secrets.filter(ref => ref.in === place)
}

// ------------------------------------------------------------------------------------------------------------ from text to positions

/** A secret without its place. */
export type NamedRef = SecretRef extends infer Each ? (Each extends SecretRef ? Omit<Each, 'in' | 'at'> : never) : never

/** What stands for a secret in a text. */
export interface Found {
  readonly from: number
  readonly to: number
  readonly ref: NamedRef
}

/** Finds the first that stands at a place of a text or behind it. */
export type Find = (text: string, from: number) => Found | undefined

/** The request with a mask and its position wherever something is found that stands for a secret. */
export function liftSecrets(request: RenderedRequest, find: Find): RenderedRequest {
  const secrets: SecretRef[] = []
  const lift = (place: Place, text: string) => {
    let lifted = ''
    let done = 0
    for (let found = find(text, 0); found !== undefined; found = find(text, done)) {
      lifted += text.slice(done, found.from)
      secrets.push({ ...found.ref, in: place, at: lifted.length } as SecretRef) // a `NamedRef` with its place
      lifted += maskOf(found.ref)
      done = found.to
    }
    return lifted + text.slice(done)
  }
  const { url, headers, body, personalFrom } = request
  // The lead's own part begins behind a slash, and nothing that stands for a secret has one.
  const from = personalFrom === undefined ? {} : { personalFrom: lift('url', url.slice(0, personalFrom)).length }
  secrets.length = 0
  const lifted: RenderedRequest = {
    ...request,
    url: lift('url', url),
    headers: headers.map(([name, value], i): [string, string] => [name, lift(i, value)]),
    body: body === null ? null : lift('body', body),
    ...from,
  }
  return secrets.length === 0 ? request : { ...lifted, secrets }
}

// Calls that earlier versions of Hookline stored hold placeholders as text, `hk-<mark>-s-NAME-`, made with a mark that never changed. They are told by `marked`,
// which the migration has put beside them: a value cannot put it there.

const PLACEHOLDER = `hk-[0-9a-f]{24}-(?:s-(${NAME})|b-([0-9a-f]*)-(${NAME})|o-([0-9a-f]+))-`

/** A call of an earlier version with positions instead of placeholders; any other comes back as it is. `mark`: 24 hex digits. */
export function withoutMarks(request: RenderedRequest, mark: string): RenderedRequest {
  if (request.marked !== true) return request
  const { marked: _, ...unmarked } = request
  const pattern = new RegExp(PLACEHOLDER.replace('[0-9a-f]{24}', mark), 'g')
  return liftSecrets(unmarked, (text, from) => {
    pattern.lastIndex = from
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const ref = oldRef(match)
      if (ref !== undefined) return { from: match.index, to: match.index + match[0].length, ref }
    }
    return undefined
  })
}

/** Undefined: it looks like a placeholder, and none was ever written so. */
function oldRef([, plain, user, password, ask]: RegExpExecArray): NamedRef | undefined {
  if (plain !== undefined) return { as: 'value', secret: plain }
  try {
    if (password !== undefined) return { as: 'basic', secret: password, user: fromHex(user ?? '') }
    const parsed = tokenAskSchema.safeParse(JSON.parse(fromHex(ask ?? '')))
    return parsed.success ? { as: 'token', ask: parsed.data } : undefined
  } catch {
    return undefined
  }
}

/** Does a call of an earlier version hold placeholders of another mark and no others? Then its secrets cannot be known. */
export function hasOtherMarks({ url, headers, body, secrets }: RenderedRequest): boolean {
  if (secrets !== undefined) return false
  return [url, body ?? '', ...headers.map(([, value]) => value)].some(text => hideMarks(text) !== text)
}

/** The text of a call of an earlier version as people may see it. */
export function hideMarks(text: string): string {
  if (!text.includes('hk-')) return text
  return text.replaceAll(new RegExp(PLACEHOLDER, 'g'), (_, plain?: string, _user?: string, password?: string) => {
    const name = plain ?? password
    return name === undefined ? '(access token)' : secretMask(name)
  })
}

function fromHex(hex: string): string {
  return decodeURIComponent(hex.replaceAll(/../g, pair => `%${pair}`))
}

// ---------------------------------------------------------------------------------------------------------------------------- editing

/**
 * The secrets of a text that somebody edited: those that stand where nothing was changed keep their place, and `(secret.NAME)` in what was changed is the secret
 * that the original holds by this name. Undefined where nobody can tell: the original holds the same letters as a value, too.
 */
export function refsAfterEdit(
  edited: string,
  original: string,
  refs: readonly SecretRef[],
): readonly SecretRef[] | undefined {
  if (refs.length === 0 || edited === original) return refs
  const most = Math.min(edited.length, original.length)
  let before = 0
  while (before < most && edited[before] === original[before]) before++
  let after = 0
  while (after < most - before && edited.at(-1 - after) === original.at(-1 - after)) after++
  const moved = edited.length - original.length
  const kept: SecretRef[] = []
  for (const ref of refs) {
    if (ref.at + maskOf(ref).length <= before) kept.push(ref)
    else if (ref.at >= original.length - after) kept.push({ ...ref, at: ref.at + moved })
  }
  for (const mask of new Set(refs.map(maskOf))) {
    const alike = refs.filter(ref => maskOf(ref) === mask)
    const hasValue = placesOf(mask, original).length > alike.length
    for (const at of placesOf(mask, edited)) {
      const isUntouched = at + mask.length <= before || at >= edited.length - after
      if (isUntouched || kept.some(ref => ref.at === at)) continue
      if (hasValue) return undefined
      kept.push({ ...(alike[0] as SecretRef), at })
    }
  }
  return kept
}

function placesOf(part: string, text: string): readonly number[] {
  const places: number[] = []
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) places.push(at)
  return places
}

// ---------------------------------------------------------------------------------------------------------------------------- checking

/** Does the template name a secret? */
export function namesSecret(template: string): boolean {
  return template.includes('secret') && (template.match(TOKEN) !== null || uses(template))
}

/** Does the template use a secret in another way than `{{ secret.NAME }}`? A filter would spoil what stands for it, also by way of a capture. */
export function misusesSecret(template: string): boolean {
  if (!template.includes('secret')) return false
  return uses(template.replaceAll(TOKEN, '')) || captured(template).some(name => changes(template, name))
}

function uses(template: string): boolean {
  let isOpen = false
  for (const [found] of template.matchAll(USES)) {
    if (isOpen && found.startsWith('secret')) return true
    isOpen = found === '{{' || found === '{%'
  }
  return false
}

/** The names that a template captures secrets under. */
function captured(template: string): readonly string[] {
  const open: { readonly name: string; readonly from: number }[] = []
  const names: string[] = []
  for (const { 0: tag, 1: name, index } of template.matchAll(CAPTURES)) {
    if (name !== undefined) open.push({ name, from: index + tag.length })
    else {
      const ended = open.pop()
      if (ended !== undefined && template.slice(ended.from, index).match(TOKEN) !== null) names.push(ended.name)
    }
  }
  return names
}

/** Is what was captured under this name anything but printed as it is? */
function changes(template: string, name: string): boolean {
  const plain = new RegExp(`\\{\\{-?\\s*${name}\\s*-?\\}\\}`, 'g')
  const used = new RegExp(`\\{[{%]|\\}\\}|%\\}|(?<![\\w.'"-])${name}(?![\\w-])`, 'g')
  let isOpen = false
  for (const [found] of template.replaceAll(plain, '').replaceAll(CAPTURES, '').matchAll(used)) {
    if (isOpen && found === name) return true
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
export interface NamedSecret {
  readonly name: string
  readonly kind: 'text' | 'signing'
  readonly path: string
}

/** The names of all secrets that a graph, a step or a webhook uses. */
export function secretsIn(value: Json): ReadonlySet<string> {
  return new Set(namedSecrets(value, '').map(({ name }) => name))
}

/** Every place that names a secret, in the order of the text. */
export function namedSecrets(value: Json, path: string): NamedSecret[] {
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

/** Secrets that a step's config names and that are there, but cannot be opened, each once. */
export function lockedSecrets(config: Json, isLocked: (secret: string) => boolean): Finding[] {
  const named = new Map(namedSecrets(config, 'config').map(each => [each.name, each]))
  return [...named.values()]
    .filter(({ name }) => isLocked(name))
    .map(({ name, kind, path }) =>
      error(
        'secret.locked',
        `The ${kind === 'signing' ? 'signing key' : 'secret'} "${name}" cannot be opened: its key is lost.`,
        kind === 'signing' ? 'Make it anew in the settings.' : 'Store its value anew in the settings.',
        rowOf(path),
      ),
    )
}

/** Problems of a row stand on the row. */
function rowOf(path: string): string {
  return path.replace(/((?:headers|pairs)\.\d+)\..*$/, '$1')
}

/** Secrets that a step's config names and that are not there, each once. `known`: all that are, by name. */
export function missingSecrets(config: Json, known: ReadonlyMap<string, unknown>): Finding[] {
  const said = new Set(known.keys())
  const missing = namedSecrets(config, 'config').filter(({ name }) => !said.has(name) && said.add(name))
  return missing.map(({ name, kind, path }) => ({
    ...error(
      'step.secret-gone',
      `There is no ${kind === 'signing' ? 'signing key' : 'secret'} "${name}".`,
      'Make it, or name another.',
      rowOf(path),
    ),
    repair: { label: `Make ${name}`, set: [], secret: { name, kind } },
  }))
}

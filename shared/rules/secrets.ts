import { type RenderedRequest, type SecretRef, tokenAskSchema } from './webhook-request'

// Secrets are named in webhooks and never written out (delivery R47). A stored call holds `(secret.NAME)` where a
// secret stands, for people to read, and beside its texts a list of the positions that are secrets (`SecretRef`). Only
// what is in that list is filled in when the call leaves, so that no value of a lead, an event, an answer or a token
// can become a secret, however it is spelt.

/** What a secret may be called. */
export const secretName = /^[a-z][a-z0-9_]{0,39}$/

const NAME = '[a-z][a-z0-9_]{0,39}'
/** Every token that names a secret and does nothing else with it; its group is the name. */
export const secretTokens = new RegExp(`\\{\\{-?\\s*secret\\.(${NAME})\\s*-?\\}\\}`, 'g')

/** How a template names a secret. */
export function secretToken(name: string): string {
  return `{{ secret.${name} }}`
}

/** What people see where a secret stands. */
export function secretMask(name: string): string {
  return `(secret.${name})`
}

/**
 * The template with its secrets as people see them when it is rendered: `{{ secret.NAME }}` becomes `(secret.NAME)`.
 */
export function hideTokens(template: string): string {
  return template.replaceAll(secretTokens, (_, name: string) => secretMask(name))
}

/** What stands at the position of a secret in a stored text. */
export function maskOf(ref: NamedRef): string {
  return ref.as === 'token' ? '(access token)' : secretMask(ref.secret)
}

/**
 * The text with each of its own secrets, `refs`, in its place. Throws where a text and its positions do not fit
 * together.
 */
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
export type SecretPlace = SecretRef['in']

/** The secrets of one text of a request. */
export function refsIn({ secrets = [] }: Pick<RenderedRequest, 'secrets'>, place: SecretPlace): readonly SecretRef[] {
  return secrets.filter(ref => ref.in === place)
}

// ---------------------------------------------------------------- from text to positions

/** A secret without its place. */
export type NamedRef = SecretRef extends infer Each ? (Each extends SecretRef ? Omit<Each, 'in' | 'at'> : never) : never

/** What stands for a secret in a text. */
export interface Found {
  readonly from: number
  readonly to: number
  readonly ref: NamedRef
}

/** Finds the first seal in a text, at a place or behind it. */
export type Find = (text: string, from: number) => Found | undefined

/** The request with a mask and its position wherever something stands for a secret. */
export function liftSecrets(request: RenderedRequest, find: Find): RenderedRequest {
  const secrets: SecretRef[] = []
  const lift = (place: SecretPlace, text: string) => {
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

// Calls that earlier versions of Hookline stored hold placeholders as text, `hk-<mark>-s-NAME-`, made with a mark that
// never changed. `marked`, which the migration has put beside them, tells them apart: no value can put it there.

const PLACEHOLDER = `hk-[0-9a-f]{24}-(?:s-(${NAME})|b-([0-9a-f]*)-(${NAME})|o-([0-9a-f]+))-`

/**
 * A call of an earlier version with positions instead of placeholders; any other comes back unchanged. `mark`: 24 hex
 * digits.
 */
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

/** Undefined: it looks like a placeholder, but none was ever written that way. */
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

/**
 * Does a call of an earlier version hold placeholders of another mark and no others? Then its secrets cannot be known.
 */
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

// ---------------------------------------------------------------- editing

/**
 * The secrets of a text that somebody edited. Those in unchanged parts keep their place, and `(secret.NAME)` in a
 * changed part is the secret that the original holds by this name. Undefined where nobody can tell, because the
 * original holds the same letters as a value, too.
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

import { isObject, type Json } from '../json'
import { error, type Finding } from '../problems'
import { secretName, secretTokens } from './secrets'

// Who names a secret, where, and whether it is named as it may be.

/**
 * An opening, a closing, or a use of the scope `secret`; not `lead.secret`, not a word in quotes. Read from left to
 * right, so that no text takes long.
 */
const USES = /\{[{%]|\}\}|%\}|(?<![\w.'"-])secret\s*(?:[.[|]|-?\}\}|-?%\})/g
/** Where a capture begins, with its name, and where it ends. */
const CAPTURES = /\{%-?\s{0,99}(?:capture\s{1,99}['"]?([\w-]{1,99})['"]?|(endcapture))\s{0,99}-?%\}/g

/** Does the template name a secret? */
export function namesSecret(template: string): boolean {
  return template.includes('secret') && (template.match(secretTokens) !== null || uses(template))
}

/**
 * Does the template use a secret otherwise than as `{{ secret.NAME }}`? A filter would spoil what stands for it, also
 * by way of a capture.
 */
export function misusesSecret(template: string): boolean {
  if (!template.includes('secret')) return false
  return uses(template.replaceAll(secretTokens, '')) || captured(template).some(name => changes(template, name))
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
      if (ended !== undefined && template.slice(ended.from, index).match(secretTokens) !== null) names.push(ended.name)
    }
  }
  return names
}

/** Is what was captured under this name used for anything but printing it unchanged? */
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
    return [...value.matchAll(secretTokens)].map(([, name = '']) => ({ name, kind: 'text' as const, path }))
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

/** Secrets that a step's config names and that do not exist, each once. `known`: all that exist, by name. */
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

/** Problems of a row are shown on the row. */
function rowOf(path: string): string {
  return path.replace(/((?:headers|pairs)\.\d+)\..*$/, '$1')
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

import { builtInFields } from '../rules/fields'
import { distance } from '../values/nearest'
import {
  BRAZE_FILTERS,
  MEMBER_FILTERS,
  NUMBER_FILTERS,
  OTHER_FILTERS,
  OWN_FILTERS,
  TAGS,
  TEXT_FILTERS,
} from './allowed'
import { offsetIn, placeOf, type Translated } from './dialects'
import { fieldsOf, NAMED, SCOPES } from './scope'

export interface Mistake {
  readonly code: string
  /** A sentence. */
  readonly what: string
  readonly fix: string
  readonly where: string | undefined
}

/** What is wrong with a template, in a sentence with its place. */
export function reasonOf(cause: unknown, source: Translated | undefined): string {
  const { what, where } = explain(cause, source)
  return where === undefined ? what : `${what.replace(/\.$/, '')} (${where}).`
}

/** Puts Liquid's message into a marketer's words. `source`: the template that Liquid read, if it came that far. */
export function explain(cause: unknown, source: Translated | undefined): Mistake {
  const { message, token } = cause as { readonly message: string; readonly token?: { getPosition(): [number, number] } }
  const position = token?.getPosition()
  const where = position && source && placeOf(source, ...position)
  const said = message.replace(/, line:\d+, col:\d+$/, '')
  if (/call stack/i.test(said))
    return { code: 'template.too-deep', what: 'The template is nested too deeply.', fix: 'Make it flatter.', where }
  for (const [pattern, code, what, fix] of SENTENCES) {
    const found = pattern.exec(said)
    if (found !== null) return { code, what: what(found[1] ?? ''), fix: fix(found[1] ?? ''), where }
  }
  const what = `${said.charAt(0).toUpperCase()}${said.slice(1, 200)}`.replace(/\.?$/, '.')
  return { code: 'template.broken', what, fix: 'Write it like {{ lead.email }} or {% if lead.plan == "pro" %}.', where }
}

type Say = (found: string) => string
const SENTENCES: readonly (readonly [RegExp, string, Say, Say])[] = [
  [
    /^undefined filter: (.*)/,
    'template.unknown-filter',
    name => `There is no filter "${name}".`,
    name =>
      suggest(name, [
        ...TEXT_FILTERS,
        ...OTHER_FILTERS,
        ...NUMBER_FILTERS,
        ...MEMBER_FILTERS,
        ...OWN_FILTERS,
        ...BRAZE_FILTERS,
      ]),
  ],
  [
    /^tag "((?:end|els|when).*)" not found/,
    'template.stray-tag',
    name => `{% ${name} %} belongs to nothing.`,
    () => 'Remove it, or write the tag that it belongs to before it.',
  ],
  [/^tag "(.*)" not found/, 'template.unknown-tag', name => `There is no tag "${name}".`, name => suggest(name, TAGS)],
  [/^output .* not closed/, 'template.not-closed', () => 'A token is not closed.', () => 'Close it with }}.'],
  [/^tag ".* not closed/, 'template.not-closed', () => 'A tag is not closed.', () => 'Close it with %}.'],
  [
    /^tag \{%-?\s*(\w+).* not closed/s,
    'template.not-ended',
    name => `{% ${name} %} is not ended.`,
    name => `Write {% end${name} %} where it ends.`,
  ],
  [
    /^invalid value expression/,
    'template.no-value',
    () => 'A token names nothing that can be printed.',
    () => 'Name a value, like {{ lead.email }}.',
  ],
  [
    /^expected "\|" before filter/,
    'template.stray-text',
    () => 'Something stands in a token that is neither a filter nor a default.',
    () => 'Write a default like {{ lead.company | default: "yours" }} or {{lead.Company:default=yours}}.',
  ],
  [
    /^(A number is divided by zero\.)/,
    'template.divided-by-zero',
    said => said,
    () => 'Ask with {% if %} first, or give the divisor another default than 0.',
  ],
  [/^(The template is longer.*)/, 'template.too-long', said => said, () => 'Shorten it.'],
]

function suggest(name: string, known: readonly string[]): string {
  const near = known.filter(each => distance(each, name.toLowerCase()) <= 2)
  return near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Known are ${known.join(', ')}.`
}

/**
 * The known name that this one was probably meant to be; undefined when it is known itself, or far from all of them. A
 * plural is a name of its own.
 */
function meant(name: string, known: readonly string[]): string | undefined {
  const said = name.toLowerCase()
  if (said.length < 4 || said.length > 40 || known.some(each => each === said || `${each}s` === said)) return undefined
  const near = known
    .filter(each => each[0] === said[0])
    .map(each => ({ each, far: distance(said, each) }))
    .filter(({ far }) => far <= (said.length > 5 ? 2 : 1))
  return near.sort((a, b) => a.far - b.far)[0]?.each
}

/** What nearly every lead has. */
const LEAD_NAMES = [...builtInFields.map(({ name }) => name), 'external_id', 'time_zone']

/** Why a token's path looks like a mistake, if it does. */
export function doubtful(segments: readonly unknown[], printedWhole: boolean): Omit<Mistake, 'where'> | undefined {
  const [scope, field] = segments
  if (typeof scope !== 'string' || scope === NAMED) return undefined
  if (!(SCOPES as readonly string[]).includes(scope))
    return {
      code: 'template.unknown-scope',
      what: `"${scope}" is not known, so this token stays empty`,
      fix:
        didYouMean(meant(scope, SCOPES)) ??
        `Begin it with ${SCOPES.slice(0, -1).join(', ')} or ${SCOPES.at(-1)}, like {{ lead.${typeof field === 'string' ? field : scope} }}.`,
    }
  if (segments.length === 1 && printedWhole && scope !== 'response')
    return {
      code: 'template.whole-scope',
      what: `{{ ${scope} }} prints everything about the ${scope}`,
      fix: `Name what you want of it, like {{ ${TYPICAL[scope] ?? scope} }}.`,
    }
  if (field === scope && segments.length > 2)
    return {
      code: 'template.scope-twice',
      what: `"${scope}.${scope}" says ${scope} twice, so this token stays empty`,
      fix: `Write {{ ${segments.slice(1).join('.')} }}.`,
    }
  const like = scope === 'lead' && typeof field === 'string' ? meant(field, LEAD_NAMES) : undefined
  if (like !== undefined)
    return {
      code: 'template.misspelt',
      what: `"lead.${field}" looks like "lead.${like}", and stays empty when leads have no "${field}"`,
      fix: `Did you mean {{ lead.${like} }}?`,
    }
  const fields = fieldsOf(scope)
  if (fields === undefined || typeof field !== 'string' || fields.includes(field)) return undefined
  return {
    code: 'template.unknown-field',
    what: `"${scope}" has no "${field}", so this token stays empty`,
    fix: didYouMean(meant(field, fields), scope) ?? `Known are ${fields.map(each => `${scope}.${each}`).join(', ')}.`,
  }
}

function didYouMean(name: string | undefined, scope?: string): string | undefined {
  return name === undefined ? undefined : `Did you mean ${scope === undefined ? name : `${scope}.${name}`}?`
}

const TYPICAL: { readonly [scope: string]: string } = {
  lead: 'lead.email',
  event: 'event.name',
  campaign: 'campaign.id',
  system: 'system.date',
}

/** Does a token print this variable and nothing else: `{{ lead }}` or `{{ lead. }}`? */
export function isPrintedWhole(
  source: Translated,
  { row, col }: { readonly row: number; readonly col: number },
): boolean {
  const at = offsetIn(source, row, col)
  // There are few blanks around a name, and a long text is not searched again for each of its tokens.
  return (
    /\{\{-?\s*$/.test(source.text.slice(Math.max(0, at - 200), at)) &&
    /^\w+\s*\.?\s*-?\}\}/.test(source.text.slice(at, at + 200))
  )
}

import { lineAndColumn } from './json-text'
import { FAMILIES, type Family, fieldsOf, NAMED } from './scope'

// Templates come pasted from Braze and Marketo. Their spellings are rewritten in our Liquid before it is parsed;
// everything else stays byte for byte. A spelling counts as theirs only when Liquid could not read it, or would print
// nothing for it.

/** A template in our Liquid, and the places where the author wrote something else. */
export interface Translated {
  readonly text: string
  readonly original: string
  readonly edits: readonly Edit[]
}

/** `original.slice(from, to)` became `by`. */
interface Edit {
  readonly from: number
  readonly to: number
  readonly by: string
}

/**
 * A line and column of the translated text (both from 1), as the author sees it. A place inside a translated part is
 * the beginning of that part.
 */
export function placeOf(source: Translated, line: number, column: number): string {
  const { original, edits } = source
  let at = offsetIn(source, line, column)
  for (const { from, to, by } of edits) {
    if (at <= from) break
    at = at < from + by.length ? from : at - by.length + (to - from)
  }
  const place = lineAndColumn(original, at)
  return `line ${place.line}, column ${place.column}`
}

/** Where each line of a text begins. */
export function lineStarts(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
}

const starts = new WeakMap<Translated, readonly number[]>()

/** The offset of a line and column of the translated text, both from 1. */
export function offsetIn(source: Translated, line: number, column: number): number {
  let lines = starts.get(source)
  if (lines === undefined) {
    lines = lineStarts(source.text)
    starts.set(source, lines)
  }
  return (lines[line - 1] ?? 0) + column - 1
}

/**
 * Translates Braze's `${name}` in tokens and tags, and Marketo's `{{lead.First Name:default=there}}`, to our Liquid.
 * Text outside tokens and tags, in quotes, or between raw and endraw is not touched.
 */
export function toLiquid(original: string): Translated {
  const edits: Edit[] = []
  const isLocal = localsOf(original)
  for (let at = nextOpening(original, 0); at !== -1; at = nextOpening(original, at)) {
    const marketo = marketoToken(original, at, isLocal)
    if (marketo !== undefined) edits.push(marketo.edit)
    if (marketo?.isWhole === true) at = marketo.edit.to
    else if (original[at + 1] === '%') at = passTag(original, at, edits, isLocal)
    else at = passToken(original, marketo?.edit.to ?? at + 2, edits, isLocal)
    if (at === -1) break
  }
  return { text: written(original, edits), original, edits }
}

function nextOpening(text: string, at: number): number {
  const opening = /\{[{%]/g
  opening.lastIndex = at
  return opening.exec(text)?.index ?? -1
}

function written(original: string, edits: readonly Edit[]): string {
  let text = ''
  let done = 0
  for (const { from, to, by } of edits) {
    text += original.slice(done, from) + by
    done = to
  }
  return text + original.slice(done)
}

// ---------------------------------------------------------------- Braze

const QUOTED = '"(?:\\\\[\\s\\S]|[^"\\\\])*"|\'(?:\\\\[\\s\\S]|[^\'\\\\])*\''
/** `${first_name}`, `custom_attribute.${favourite colour}` */
const REFERENCE = '(?:(\\w+)\\.)?\\$\\{\\s*([^{}\\s][^{}]*)\\}'
/** `lead.Company`: a name without spaces, anywhere in a token or a tag. */
const NAME = '(?<![\\w.])(lead|company|trigger|system|campaign|program)\\.([\\p{L}_][\\p{L}\\p{N}_]*)'
/** A step through a token. It takes whole words, so that a reference begins where its word does. */
const IN_TOKEN = new RegExp(`${QUOTED}|${REFERENCE}|${NAME}|\\w+|[^"']`, 'uy')
/** Braze lets a token stand inside a tag: `{% if {{custom_attribute.${spent}}} > 0 %}`. */
const IN_TAG = new RegExp(`${QUOTED}|\\{\\{\\s*${REFERENCE}\\s*\\}\\}|${REFERENCE}|${NAME}|\\w+|[^"']`, 'uy')

/**
 * Translates what a token holds. Returns where the token ends; -1 when it does not end, which Liquid reports better.
 */
function passToken(text: string, from: number, edits: Edit[], isLocal: IsLocal): number {
  const found: Edit[] = []
  for (let at = from; at !== -1 && at < text.length; at = step(IN_TOKEN, text, at, found, isLocal)) {
    if (!text.startsWith('}}', at)) continue
    edits.push(...found)
    return at + 2
  }
  return -1
}

/** A tag ends at the first `%}`, even in quotes. What `raw` holds is skipped. */
function passTag(text: string, from: number, edits: Edit[], isLocal: IsLocal): number {
  const end = text.indexOf('%}', from + 2)
  if (end === -1) return -1
  const tag = text.slice(0, end)
  if (/^\{%-?\s*raw(?![\w-])/.test(tag.slice(from))) return endOfRaw(text, end)
  for (let at = from + 2; at !== -1 && at < end; ) at = step(IN_TAG, tag, at, edits, isLocal)
  return end + 2
}

function endOfRaw(text: string, at: number): number {
  const ending = /\{%\s*endraw(?![\w-])[\s\S]*?%\}/g
  ending.lastIndex = at
  return ending.test(text) ? ending.lastIndex : -1
}

/** Where one step of a walk ended; -1 at a quote that is not closed. */
function step(pattern: RegExp, text: string, at: number, edits: Edit[], isLocal: IsLocal): number {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  if (found === null) return -1
  const [whole, ...groups] = found
  const to = at + whole.length
  const [scope, named] = groups.slice(-2) as [MarketoScope | undefined, string | undefined]
  if (scope !== undefined && named !== undefined) {
    if (!isLocal(scope) && !isOurs(scope, named)) edits.push({ from: at, to, by: marketoPath(scope, named) })
    return to
  }
  // IN_TAG captures the reference twice: wrapped in a token, and bare.
  const name = groups[1] ?? (pattern === IN_TAG ? groups[3] : undefined)
  if (name !== undefined) edits.push({ from: at, to, by: brazePath(groups[0] ?? groups[2], name.trim()) })
  return to
}

/** Where Braze's names are found here. Other names before the dot stay, and the check of templates reports them. */
const BRAZE_SCOPES: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, 'lead'],
  ['custom_attribute', 'lead'],
  ['event_properties', 'event.properties'],
  ['canvas_entry_properties', 'event.properties'],
  ['context', 'event.properties'],
])
/** Braze's standard attributes that have another name here. */
const BRAZE_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ['email_address', 'email'],
  ['user_id', 'external_id'],
])

function brazePath(before: string | undefined, name: string): string {
  const scope = BRAZE_SCOPES.get(before) ?? before
  // A name with blanks or other characters finds its name here: `favorite color` is `favorite_color`.
  const family = scope === 'lead' ? 'lead' : scope === 'event.properties' ? 'trigger' : undefined
  if (family !== undefined && !IDENTIFIER.test(name)) return `${NAMED}.${family}${member(name)}`
  return `${scope}${member(before === undefined ? (BRAZE_ATTRIBUTES.get(name) ?? name) : name)}`
}

// ---------------------------------------------------------------- Marketo

const MARKETO_SCOPES = ['lead', 'company', 'trigger', 'system', 'campaign', 'my', 'program'] as const
type MarketoScope = (typeof MARKETO_SCOPES)[number]

/**
 * A display name has spaces and a few other characters, and does not end in `-`, which is Liquid's to trim. The length
 * bounds the search.
 */
const DISPLAY_NAME = '[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_ \\-()/&#%?+]{0,100}[\\p{L}\\p{N}_)?%#+])?'
const MARKETO = new RegExp(
  `\\{\\{[ \\t\\r\\n]*(${MARKETO_SCOPES.join('|')})\\.(${DISPLAY_NAME})[ \\t\\r\\n]*(?:(?::default=((?:(?!\\{\\{|\\}\\})[\\s\\S])*))?\\}\\}|(?=\\|))`,
  'iuy',
)

type IsLocal = (name: string) => boolean

/** One of Marketo's tokens. `isWhole` is false where filters of Liquid stand behind its name. */
interface MarketoToken {
  readonly edit: Edit
  readonly isWhole: boolean
}

/** Marketo's token at this place, translated; undefined when the token is one of ours. */
function marketoToken(text: string, from: number, isLocal: IsLocal): MarketoToken | undefined {
  MARKETO.lastIndex = from
  const found = MARKETO.exec(text)
  if (found === null) return undefined
  const [whole, spelled = '', name = '', fallback] = found
  const scope = spelled.toLowerCase() as MarketoScope
  if (isLocal(spelled) || (fallback === undefined && spelled === scope && isOurs(scope, name))) return undefined
  const isWhole = whole.endsWith('}}')
  // Marketo's default stands for what is empty. In our Liquid it would also stand for false.
  const filter = fallback === undefined ? '' : ` | default: ${literal(fallback.trim())}, allow_false: true`
  const by = `{{ ${marketoPath(scope, name)}${filter} ${isWhole ? '}}' : ''}`
  return { edit: { from, to: from + whole.length, by }, isWhole }
}

/**
 * Returns whether a token of the template, braces and all, is written as Marketo writes them, without filters of
 * Liquid.
 */
export function marketoIn(template: string): (token: string) => boolean {
  const isLocal = localsOf(template)
  return token => marketoToken(token, 0, isLocal)?.isWhole === true
}

/**
 * Marketo's `:default=x` as a filter of Liquid, for a token that is about to get another filter behind it. A token
 * without a default comes back unchanged.
 */
export function defaultAsFilter(inner: string): string {
  const found = /^([^:|]*):default=([\s\S]*)$/i.exec(inner)
  return found === null
    ? inner
    : `${found[1]?.trimEnd()} | default: ${literal(found[2]?.trim() ?? '')}, allow_false: true`
}

/** A default as it is meant: a number stays a number where its token keeps its type. */
function literal(text: string): string {
  return /^-?(0|[1-9]\d{0,14})(\.\d{0,6}[1-9])?$/.test(text) ? text : quoted(text)
}

/**
 * Can this be meant as our Liquid? Then spaces stand around operators, and single names are taken as they are written.
 */
function isOurs(scope: MarketoScope, name: string): boolean {
  const words = name.split(/ +/)
  if (words.some(word => ['and', 'or', 'not', 'contains'].includes(word))) return true
  if (words.length > 1 || /[()/&#%+]/.test(name)) return false
  if (scope === 'company' || scope === 'trigger') return false
  const known = fieldsOf(scope)
  if (known !== undefined) return known.includes(name) || fieldLike(scope, name) === undefined
  return scope !== 'lead' || !/^\p{Lu}/u.test(name)
}

function marketoPath(scope: MarketoScope, name: string): string {
  if (isFamily(scope)) return `${NAMED}.${scope}${member(name.replaceAll(/ +/g, '_'))}`
  return `${scope}${member(fieldLike(scope, name) ?? name)}`
}

function isFamily(scope: string): scope is Family {
  return (FAMILIES as readonly string[]).includes(scope)
}

/** Our own name for `Date Time`: `dateTime`. */
function fieldLike(scope: string, name: string): string | undefined {
  const plain = (text: string) => text.replaceAll(/[ _]/g, '').toLowerCase()
  return fieldsOf(scope)?.find(field => plain(field) === plain(name))
}

/** The names that a template's own tags assign. A scope of such a name is no longer meant. */
function localsOf(template: string): IsLocal {
  let names: ReadonlySet<string | undefined> | undefined
  return name => {
    names ??= new Set(tagsOf(template).flatMap(tag => Array.from(tag.matchAll(NAMES_A_VALUE), ([, local]) => local)))
    return names.has(name)
  }
}

const NAMES_A_VALUE = /\b(?:assign|capture|for|increment|decrement)\s+["']?([\w-]+)/g

function tagsOf(template: string): string[] {
  return template
    .split('{%')
    .slice(1)
    .map(tag => tag.split('%}', 1)[0] ?? '')
}

// ---------------------------------------------------------------- Liquid

const IDENTIFIER = /^[A-Za-z_][\w-]*$/

function member(name: string): string {
  return IDENTIFIER.test(name) ? `.${name}` : `[${quoted(name)}]`
}

/** A text as a literal of Liquid. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

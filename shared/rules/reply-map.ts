import { z } from 'zod'
import { dig, isObject, type Json, own } from '../json'
import { error, type Finding, warning } from '../problems'
import { attributeName } from '../values/names'
import { readJsonText } from '../values/numbers'
import { type Fields, fitField } from './fields'
import { readXml } from './xml'

/** How the answer of a webhook is read. */
export const answerSchema = z.enum(['json', 'xml', 'none'])
export type AnswerForm = z.infer<typeof answerSchema>

/** One value of an answer that becomes a lead attribute: `orders[0].total` -> `last_order_total`. */
export const mappingSchema = z.object({
  path: z.string().max(500),
  field: z.string().max(100),
  /** Does a null clear the attribute? Otherwise it stays as it was (marketo-alm A4). */
  clear: z.boolean().optional(),
})
export type Mapping = z.infer<typeof mappingSchema>

/**
 * Names that mean the lead itself wherever they are read: an attribute with such a name would be written and never
 * seen.
 */
export const leadsOwn: ReadonlySet<string> = new Set(['external_id', 'time_zone'])

/** What is wrong with writing `lead.external_id` or `lead.time_zone` from a campaign. */
export function ownedByLead(code: string, field: string, path: string): Finding {
  return error(
    code,
    `"${field}" belongs to the lead itself, and a campaign cannot write it.`,
    `Keep it under another name, like crm_${field}.`,
    path,
  )
}

const jsonPath = /^(?:[\p{L}\p{N}_:\- ]+|\[\d+\])(\[\d+\])*(\.[\p{L}\p{N}_:\- ]+(\[\d+\])*)*$/u
const xmlPath = /^[\p{L}\p{N}_:-]+(\[\d+\])*(\.[\p{L}\p{N}_:-]+(\[\d+\])*)*(\.@[\p{L}\p{N}_:-]+)?$/u

/**
 * `orders[0].id` -> ['orders', '0', 'id']. A path into a list begins with a number, `[0].id` or `0.id`. Undefined when
 * the text is no path. Keys are letters, digits, `-`, `_`, `:` and spaces; brackets hold a zero-based number only
 * (marketo-alm rule 9). In XML the path begins with the root element, and may end with an attribute: `order.@id` (rule
 * 10).
 */
export function parsePath(path: string, form: AnswerForm = 'json'): string[] | undefined {
  if (!(form === 'xml' ? xmlPath : jsonPath).test(path)) return undefined
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .replace(/^\./, '')
    .split('.')
}

export type Mapped = Mapping &
  (
    | { readonly is: 'write'; readonly value: Json }
    | { readonly is: 'clear' }
    | { readonly is: 'refused'; readonly reason: string }
  )

/** A 2xx answer, read in the form that its webhook declares. */
export type AnswerRead =
  | { readonly is: 'read'; readonly form: 'json' | 'xml'; readonly value: Json }
  | { readonly is: 'unread'; readonly reason: string }

/**
 * Reads an answer's body. An empty one is Marketo's code 1001 (marketo-alm rule 7). `unread`: why it must not be read
 * (call.ts).
 */
export function readAnswer(form: AnswerForm, body: string, unread?: string): AnswerRead {
  if (form === 'none') return { is: 'unread', reason: 'the webhook says that its answer is not read' }
  if (unread !== undefined) return { is: 'unread', reason: unread }
  if (body.trim() === '') return { is: 'unread', reason: 'the answer was empty (code 1001)' }
  if (form === 'xml') {
    const xml = readXml(body)
    return xml.is === 'read'
      ? { is: 'read', form, value: xml.value }
      : { is: 'unread', reason: `the answer was not XML: ${xml.reason}` }
  }
  try {
    return { is: 'read', form, value: readJsonText(body) }
  } catch {
    return { is: 'unread', reason: 'the answer was not JSON' }
  }
}

/** What decides a mapping, beside the answer. */
export interface MappingFacts {
  readonly fields: Fields | undefined
  /** The lead's attributes before: relative scores count from them. */
  readonly attributes: { readonly [field: string]: Json }
}

/**
 * Reads the mapped values out of a 2xx answer. A missing path writes nothing (never null), nor does a value that its
 * field refuses, and one refused mapping does not hold back the others (marketo-alm rules 7, 9, 10, 11).
 */
export function mapReply(
  mappings: readonly Mapping[],
  answer: AnswerRead,
  { fields, attributes }: MappingFacts,
): Mapped[] {
  const written = new Map<string, Json>()
  return mappings.map((mapping): Mapped => {
    const { field } = mapping
    const refused = (reason: string): Mapped => ({ ...mapping, is: 'refused', reason })
    if (answer.is === 'unread') return refused(answer.reason)
    const keys = parsePath(mapping.path, answer.form) ?? ['']
    const value = answer.form === 'xml' ? digXml(answer.value, keys) : dig(answer.value, keys)
    if (value === undefined) return refused(nothingThere(answer, keys))
    if (holdsBroken(value))
      return refused('the answer has characters there that its charset does not have, or that cannot be stored')
    if (value === null)
      return mapping.clear === true ? { ...mapping, is: 'clear' } : refused('the answer has null there')
    const isTyped = fields?.types.has(field) === true
    if (!isTyped && typeof value === 'object') return refused('the answer has a list or an object there')
    if (!isTyped && typeof value === 'string' && value.length > 1000)
      return refused('the text is longer than 1,000 characters')
    const current = written.get(field) ?? own(attributes, field) ?? null
    const fitted = fitField(fields, field, value, answer.form === 'xml' ? 'text' : 'json', current)
    if (fitted.is === 'refused') return refused(`${fitted.reason}${typeOf(fields, field)}`)
    written.set(field, fitted.value)
    return { ...mapping, is: 'write', value: fitted.value }
  })
}

/** Does it hold a character that stands for bytes which could not be read? */
function holdsBroken(value: Json): boolean {
  if (typeof value === 'string') return value.includes('\ufffd')
  if (Array.isArray(value)) return value.some(holdsBroken)
  return isObject(value) && Object.entries(value).some(([key, member]) => key.includes('\ufffd') || holdsBroken(member))
}

function typeOf(fields: Fields | undefined, field: string): string {
  const type = fields?.types.get(field)
  return type === undefined ? '' : `, and the field is of the type ${type}`
}

function nothingThere(answer: Extract<AnswerRead, { is: 'read' }>, [first = '']: readonly string[]): string {
  const root = answer.form === 'xml' && isObject(answer.value) ? Object.keys(answer.value)[0] : undefined
  return root !== undefined && root !== first
    ? `the answer has nothing there; its root element is "${root}", and a path begins with it`
    : 'the answer has nothing there'
}

/**
 * How often an element occurs differs from answer to answer, so a path means the same either way: `x` on a list is its
 * first, `x[0]` on a single one is itself (marketo-alm rule 10). An element with attributes and text is its text.
 */
function digXml(value: Json, keys: readonly string[]): Json | undefined {
  let here: Json | undefined = value
  for (const key of keys) {
    if (/^\d+$/.test(key)) here = Array.isArray(here) ? here[Number(key)] : key === '0' ? here : undefined
    else {
      const element: Json | undefined = Array.isArray(here) ? here[0] : here
      here = isObject(element) ? own(element, key) : undefined
    }
  }
  const found: Json | undefined = Array.isArray(here) ? here[0] : here
  const isText = isObject(found) && Object.keys(found).every(key => key.startsWith('@') || key === '#text')
  return isText ? (own(found, '#text') ?? '') : found
}

/**
 * What a journey remembers of an answer: `{{ response.x }}`. At most this many characters of JSON, because it is loaded
 * and saved at every step.
 */
const MOST_REMEMBERED = 65_536
/** No notation of a value in JSON or XML grows more than this when it is written as JSON. */
const MOST_GROWTH = 8

/** The whole answer for later steps; null when it could not be read, or is too large to keep. */
export function remembered(answer: AnswerRead, body: string): Json {
  if (answer.is === 'unread') return null
  if (body.length * MOST_GROWTH <= MOST_REMEMBERED) return answer.value
  return JSON.stringify(answer.value).length <= MOST_REMEMBERED ? answer.value : null
}

export function checkMappings(mappings: readonly Mapping[], path: string, form: AnswerForm = 'json'): Finding[] {
  const unread =
    form === 'none' && mappings.length > 0
      ? [
          warning(
            'mapping.no-answer',
            'The answer is not read, so nothing is kept of it.',
            'Say that the answer is JSON or XML, or remove the mappings.',
            path,
          ),
        ]
      : []
  return [...unread, ...mappings.flatMap((mapping, i) => checkMapping(mapping, `${path}.${i}`, form))]
}

function checkMapping({ path, field }: Mapping, at: string, form: AnswerForm): Finding[] {
  if (parsePath(path, form) === undefined)
    return [
      error(
        'mapping.bad-path',
        `"${path}" is not a path into ${form === 'xml' ? 'an XML' : 'a JSON'} answer.`,
        fixOf(path, form),
        at,
      ),
    ]
  if (!attributeName.test(field))
    return [
      error(
        'mapping.bad-field',
        `"${field}" cannot be the name of a lead attribute.`,
        'Use letters, digits and underscores, like crm_id.',
        at,
      ),
    ]
  return leadsOwn.has(field) ? [ownedByLead('mapping.leads-own', field, at)] : []
}

function fixOf(path: string, form: AnswerForm): string {
  if (/\[\s*["']/.test(path)) return 'Brackets hold a number, like orders[0]; a name follows a dot, like orders.first.'
  return form === 'xml'
    ? 'Begin with the root element, like order.customer.id, order.line[0].sku or order.@id.'
    : 'Write it like contact.id, orders[0].total, or [0].id where the answer is a list; names are letters, digits, spaces, "-", "_" and ":".'
}

import { z } from 'zod'
import { dig, isObject, type Json } from '../json'
import { error, type Finding } from '../problems'
import type { Memory, World } from '../world'

/**
 * The one condition language of filters, audiences and triggers: groups of rules, all or any, nested. Text is compared
 * without regard to case; numbers, dates (ISO 8601) and booleans by value, also when one side arrived as text.
 */
export const operators = {
  is: { label: 'is', takes: 'value' },
  'is-not': { label: 'is not', takes: 'value' },
  contains: { label: 'contains', takes: 'value' },
  'not-contains': { label: 'does not contain', takes: 'value' },
  'starts-with': { label: 'starts with', takes: 'value' },
  'greater-than': { label: 'is greater than', takes: 'value' },
  'at-least': { label: 'is at least', takes: 'value' },
  'less-than': { label: 'is less than', takes: 'value' },
  'at-most': { label: 'is at most', takes: 'value' },
  'one-of': { label: 'is one of', takes: 'list' },
  exists: { label: 'is known', takes: 'nothing' },
  missing: { label: 'is not known', takes: 'nothing' },
} as const
export type Operator = keyof typeof operators
const operatorNames = Object.keys(operators) as [Operator, ...Operator[]]

const valueSchema = z.union([
  z.string().max(1000),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string().max(1000), z.number()])).max(200),
])

export const ruleSchema = z.object({
  /** Where to look: `lead.country`, `event.amount`, `response.id`. */
  field: z.string().max(200),
  op: z.enum(operatorNames),
  value: valueSchema.optional(),
})
export type Rule = z.infer<typeof ruleSchema>

export type Condition = { readonly match: 'all' | 'any'; readonly rules: readonly (Rule | Condition)[] }
export const conditionSchema: z.ZodType<Condition> = z
  .object({
    match: z.enum(['all', 'any']),
    get rules() {
      return z.array(z.union([ruleSchema, conditionSchema])).max(100)
    },
  })
  .meta({ id: 'Condition' }) as unknown as z.ZodType<Condition>

/** A condition that is always true: no rules, all of them hold. */
export const always: Condition = { match: 'all', rules: [] }

/** What a condition saw, rule by rule, and what came out. Stored in the journal, so that the inspector can explain it. */
export type Seen = {
  readonly match: 'all' | 'any'
  readonly result: boolean
  readonly rules: readonly (SeenRule | Seen)[]
}
export type SeenRule = {
  readonly field: string
  readonly op: Operator
  readonly value: Json
  readonly found: Json
  readonly result: boolean
}

export type Sources = { readonly lead: World['lead']; readonly memory: Pick<Memory, 'event' | 'response'> }

/** Asks a condition once, against one snapshot; every rule is asked, so that the whole answer can be shown. */
export function evaluate(condition: Condition, sources: Sources): Seen {
  const rules = condition.rules.map(rule => ('match' in rule ? evaluate(rule, sources) : ask(rule, sources)))
  const result = condition.match === 'all' ? rules.every(r => r.result) : rules.some(r => r.result)
  return { match: condition.match, result: condition.rules.length === 0 ? true : result, rules }
}

function ask(rule: Rule, sources: Sources): SeenRule {
  const found = lookUp(rule.field, sources)
  const value = (rule.value ?? null) as Json
  return { field: rule.field, op: rule.op, value, found: brief(found), result: holds(rule.op, found, value) }
}

/** Resolves `lead.x`, `event.x` or `response.x`; an attribute whose own name has dots is found first. */
export function lookUp(field: string, { lead, memory }: Sources): Json | undefined {
  const dot = field.indexOf('.')
  const scope = dot < 0 ? field : field.slice(0, dot)
  const rest = dot < 0 ? '' : field.slice(dot + 1)
  const base = scopeOf(scope, lead, memory)
  if (isObject(base) && Object.hasOwn(base, rest)) return base[rest]
  return dig(base, rest === '' ? [] : rest.split('.'))
}

function scopeOf(scope: string, lead: World['lead'], memory: Sources['memory']): Json | undefined {
  if (scope === 'lead') return { external_id: lead.externalId, time_zone: lead.zone, ...lead.attributes }
  if (scope === 'event')
    return memory.event === null ? undefined : { name: memory.event.name, ...memory.event.properties }
  if (scope === 'response') return memory.response
  return undefined
}

function holds(op: Operator, found: Json | undefined, value: Json): boolean {
  const known = found !== undefined && found !== null && found !== ''
  switch (op) {
    case 'exists':
      return known
    case 'missing':
      return !known
    case 'is':
      return known && same(found, value)
    case 'is-not':
      return !(known && same(found, value))
    case 'contains':
      return known && contains(found, value)
    case 'not-contains':
      return !(known && contains(found, value))
    case 'starts-with':
      return known && text(found).startsWith(text(value))
    case 'one-of':
      return known && Array.isArray(value) && value.some(v => same(found, v))
    case 'greater-than':
      return known && compare(found, value, n => n > 0)
    case 'at-least':
      return known && compare(found, value, n => n >= 0)
    case 'less-than':
      return known && compare(found, value, n => n < 0)
    case 'at-most':
      return known && compare(found, value, n => n <= 0)
  }
}

function same(found: Json, value: Json): boolean {
  const [a, b] = [amount(found), amount(value)]
  return a !== undefined && b !== undefined ? a === b : text(found) === text(value)
}

function contains(found: Json, value: Json): boolean {
  return Array.isArray(found) ? found.some(item => same(item, value)) : text(found).includes(text(value))
}

function compare(found: Json, value: Json, judge: (difference: number) => boolean): boolean {
  const [a, b] = [amount(found) ?? instant(found), amount(value) ?? instant(value)]
  return a !== undefined && b !== undefined && judge(a - b)
}

function text(value: Json): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase()
}

function amount(value: Json): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : undefined
}

/** ISO 8601 only: `Date.parse` guesses differently from engine to engine for anything else. */
function instant(value: Json): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(value))
    return undefined
  const parsed = Date.parse(value.length === 10 || /(Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`)
  return Number.isNaN(parsed) ? undefined : parsed
}

function brief(found: Json | undefined): Json {
  if (found === undefined) return null
  const shown = typeof found === 'string' ? found : JSON.stringify(found)
  return shown.length <= 200 ? found : `${shown.slice(0, 199)}…`
}

/** Finds what a marketer left open in a condition. `path` is where the condition stands in its step's config. */
export function checkCondition(condition: Condition, path: string, scopes: readonly string[]): Finding[] {
  return condition.rules.flatMap((rule, i): Finding[] => {
    const at = `${path}.rules.${i}`
    if ('match' in rule) return checkCondition(rule, at, scopes)
    const scope = rule.field.split('.')[0] ?? ''
    if (rule.field === '' || rule.field === `${scope}.`)
      return [error('condition.no-field', 'A rule has no field to look at.', 'Choose a field, or remove the rule.', at)]
    if (!scopes.includes(scope) || !rule.field.includes('.'))
      return [
        error(
          'condition.unknown-field',
          `"${rule.field}" is not a place this step can look at.`,
          `Start the field with ${scopes.map(s => `"${s}."`).join(' or ')}.`,
          at,
        ),
      ]
    const empty =
      rule.value === undefined || rule.value === '' || (Array.isArray(rule.value) && rule.value.length === 0)
    if (operators[rule.op].takes !== 'nothing' && empty)
      return [
        error(
          'condition.no-value',
          `The rule on "${rule.field}" compares with nothing.`,
          'Fill in a value, or use "is known".',
          at,
        ),
      ]
    return []
  })
}

/** A condition as a fragment of a sentence: `lead.country is India and event.total is at least 50`. */
export function sayCondition(condition: Condition): string {
  if (condition.rules.length === 0) return 'anything'
  return condition.rules
    .map(rule => ('match' in rule ? `(${sayCondition(rule)})` : sayRule(rule)))
    .join(condition.match === 'all' ? ' and ' : ' or ')
}

function sayRule({ field, op, value }: Rule): string {
  const shown = Array.isArray(value) ? value.join(', ') : String(value ?? '…')
  const name = field.replace(/^lead\./, '').replaceAll('_', ' ') || '…'
  return operators[op].takes === 'nothing'
    ? `${name} ${operators[op].label}`
    : `${name} ${operators[op].label} ${shown}`
}

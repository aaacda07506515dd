import { z } from 'zod'
import { lookBackSchema } from '../../time/span'
import { namedSchema } from '../named'
import { operatorNames } from './operators'

/**
 * The one condition language of filters, audiences, triggers and paths: rules in groups, all, any or none of them,
 * nested. A rule looks at a field, at what the lead did before, or at the lists that the lead is on.
 */

const valueSchema = z.union([
  z.string().max(1000),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string().max(1000), z.number()])).max(200),
])

export const fieldRuleSchema = z.object({
  /** Where to look: `lead.country`, `event.amount`, `response.id`, `journey.variant.<step>`. */
  field: z.string().max(200),
  op: z.enum(operatorNames),
  value: valueSchema.optional(),
})
export type FieldRule = z.infer<typeof fieldRuleSchema>

/** Nobody can ask for more than this. */
export const MOST_TIMES = 500
/**
 * This many events of a lead and a name are examined, the newest first: a second of work. The journal says when there
 * are more.
 */
export const MOST_LOOKED_AT = 100_000

const timesSchema = z.object({ op: z.enum(['at-least', 'at-most', 'exactly']), n: z.int().min(0).max(MOST_TIMES) })
export type Times = z.infer<typeof timesSchema>

/**
 * What the lead did: how often, since when (`within` of now, as `lookBack` counts it; null: ever), and what the event
 * was like. Not done: exactly 0 times.
 */
export type HistoryRule = {
  readonly did: string
  readonly times: Times
  readonly within: string | null
  readonly where: Condition
}
const historyRuleSchema = z.object({
  did: z.string().max(200),
  times: timesSchema,
  within: lookBackSchema.nullable(),
  get where() {
    return conditionSchema
  },
})

const listRuleSchema = z.object({ list: namedSchema, is: z.enum(['on', 'off']) })
export type ListRule = z.infer<typeof listRuleSchema>

export type Rule = FieldRule | HistoryRule | ListRule

export const matches = ['all', 'any', 'none'] as const
export type Match = (typeof matches)[number]

export type Condition = { readonly match: Match; readonly rules: readonly (Rule | Condition)[] }
export const conditionSchema: z.ZodType<Condition> = z
  .object({
    match: z.enum(matches),
    get rules() {
      return z.array(z.union([fieldRuleSchema, historyRuleSchema, listRuleSchema, conditionSchema])).max(100)
    },
  })
  .meta({ id: 'Condition' }) as unknown as z.ZodType<Condition>

/** A condition that is always true: no rules, all of them hold. */
export const always: Condition = { match: 'all', rules: [] }

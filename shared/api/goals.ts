import { z } from 'zod'
import { decideSchema, drawSchema } from '../rules/experiments'
import { goalSchema } from '../rules/goals'
import { judgementSchema } from '../rules/statistics/judge'
import { standingSchema } from './experiments'

/** A sum in one currency: `{ "currency": "EUR", "minor": 1999, "amount": "19.99" }`. */
export const sumSchema = z.object({
  /** ISO 4217. */
  currency: z.string(),
  /** In the smallest unit of the currency: exact. */
  minor: z.int(),
  /** The same as a decimal number. */
  amount: z.string(),
})
export type Sum = z.infer<typeof sumSchema>

export const shareReportSchema = z.object({
  id: z.string(),
  label: z.string(),
  /** As it was drawn, in percent. */
  weight: z.number(),
  /** Of those who come now, in percent: after a decision, not what was drawn. */
  current: z.number(),
  isControl: z.boolean(),
  entered: z.int(),
  /** Those of them whose goal window is over: verdicts, the winner rule and weights that learn look at them alone. */
  judged: z.int(),
  /** Entries that converted. */
  conversions: z.int(),
  /** conversions / entered; null when nobody entered. */
  rate: z.number().nullable(),
  /** Events that count: as many as conversions where each entry counts once. */
  times: z.int(),
  values: z.array(sumSchema),
})

export const experimentReportSchema = z.object({
  step: z.string(),
  name: z.string(),
  draw: drawSchema,
  decide: decideSchema,
  /** null: nothing was decided, and no rule looks for a decision. */
  standing: standingSchema.nullable(),
  shares: z.array(shareReportSchema),
  /**
   * Who is ahead, and whether leads fell as the weights say; after a decision, as it was seen then. null when there is
   * nothing to compare, and for weights that learn.
   */
  judgement: judgementSchema.nullable(),
  /**
   * How many leads are judged by their first entry alone, because leads may enter several times. null where nobody
   * enters twice, or every entry is judged.
   */
  firstEntries: z.int().nullable(),
  /** Entries that no verdict counts, because the weights of their version learned. */
  leftOut: z.int(),
})

/** How far the events that were stored before a goal was launched have been gone through. */
export const computingSchema = z
  .object({
    status: z.enum(['counting', 'running', 'done', 'cancelled']),
    total: z.int(),
    looked: z.int(),
    /** Conversions that were found among them. */
    found: z.int(),
    begunAt: z.int(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: 'Computing' })
export type Computing = z.infer<typeof computingSchema>

export const goalReportSchema = z.object({
  goal: goalSchema,
  /** Entries that converted. */
  conversions: z.int(),
  /** conversions / entered; null when nobody entered. */
  rate: z.number().nullable(),
  /** Events that count. */
  times: z.int(),
  values: z.array(sumSchema),
  /** By the step of the last webhook that was received before the event. */
  credits: z.array(z.object({ step: z.string(), name: z.string(), times: z.int(), values: z.array(sumSchema) })),
  /** Events that count, and before which no webhook was received. */
  uncredited: z.int(),
  /**
   * The days of the last 30 that have conversions: events that count, by the UTC day on which they happened (ms of its
   * midnight).
   */
  days: z.array(z.object({ day: z.int(), times: z.int() })),
  /** null when the goal was there from the beginning. */
  computing: computingSchema.nullable(),
  experiments: z.array(experimentReportSchema),
})
export type GoalReport = z.infer<typeof goalReportSchema>

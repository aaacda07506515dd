import { z } from 'zod'
import { aheadSchema } from '../rules/experiments'

/** What was decided about an experiment so far. Instants are ms. */
export const standingSchema = z
  .object({
    /**
     * `won`: new leads go to `winner`, all but control; `mixed`: time was up and nobody was ahead, so the split stays.
     */
    state: z.enum(['testing', 'won', 'mixed']),
    /** `hand`: somebody decided, and the rule does not any more. */
    by: z.enum(['rule', 'hand']),
    startedAt: z.int(),
    decidedAt: z.int().nullable(),
    winner: z.string().nullable(),
    ahead: aheadSchema.nullable(),
    /** Of weights that learn: since when they are what they are. */
    weighedAt: z.int().nullable(),
  })
  .meta({ id: 'Standing' })
export type ExperimentStanding = z.infer<typeof standingSchema>

/** What somebody decides about an experiment by hand. */
export const experimentActSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('send-to'), variant: z.string().max(40) }),
  z.object({ do: z.literal('go-on-testing') }),
  z.object({ do: z.literal('start-anew') }),
])
export type ExperimentAct = z.infer<typeof experimentActSchema>

/** How fast leads come and how many convert: what a plan of an experiment begins with. null where too few have come. */
export const paceSchema = z
  .object({ leadsPerDay: z.number().nullable(), conversionRate: z.number().nullable() })
  .meta({ id: 'Pace' })
export type Pace = z.infer<typeof paceSchema>

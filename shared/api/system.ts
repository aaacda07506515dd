import { z } from 'zod'
import { problemSchema } from '../problems'

/** Refusals, and the state of the server. */

/** RFC 9457 problem details, with one entry per thing to mend. */
export const problemDetailsSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    problems: z.array(problemSchema),
  })
  .meta({ id: 'ProblemDetails' })
export type ProblemDetails = z.infer<typeof problemDetailsSchema>

export const healthSchema = z.object({
  /** `warning`: it works, but something needs a person. */
  status: z.enum(['ok', 'warning']),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  /** Zone rules: the release that this runtime knows (null: it does not say), and the newest that is known here. */
  zones: z.object({
    rules: z.string().nullable(),
    newest: z.string(),
    /** Zones of which the runtime knows older rules, which are mended. */
    mended: z.array(z.string()),
    /** Zones that stay wrong until the runtime is a newer one. */
    wrong: z.array(z.string()),
  }),
  version: z.string(),
  journeys: z.int(),
  due: z.int(),
  inFlight: z.int(),
})
export type Health = z.infer<typeof healthSchema>

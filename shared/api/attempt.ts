import { z } from 'zod'

/** One HTTP call of a send, as it left and as it was answered. */

export const attemptSchema = z
  .object({
    touch: z.int(),
    webhookId: z.string(),
    /** Whose habits its touch follows: `hookline`, `braze`, `marketo`. */
    profile: z.string(),
    step: z.string(),
    n: z.int(),
    startedAt: z.int(),
    ms: z.number(),
    status: z.int().nullable(),
    outcome: z.string(),
    request: z.object({
      method: z.string(),
      url: z.string(),
      headers: z.array(z.tuple([z.string(), z.string()])),
      body: z.string().nullable(),
    }),
    response: z.object({ headers: z.record(z.string(), z.string()), body: z.string(), cut: z.boolean() }).nullable(),
  })
  .meta({ id: 'Attempt' })
export type Attempt = z.infer<typeof attemptSchema>

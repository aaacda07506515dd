import { z } from 'zod'
import { rateLimitSchema } from '../rules/rate'

/** What somebody set for a host; null: no limit of its own. */
const limits = {
  /** Calls at once. */
  connections: z.number().int().min(1).max(256).nullable(),
  rate: rateLimitSchema.nullable(),
}

export const putHostSchema = z.object({
  host: z
    .string()
    .max(300)
    .regex(
      /^https?:\/\/[^/?#@\s]+$/i,
      'A host is written like https://crm.example.com or http://10.0.0.5:8080, without a path.',
    ),
  ...limits,
})

/** How a host fares (delivery R19, R20). Instants are ms. */
export const hostSchema = z.object({
  host: z.string(),
  /**
   * `closed`: calls pass. `open`: it fails, nothing is sent. `half-open`: a few calls try it. `resting`: it asked for
   * quiet by Retry-After.
   */
  state: z.enum(['closed', 'open', 'half-open', 'resting']),
  since: z.number().nullable(),
  nextTry: z.number().nullable(),
  /** Of the calls that ended within the last minute. */
  errorRate: z.number(),
  samples: z.int(),
  inFlight: z.int(),
  /** Calls that wait for their turn. */
  waiting: z.int(),
  ...limits,
})
export type HostStatus = z.infer<typeof hostSchema>

export const hostsSchema = z.object({
  hosts: z.array(hostSchema),
  total: z.int(),
  /** Calls on the wire, to all hosts. */
  inFlight: z.int(),
  /** Calls that may be on it at once, by the settings; null: as many as there are connections. */
  connections: z.int().nullable(),
})

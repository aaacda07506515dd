import { z } from 'zod'

/** A receiver that is switched off or on by hand. */
export const switchReceiverSchema = z.object({
  /**
   * As the list shows it: `https://crm.example.com/leads`, or `https://crm.example.com/leads/*` where the lead's own
   * part follows.
   */
  address: z
    .string()
    .trim()
    .max(4096, 'An address has at most 4,096 signs.')
    .regex(
      /^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/i,
      'Write the address like https://crm.example.com/leads, without a query; put * where the part of each lead begins.',
    ),
})

/**
 * A receiver that only fails, or is switched off (delivery R21). Instants are ms. One that takes its calls is not
 * listed.
 */
export const receiverSchema = z
  .object({
    address: z.string(),
    state: z.enum(['failing', 'off']),
    /** The first failure since the last call that it took, and the last one. */
    since: z.int(),
    last: z.int(),
    failures: z.int(),
    /** How the last call ended: `status 503`, `timeout`; empty: none was made. */
    outcome: z.string(),
    /** How much of the time is over after which it is switched off, in percent. */
    progress: z.number(),
    /** A failure at this instant or later switches it off; null: nothing does by itself. */
    endsAt: z.int().nullable(),
    off: z.object({ at: z.int(), by: z.enum(['failures', 'gone', 'asked', 'hand']) }).nullable(),
    /** Webhooks of the library that send there. */
    webhooks: z.array(z.object({ id: z.string(), name: z.string() })),
    /** Leads whose call waits until it is switched on. */
    waiting: z.int(),
  })
  .meta({ id: 'Receiver' })
export type ReceiverView = z.infer<typeof receiverSchema>

export const receiversSchema = z.object({
  receivers: z.array(receiverSchema),
  total: z.int(),
  /** Are receivers switched off by themselves, by the settings? */
  automatic: z.boolean(),
})

export const switchedOnSchema = z.object({
  address: z.string(),
  /** Leads who go on. */
  released: z.int(),
})

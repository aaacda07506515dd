import { z } from 'zod'
import { profiles } from './profiles'

/** How an attempt that failed is tried again; the waits stand in rules/retry. */
export const retryPlanSchema = z.enum(['none', 'brief', 'prompt', 'braze', 'svix', 'standard'])
export type RetryPlan = z.infer<typeof retryPlanSchema>

/** How calls are delivered. Null: as the webhook's profile does it. */
export const deliverySchema = z.object({
  retry: retryPlanSchema.nullable(),
  /** From the first packet of an attempt to the last byte of its answer (delivery R23; Braze allows 90 s). */
  attemptSeconds: z.number().int().min(1).max(90).nullable(),
  /** No attempt begins later than this after the first one; null: the retry plan alone decides (delivery R16). */
  totalHours: z.number().int().min(1).max(720).nullable(),
  /**
   * What becomes of an attempt that may have arrived and has no answer. `at-least-once`: it is made again under the same webhook-id.
   * `at-most-once`: never again; the lead leaves by Uncertain (delivery R14).
   */
  repeat: z.enum(['at-least-once', 'at-most-once']),
})
export type Delivery = z.infer<typeof deliverySchema>

export const plainDelivery = {
  retry: null,
  attemptSeconds: null,
  totalHours: null,
  repeat: 'at-least-once',
} satisfies Delivery

interface Habit {
  readonly retry: RetryPlan
  readonly attemptSeconds: number
}

/** What each profile does where a webhook says nothing: ours (delivery R16, R23), Braze's (braze R2), Marketo's (marketo-alm rules 5, 6). */
export const deliveryHabits: { readonly [profile in 'hookline' | 'braze' | 'marketo']: Habit } = {
  hookline: { retry: 'prompt', attemptSeconds: profiles.hookline.attemptSeconds },
  braze: { retry: 'braze', attemptSeconds: profiles.braze.attemptSeconds },
  marketo: { retry: 'none', attemptSeconds: profiles.marketo.attemptSeconds },
}

/** How one touch is delivered, once nothing is left open. Stored with the touch: a change of the webhook does not reach it. */
export interface DeliveryTerms {
  readonly retry: RetryPlan
  readonly attemptSeconds: number
  /** ms; no attempt begins later. Null: the retry plan alone decides. */
  readonly giveUpAt: number | null
  readonly repeat: Delivery['repeat']
}

const HOUR = 3_600_000

/** The terms of a touch that is reserved at `now` (ms). */
export function termsOf(
  { profile, delivery }: { readonly profile: keyof typeof deliveryHabits; readonly delivery: Delivery },
  now: number,
): DeliveryTerms {
  const habit = deliveryHabits[profile]
  return {
    retry: delivery.retry ?? habit.retry,
    attemptSeconds: delivery.attemptSeconds ?? habit.attemptSeconds,
    giveUpAt: delivery.totalHours === null ? null : now + delivery.totalHours * HOUR,
    repeat: delivery.repeat,
  }
}

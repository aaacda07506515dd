import { z } from 'zod'
import { HOUR } from '../time/units'
import { type AnswerHabits, type Profile, profiles, type RetryPlan } from './profiles'

/** How a failed attempt is tried again. The waits stand in rules/profiles.ts. */
export const retryPlanSchema = z.enum(['none', 'brief', 'braze', 'prompt', 'day', 'svix', 'standard'])

/** What may be tried again: `429`, `5xx`, `no-answer`. */
export const againSchema = z
  .string()
  .regex(/^(?:[345]\d\d|[345]xx|no-answer)$/, 'Say a status like 429, a class like 5xx, or no-answer.')

/** How calls are delivered. Null: as the webhook's profile does it. */
export const deliverySchema = z.object({
  retry: retryPlanSchema.nullable(),
  /** From the first packet of an attempt to the last byte of its answer (delivery R23; Braze allows 90 s). */
  attemptSeconds: z.number().int().min(1).max(90).nullable(),
  /** No attempt begins later than this after the first one; null: the retry plan alone decides (delivery R16). */
  totalHours: z.number().int().min(1).max(720).nullable(),
  /** What is tried again at all (delivery R15, braze R1). */
  again: z.array(againSchema).max(50).nullable(),
  /** The plan for a host that cannot be reached at all (braze R2). */
  unreachable: retryPlanSchema.nullable(),
  /** How far chance moves a wait, both ways (delivery R17). */
  jitterPercent: z.number().int().min(0).max(50).nullable(),
  /** Whether to wait as long as a receiver's Retry-After asks (delivery R18). */
  retryAfter: z.boolean().nullable(),
  /** Whether the journal notes that a 2xx was empty (marketo-alm rule 7). */
  emptyAnswer: z.enum(['noted', 'fine']).nullable(),
  /**
   * What becomes of an attempt that may have arrived but has no answer. `at-least-once`: it is made again under the
   * same webhook-id. `at-most-once`: never again; the lead leaves by Uncertain (delivery R14).
   */
  repeat: z.enum(['at-least-once', 'at-most-once']),
})
export type Delivery = z.infer<typeof deliverySchema>

export const plainDelivery = {
  retry: null,
  attemptSeconds: null,
  totalHours: null,
  again: null,
  unreachable: null,
  jitterPercent: null,
  retryAfter: null,
  emptyAnswer: null,
  repeat: 'at-least-once',
} satisfies Delivery

/**
 * How one touch is delivered, once nothing is left open. It is stored with the touch, so a change of the webhook does
 * not reach it.
 */
export interface DeliveryTerms {
  /** Whose habits it began with, for people. Everything that follows from them stands in the other members. */
  readonly profile: ProfileName
  readonly retry: RetryPlan
  readonly attemptSeconds: number
  /** ms; no attempt begins later. Null: the retry plan alone decides. */
  readonly giveUpAt: number | null
  readonly repeat: Delivery['repeat']
  /** The profile's own object where nothing in it is overridden, which makes it cheap to store. */
  readonly answers: AnswerHabits
}

export type ProfileName = keyof typeof profiles

/** The parts of a webhook that say how it is delivered. */
interface Delivered {
  readonly profile: ProfileName
  readonly delivery: Delivery
}

/** The terms of a touch that is reserved at `now` (ms). */
export function termsOf({ profile, delivery }: Delivered, now: number): DeliveryTerms {
  const habit: Profile = profiles[profile]
  return {
    profile,
    retry: delivery.retry ?? habit.retry,
    attemptSeconds: delivery.attemptSeconds ?? habit.attemptSeconds,
    giveUpAt: delivery.totalHours === null ? null : now + delivery.totalHours * HOUR,
    repeat: delivery.repeat,
    answers: answersOf(habit.answers, delivery),
  }
}

function answersOf(habit: AnswerHabits, { again, unreachable, jitterPercent, retryAfter }: Delivery): AnswerHabits {
  if (again === null && unreachable === null && jitterPercent === null && retryAfter === null) return habit
  return {
    again: again ?? habit.again,
    unreachable: unreachable ?? habit.unreachable,
    jitterPercent: jitterPercent ?? habit.jitterPercent,
    retryAfter: retryAfter ?? habit.retryAfter,
    gone: habit.gone ?? 'fails',
  }
}

/** Is a 2xx without a body worth a line in the journal? */
export function notesEmpty({ profile, delivery }: Delivered): boolean {
  return (delivery.emptyAnswer ?? profiles[profile].emptyAnswer) === 'noted'
}

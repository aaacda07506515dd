import { z } from 'zod'
import { conditionSchema } from '../rules/conditions'
import { findNotice, notices } from './notices'

/** What an administrator says of a listener outside: who it is, what it hears, and how it is told. */

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine(s => !s.includes('\0') && s.isWellFormed(), 'The text holds characters that cannot be stored.')

/** ALM allows as many. */
export const LONGEST_DESCRIPTION = 140
/** A request carries as many at most, and so many bytes. */
export const MOST_EVENTS = 100
export const MOST_BYTES = 256 * 1024

export const targetSchema = text(4096).regex(
  /^https?:\/\/[^\s/?#@]+([/?]\S*)?$/i,
  'Write the whole address: https://hooks.example.com/hookline.',
)

/** Who we say that we are. Secrets are named, never written out. */
export const subscriptionAuthSchema = z.discriminatedUnion('as', [
  z.object({ as: z.literal('none') }),
  z.object({
    as: z.literal('basic'),
    user: text(200)
      .min(1, 'Type the user name in.')
      .refine(user => !user.includes(':'), 'A user name cannot hold a colon.'),
    /** The name of the secret. */
    password: z.string().min(1, 'Choose the secret with the password.').max(40),
  }),
  /** Standard Webhooks. The name of the signing key; empty: one of its own is made. */
  z.object({ as: z.literal('signature'), key: z.string().max(40).default('') }),
])
export type SubscriptionAuth = z.infer<typeof subscriptionAuthSchema>

/**
 * How events are packed: Adobe Learning Manager's list, one CloudEvent a request or many, or one event of Standard
 * Webhooks.
 */
export const envelopeNames = ['alm', 'cloudevents', 'cloudevents-batch', 'standard'] as const
export const envelopeSchema = z.enum(envelopeNames)
export type EnvelopeName = z.infer<typeof envelopeSchema>

/** Of the events of its kinds, which it hears: those of these campaigns, of these lists, and whose data fit. */
export const subscriptionFilterSchema = z.object({
  /** None: events of all campaigns, and those of no campaign. */
  campaigns: z.array(z.string().max(200)).max(200).default([]),
  lists: z.array(z.string().max(200)).max(200).default([]),
  /** Asks about `event.<name>`: what stands in the data. */
  where: conditionSchema.nullable().default(null),
})
export type SubscriptionFilter = z.infer<typeof subscriptionFilterSchema>

export const kindNameSchema = z
  .string()
  .max(100)
  .refine(
    name => findNotice(name) !== undefined,
    'There is no event of this name. GET /subscriptions/events lists all.',
  )

export const subscriptionSchema = z.object({
  name: text(120).min(1, 'Name the subscription.'),
  description: text(LONGEST_DESCRIPTION).default(''),
  target: targetSchema,
  auth: subscriptionAuthSchema.default({ as: 'none' }),
  events: z
    .array(kindNameSchema)
    .min(1, 'Choose at least one event.')
    .max(notices.length)
    .transform(names => [...new Set(names)]),
  payload: z.enum(['thin', 'full']).default('thin'),
  envelope: envelopeSchema.default('alm'),
  filter: subscriptionFilterSchema.default({ campaigns: [], lists: [], where: null }),
})
export type SubscriptionDefinition = z.infer<typeof subscriptionSchema>

/**
 * Off: it hears nothing. On. Disabled: it did not get through for too long, or its listener is gone; what it did not
 * hear is kept.
 */
export const subscriptionStates = ['off', 'on', 'disabled'] as const
export type SubscriptionState = (typeof subscriptionStates)[number]

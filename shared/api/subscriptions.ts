import { z } from 'zod'
import { checkCondition } from '../rules/conditions'
import { mayAsk } from '../rules/conditions/may-ask'
import { askedSchema } from '../subscriptions/replay'
import {
  envelopeSchema,
  kindNameSchema,
  subscriptionAuthSchema,
  subscriptionFilterSchema,
  subscriptionSchema,
  subscriptionStates,
} from '../subscriptions/subscription'

/** A condition here asks about the event's own data and nothing else. */
function asksOfData(filter: z.output<typeof subscriptionFilterSchema>, ctx: z.RefinementCtx): void {
  if (filter.where === null) return
  for (const { message, fix, path = '' } of checkCondition(filter.where, 'where', mayAsk.pastEvent))
    ctx.addIssue({ code: 'custom', message: `${message} ${fix}`, path: path.split('.').filter(key => key !== '') })
}

const filterSchema = subscriptionFilterSchema.default({ campaigns: [], lists: [], where: null }).superRefine(asksOfData)

/** A new one, or another definition of one. */
export const putSubscriptionSchema = subscriptionSchema.extend({ filter: filterSchema })

/**
 * Without a name it is a hook of an automation tool: on at once, no challenge, and gone when its target answers 410.
 * With a name it is made by hand, and off until it is switched on.
 */
export const postSubscriptionSchema = putSubscriptionSchema.partial({ name: true })
export type SubscriptionInput = z.input<typeof postSubscriptionSchema>

/** What is to be told again. */
export const postReplaySchema = askedSchema
export type ReplayInput = z.input<typeof askedSchema>

/** The last replay of a subscription. Instants are ms. */
export const replayViewSchema = z
  .object({
    state: z.enum(['running', 'done', 'cancelled']),
    /** How much of it is gone through, from 0 to 1; and the events that arrived again. */
    share: z.number().min(0).max(1),
    told: z.int(),
    begunAt: z.int(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: 'SubscriptionReplay' })
export type ReplayView = z.infer<typeof replayViewSchema>

/** How one stands. Instants are ms. */
export const subscriptionViewSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    target: z.string(),
    auth: subscriptionAuthSchema,
    events: z.array(z.string()),
    payload: z.enum(['thin', 'full']),
    envelope: envelopeSchema,
    filter: subscriptionFilterSchema,
    state: z.enum(subscriptionStates),
    /** A hook was made by an automation tool. */
    madeBy: z.enum(['hand', 'hook']),
    revision: z.int(),
    createdAt: z.int(),
    updatedAt: z.int(),
    /** Was its signing key downloaded already? */
    keyTaken: z.boolean(),
    /** The oldest event that it was not told yet; null: none waits. */
    waitingSince: z.int().nullable(),
    /** Attempts that failed since the last that did not; and in the last 24 hours. */
    failures: z.int(),
    failuresToday: z.int(),
    failingSince: z.int().nullable(),
    succeededAt: z.int().nullable(),
    failedAt: z.int().nullable(),
    /** How the last attempt ended; null: none was made. */
    outcome: z.string().nullable(),
    /** When it is tried again; null: nothing waits for that. */
    nextAt: z.int().nullable(),
    /** What it is told again, or was the last time; null: it never was. */
    replay: replayViewSchema.nullable(),
  })
  .meta({ id: 'Subscription' })
export type SubscriptionView = z.infer<typeof subscriptionViewSchema>

export const subscriptionsSchema = z.object({
  subscriptions: z.array(subscriptionViewSchema),
  /** As many may be there, by the settings. */
  most: z.int(),
  /** How this installation is called in what it sends. */
  accountId: z.string(),
})

/** What can be heard. */
export const noticeKindSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    title: z.string(),
    when: z.string(),
    pace: z.enum(['real-time', 'batched']),
    thin: z.record(z.string(), z.json()),
    full: z.record(z.string(), z.json()),
  })
  .meta({ id: 'SubscriptionEvent' })
export const noticeKindsSchema = z.object({ events: z.array(noticeKindSchema) })
export type NoticeKindView = z.infer<typeof noticeKindSchema>

export const sampleQuerySchema = z.object({ event: kindNameSchema })
/** Items as the target of a hook gets them, one request each. */
export const samplesSchema = z.array(z.json())

/** Shown once, for the listener. */
export const subscriptionKeySchema = z.object({
  subscription: z.string(),
  algorithm: z.enum(['v1', 'v1a']),
  /** What signatures are checked with: the shared key, or the public one. */
  key: z.string(),
  headers: z.object({ id: z.string(), timestamp: z.string(), signature: z.string() }),
  /** What is signed. */
  signed: z.string(),
})

export const testSubscriptionSchema = putSubscriptionSchema.pick({
  target: true,
  auth: true,
  events: true,
  payload: true,
  envelope: true,
})
/** One request with the sample of one event, and what came of it. */
export const subscriptionTestedSchema = z.object({
  tests: z.array(
    z.object({
      event: z.string(),
      body: z.string(),
      headers: z.array(z.tuple([z.string(), z.string()])),
      status: z.int().nullable(),
      answer: z.string().nullable(),
      /** Why no answer came; null: one came. */
      fault: z.string().nullable(),
      ms: z.number(),
      ok: z.boolean(),
    }),
  ),
})
export type SubscriptionTested = z.infer<typeof subscriptionTestedSchema>

/** One request and its attempts. */
export const deliveriesSchema = z.object({
  deliveries: z.array(
    z.object({
      id: z.int(),
      webhookId: z.string(),
      events: z.int(),
      /** It tells again what was told. */
      isReplay: z.boolean(),
      state: z.enum(['flying', 'waiting', 'delivered', 'dropped']),
      begunAt: z.int(),
      settledAt: z.int().nullable(),
      attempts: z.array(
        z.object({
          n: z.int(),
          startedAt: z.int(),
          ms: z.number(),
          status: z.int().nullable(),
          outcome: z.string(),
          answer: z.string().nullable(),
        }),
      ),
    }),
  ),
})
export type DeliveryView = z.infer<typeof deliveriesSchema>['deliveries'][number]

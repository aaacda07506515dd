import { z } from 'zod'
import { readDate, sayUnread } from '../values/dates'
import { attemptSchema } from './attempt'
import { SPELLINGS } from './text'

/**
 * Activity: every send of every lead, dead letters and their resends, and alerts. Instants are ms; in queries they may
 * have any spelling of a date.
 */

const instant = z
  .string()
  .max(150)
  .superRefine((text, { addIssue }) => {
    // Zero is "since ever", for those who always send a bound.
    const date = text === '0' ? undefined : readDate(text)
    if (date?.is === 'refused') addIssue(sayUnread(date))
  })
  .describe(SPELLINGS)
const word = z.string().max(200)

export const activityOutcomeSchema = z.enum([
  'received',
  'failed',
  'retrying',
  'queued',
  'on-the-wire',
  'held',
  'uncertain',
  'abandoned',
])
export type ActivityOutcome = z.infer<typeof activityOutcomeSchema>

const filterShape = {
  /** The lead's external id. */
  lead: word.optional(),
  campaign: word.optional(),
  step: word.optional(),
  host: word.optional(),
  /** Of the latest attempt: `404`, `5xx`, or `none` when no answer came. */
  status: z
    .string()
    .regex(/^([1-5]xx|[1-5]\d\d|none)$/, 'Write a status like 404, a class like 5xx, or none.')
    .optional(),
  /** Why the latest attempt brought no 2xx: `status 503`, `timeout`. */
  cause: word.optional(),
  /** Reserved at or after. */
  from: instant.optional(),
  /** Reserved before. */
  to: instant.optional(),
}
export const activityQuerySchema = z.object({
  ...filterShape,
  outcome: activityOutcomeSchema.optional(),
  /** The `next` of the page before. */
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'Pass "next" of the page before.')
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const exportQuerySchema = z.object({
  ...filterShape,
  outcome: activityOutcomeSchema.optional(),
  format: z.enum(['csv', 'ndjson']).default('csv'),
})
export const summaryQuerySchema = z.object(filterShape)

export const activityRowSchema = z
  .object({
    /** `17` for a send, `held-4` for one that a gate keeps back before it was reserved. */
    id: z.string(),
    webhookId: z.string().nullable(),
    journey: z.int(),
    lead: z.string(),
    campaignId: z.string(),
    campaignName: z.string(),
    step: z.string(),
    stepName: z.string(),
    method: z.string().nullable(),
    url: z.string().nullable(),
    host: z.string(),
    outcome: activityOutcomeSchema,
    status: z.int().nullable(),
    cause: z.string().nullable(),
    attempts: z.int(),
    /** When the touch was reserved; null while a gate keeps it back. */
    at: z.int().nullable(),
    settledAt: z.int().nullable(),
    /** When it goes on by itself; null when it does not, or is over. */
    waitsUntil: z.int().nullable(),
    /** Of one that is held and does not go on by itself: what it waits for. */
    waitsFor: z.enum(['resume', 'receiver']).nullable(),
    resentAt: z.int().nullable(),
    /** When its request and attempts were deleted. */
    purgedAt: z.int().nullable(),
  })
  .meta({ id: 'ActivityRow' })
export type ActivityRow = z.infer<typeof activityRowSchema>

/** A page may be empty and still have a `next`: each looks at a bounded stretch of the past. */
export const activityPageSchema = z.object({ rows: z.array(activityRowSchema), next: z.string().nullable() })

export const activitySummarySchema = z
  .object({
    /** Calls that a gate or a pause keeps back. */
    held: z.int(),
    /** Dead letters that match, by cause; counted up to `upTo`. */
    dead: z.object({ total: z.int(), upTo: z.int(), causes: z.array(z.object({ cause: z.string(), n: z.int() })) }),
    /** Hosts that were called lately. */
    hosts: z.array(z.string()),
    retentionDays: z.int(),
  })
  .meta({ id: 'ActivitySummary' })
export type ActivitySummary = z.infer<typeof activitySummarySchema>

const requestSchema = attemptSchema.shape.request
export const activityViewSchema = z
  .object({
    row: activityRowSchema,
    /** What is (or will be) sent; secrets are masked. null when it was deleted. */
    request: requestSchema.nullable(),
    /** false while a gate keeps it back: the tokens are filled in when it is sent. */
    rendered: z.boolean(),
    attempts: z.array(attemptSchema),
    /** Requests that were edited before a resend, oldest first: attempts up to `through` sent these. */
    revisions: z.array(z.object({ through: z.int(), replacedAt: z.int(), request: requestSchema })),
    /** Every answer of a gate, as a sentence. */
    gates: z.array(z.object({ at: z.int(), text: z.string() })),
    /** Why it waits, as a sentence; null when it does not. */
    why: z.string().nullable(),
    /** The zone in which the instants of the sentences are told. */
    zone: z.string(),
    /** null: it may be sent again. Else why not. */
    noResend: z.string().nullable(),
  })
  .meta({ id: 'ActivityView' })
export type ActivityView = z.infer<typeof activityViewSchema>

// Resends

const whenSchema = z
  /** `allowed`: quiet hours are waited for. `now`: they are not. A pause holds it either way. */
  .enum(['allowed', 'now'])
  .default('allowed')
export const resendSchema = z.object({
  when: whenSchema,
  /** What to send instead. A header that still has the mask of a secret keeps its value. */
  request: z
    .object({
      url: z.string().max(4096),
      headers: z.array(z.tuple([z.string().max(200), z.string().max(4096)])).max(100),
      body: z.string().max(262_144).nullable(),
    })
    .optional(),
})
export const resendAllSchema = z.object({ when: whenSchema, filter: z.object(filterShape).default({}) })
export const resendingSchema = z
  .object({
    id: z.int(),
    status: z.enum(['running', 'done', 'cancelled']),
    total: z.int(),
    resent: z.int(),
    refused: z.int(),
    when: z.enum(['allowed', 'now']),
    begunAt: z.int(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: 'Resending' })
export type ResendingView = z.infer<typeof resendingSchema>
export const resendingsSchema = z.object({ resends: z.array(resendingSchema) })

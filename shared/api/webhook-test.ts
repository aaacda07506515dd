import { z } from 'zod'
import { jsonObjectSchema, jsonSchema } from '../json'
import { webhookSchema } from '../rules/webhook'
import { renderedRequestSchema } from '../rules/webhook-request'
import { zoneSchema } from '../time/zone'
import { attributesSchema, externalIdSchema, leadAddressSchema } from './text'

/** A test send (braze R9): the webhook as it stands in the editor, and whom it is rendered for. */
export const webhookTestSchema = z.object({
  webhook: webhookSchema,
  lead: z.discriminatedUnion('as', [
    z.object({ as: z.literal('random') }),
    /** By its id, by the id of a lead that was merged into it, or by its e-mail address where only one lead has it. */
    z.object({ as: z.literal('known'), externalId: leadAddressSchema }),
    z.object({
      as: z.literal('made-up'),
      externalId: externalIdSchema.default('test-lead'),
      attributes: attributesSchema.default({}),
      zone: zoneSchema.nullable().default(null),
    }),
  ]),
  event: z
    .object({ name: z.string().max(200).default('test'), properties: jsonObjectSchema.default({}) })
    .default({ name: 'test', properties: {} }),
  campaign: z
    .object({
      id: z.string().max(60),
      name: z.string().max(120),
      zone: zoneSchema,
      /** The step that is tried, by which the log can be asked. */
      step: z.string().max(100).default(''),
    })
    .default({ id: 'test', name: 'Test', zone: 'UTC', step: '' }),
})
export type WebhookTest = z.input<typeof webhookTestSchema>

export const webhookTestedSchema = z
  .object({
    lead: z.object({ externalId: z.string(), attributes: jsonObjectSchema, zone: z.string().nullable() }),
    /** What was sent, with masks where secrets stand; null when nothing was, which `unsent` explains. */
    request: renderedRequestSchema.omit({ secrets: true, marked: true }).nullable(),
    unsent: z.object({ is: z.enum(['broken', 'aborted']), reason: z.string() }).nullable(),
    answer: z
      .object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string(), cut: z.boolean() })
      .nullable(),
    /** Why no answer came. */
    fault: z.object({ cause: z.string(), message: z.string() }).nullable(),
    /** How long the call took. */
    ms: z.int(),
    /**
     * What a campaign would do with this: the lead goes on, it is tried again, it has failed, it is not sent, or nobody
     * knows.
     */
    verdict: z.enum(['received', 'retry', 'failed', 'skipped', 'uncertain']),
    /** What each mapping would write. `before`: what the lead has there now. Empty unless the call was received. */
    mappings: z.array(
      z.object({
        path: z.string(),
        field: z.string(),
        before: jsonSchema,
        value: jsonSchema,
        /** Why it would not be written. */
        refused: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'WebhookTested' })
export type WebhookTested = z.infer<typeof webhookTestedSchema>

export const testSendsQuerySchema = z.object({
  /** The id of the campaign; "test" for tests that named none. */
  campaign: z.string().max(60).default('test'),
  step: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})

/** A test send, as the log lists it. */
export const testSendSchema = z
  .object({
    id: z.int(),
    at: z.int(),
    lead: z.string(),
    step: z.string(),
    /** Of the request that was sent; null when nothing was. */
    method: z.string().nullable(),
    url: z.string().nullable(),
    verdict: webhookTestedSchema.shape.verdict,
    /** The status of the answer; null when none came. */
    status: z.int().nullable(),
    ms: z.int(),
    /** Why nothing was sent, or why no answer came. */
    reason: z.string().nullable(),
  })
  .meta({ id: 'TestSend' })
export type TestSendView = z.infer<typeof testSendSchema>
export const testSendsSchema = z.object({
  /** Newest first. */
  tests: z.array(testSendSchema),
})

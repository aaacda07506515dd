import { z } from 'zod'
import { attributesSchema, externalIdSchema } from '../api'
import { jsonObjectSchema, jsonSchema } from '../json'
import { webhookSchema } from '../rules/webhook'
import { renderedRequestSchema } from '../rules/webhook-request'
import { zoneSchema } from '../time/zone'

/** A test send (braze R9): the webhook as it stands in the editor, and whom it is rendered for. */
export const webhookTestSchema = z.object({
  webhook: webhookSchema,
  lead: z.discriminatedUnion('as', [
    z.object({ as: z.literal('random') }),
    z.object({ as: z.literal('known'), externalId: externalIdSchema }),
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
    .object({ id: z.string().max(60), name: z.string().max(120), zone: zoneSchema })
    .default({ id: 'test', name: 'Test', zone: 'UTC' }),
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
    /** What a campaign would do with this: the lead goes on, it is tried again, it has failed, it is not sent, or nobody knows. */
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

import { z } from 'zod'
import { problemSchema } from '../problems'
import { webhookSchema } from '../rules/webhook'
import { campaignStatusSchema } from './campaigns'

/** A step that uses a library webhook, with the parts that it calls its own. */
export const webhookUseSchema = z
  .object({
    campaignId: z.string(),
    campaignName: z.string(),
    status: campaignStatusSchema,
    /** Does it send now: in the published version of a live or paused campaign? Else in a draft only. */
    live: z.boolean(),
    steps: z.array(z.object({ id: z.string(), name: z.string(), own: z.array(z.string()) })),
  })
  .meta({ id: 'WebhookUse' })
export type WebhookUse = z.infer<typeof webhookUseSchema>
export const webhookUsesSchema = z.object({ uses: z.array(webhookUseSchema) })

export const libraryWebhookSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    definition: webhookSchema,
    /** Send it with a change; see PUT. */
    revision: z.int(),
    createdAt: z.int(),
    updatedAt: z.int(),
    problems: z.array(problemSchema),
    uses: z.array(webhookUseSchema),
  })
  .meta({ id: 'LibraryWebhook' })
export type LibraryWebhook = z.infer<typeof libraryWebhookSchema>
export const libraryWebhooksSchema = z.object({ webhooks: z.array(libraryWebhookSchema) })

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine(s => !s.includes('\0') && s.isWellFormed(), 'The text holds characters that cannot be stored.')

export const postWebhookSchema = z.object({
  name: text(120).min(1, 'Name the webhook.'),
  description: text(2000).default(''),
  definition: webhookSchema,
})
export const putWebhookSchema = z.object({
  name: text(120).min(1, 'Name the webhook.').optional(),
  description: text(2000).optional(),
  definition: webhookSchema.optional(),
  /**
   * The `revision` that was edited. When somebody else saved since, the answer is 409 with theirs, and nothing is
   * stored.
   */
  revision: z.int().optional(),
})

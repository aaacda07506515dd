import { z } from 'zod'
import { clean } from './text'

/** Campaigns as lists and acts need them: without their graph, whose schema brings every step kind with it. */

export const campaignStatusSchema = z.enum(['draft', 'live', 'paused', 'stopped'])
export type CampaignStatus = z.infer<typeof campaignStatusSchema>

/** How a campaign was stopped: when, what became of the leads inside, and why; an empty reason is none. */
export const campaignStopSchema = z
  .object({ at: z.int(), inside: z.enum(['finish', 'exit']), reason: z.string() })
  .meta({ id: 'CampaignStop' })
export type CampaignStop = z.infer<typeof campaignStopSchema>

export const campaignSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: campaignStatusSchema,
    mode: z.enum(['trigger', 'batch']).nullable(),
    /** The published version that new leads enter; null before the first launch. */
    liveVersion: z.int().nullable(),
    /** Null unless it is stopped; also where an older Hookline stopped it. */
    stopped: campaignStopSchema.nullable(),
    /** The folder that it lies in; null: in none. */
    programId: z.string().nullable(),
    /** What the draft says it is about. */
    tags: z.array(z.string()),
    createdAt: z.int(),
    updatedAt: z.int(),
    entered: z.int(),
    waiting: z.int(),
    conversions: z.int(),
  })
  .meta({ id: 'CampaignSummary' })
export type CampaignSummary = z.infer<typeof campaignSummarySchema>
/** Tags in use, in drafts and in what is live, with how many campaigns have them. */
export const tagsSchema = z
  .object({ tags: z.array(z.object({ tag: z.string(), campaigns: z.int() })) })
  .meta({ id: 'Tags' })
export const campaignsSchema = z.object({ campaigns: z.array(campaignSummarySchema) })

/** Said by the live stream of a campaign whenever one of them may be another: time to load the campaign again. */
export const campaignStandSchema = z
  .object({
    revision: z.int(),
    liveVersion: z.int().nullable(),
    status: campaignStatusSchema,
    updatedAt: z.int(),
  })
  .meta({ id: 'CampaignStand' })
export type CampaignStand = z.infer<typeof campaignStandSchema>

/**
 * What the caller saw of a campaign before acting on it. If it has moved on since, nothing is done, and the answer is
 * 409 with what changed.
 */
export const seenSchema = z.object({
  /** The `revision` of the draft. */
  revision: z.int().optional(),
  /** The `liveVersion`; null when it had none. */
  liveVersion: z.int().nullable().optional(),
})
export type Seen = z.infer<typeof seenSchema>

export const stopSchema = z.object({
  /** What happens to leads who are inside: walk on to the end (Marketo: deactivate), or leave now (Marketo: abort). */
  inside: z.enum(['finish', 'exit']).default('finish'),
  /** Why, for whoever asks later: stands on the campaign, and in the journeys that it ends. */
  reason: clean(200).default(''),
})

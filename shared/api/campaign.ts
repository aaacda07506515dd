import { z } from 'zod'
import { graphSchema } from '../graph/schema'
import { problemSchema } from '../problems'
import { campaignSummarySchema } from './campaigns'
import { clean } from './text'

/** A campaign with its graph: the draft that the editor shows, and published versions. */

export const postCampaignSchema = z.object({
  name: clean(120).min(1, 'Name the campaign.'),
  graph: graphSchema.optional(),
})
export const putCampaignSchema = z.object({
  name: clean(120).min(1, 'Name the campaign.').optional(),
  graph: graphSchema.optional(),
  /**
   * The `revision` that was edited. When the draft has moved on since, the answer is 409 with the newer draft, and
   * nothing is stored.
   */
  revision: z.int().optional(),
})

export const campaignSchema = z
  .object({
    ...campaignSummarySchema.shape,
    revision: z.int(),
    /** The draft, which the editor shows. */
    graph: graphSchema,
    /** Does the draft differ from the live version? */
    draftDiffers: z.boolean(),
    problems: z.array(problemSchema),
  })
  .meta({ id: 'Campaign' })
export type CampaignView = z.infer<typeof campaignSchema>

export const versionSchema = z
  .object({ campaignId: z.string(), version: z.int(), publishedAt: z.int(), graph: graphSchema })
  .meta({ id: 'CampaignVersion' })

import { z } from 'zod'
import { stepIdSchema } from '../graph/schema'
import { leadAddressSchema } from './text'

/** Leads who are taken out of a campaign by hand (marketo-alm rule 28, Remove from Flow). Instants are ms. */

/** Leads that one request may name. */
export const MOST_NAMED = 10_000

const reasonSchema = z
  .string()
  .max(200, 'A reason is at most 200 characters.')
  .default('')
  .describe('Shown in the inspector. May be empty.')

export const removeJourneySchema = z.object({ reason: reasonSchema })

export const removeLeadSchema = z.object({
  /** The campaign's id. */
  campaign: z.string().min(1, 'Name the campaign.').max(60),
  reason: reasonSchema,
})
export const removedLeadSchema = z.object({ removed: z.int() }).meta({ id: 'RemovedLead' })

/** Whom to take out: those who stand in a step, those who are named, or (when both are left out) everybody inside. */
export const postRemovalSchema = z.object({
  step: stepIdSchema.optional(),
  /** External ids. */
  leads: z
    .array(leadAddressSchema)
    .min(1, 'Name at least one lead, or leave "leads" out to take out everybody.')
    .max(MOST_NAMED, `Name at most ${MOST_NAMED.toLocaleString('en-US')} leads in one request.`)
    .optional(),
  reason: reasonSchema,
})

export type PostRemoval = z.infer<typeof postRemovalSchema>

/** Leads whom somebody thinks of taking out, by external id. */
export const previewRemovalSchema = z.object({ leads: postRemovalSchema.shape.leads.unwrap() })

/** What a removal of named leads would do now. Each lead counts once, however often and by whichever id it is named. */
export const removalPreviewSchema = z
  .object({
    /** Leads that are known. */
    known: z.int(),
    /** Those of them who are inside the campaign, and their journeys there, which would end. */
    inside: z.int(),
    journeys: z.int(),
    /** Ids that no lead has, in the order in which they were named. */
    unknown: z.array(z.string()),
  })
  .meta({ id: 'RemovalPreview' })
export type RemovalPreview = z.infer<typeof removalPreviewSchema>

export const removalSchema = z
  .object({
    id: z.int(),
    campaignId: z.string(),
    /** `abort`: the campaign was stopped, and its leads leave. */
    why: z.enum(['by-hand', 'abort']),
    step: z.string().nullable(),
    /** How many leads were named; null: nobody was. */
    named: z.int().nullable(),
    reason: z.string(),
    status: z.enum(['running', 'done', 'cancelled']),
    /** Journeys that were inside at the beginning, and those that were ended. */
    total: z.int(),
    removed: z.int(),
    begunAt: z.int(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: 'Removal' })
export type RemovalView = z.infer<typeof removalSchema>
/** Newest first. */
export const removalsSchema = z.object({ removals: z.array(removalSchema) })

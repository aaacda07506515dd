import { z } from 'zod'
import { graphSchema } from '../graph/schema'
import { jsonObjectSchema } from '../json'
import { attemptSchema } from './attempt'
import { campaignStatusSchema } from './campaigns'
import { leadSchema } from './lead'

/** Journeys, and what is known of one. */

export const journeyStatusSchema = z.enum(['active', 'finished', 'exited', 'failed'])
/** What became of the webhooks of a journey: how many calls ended how. A call that is under way is not among them. */
export const sendsSchema = z
  .object({
    received: z.int(),
    /** Refused, or not answered in time, also after all retries. */
    failed: z.int(),
    /** Kept back by a cap, quiet hours, the template, ... */
    notSent: z.int(),
    /** Nobody knows whether they arrived. */
    uncertain: z.int(),
  })
  .meta({ id: 'Sends' })
export type Sends = z.infer<typeof sendsSchema>

export const journeySummarySchema = z
  .object({
    id: z.int(),
    campaignId: z.string(),
    campaignName: z.string(),
    /** Of the campaign: while it is paused, nothing of the journey moves. */
    campaignStatus: campaignStatusSchema,
    version: z.int(),
    lead: z.string(),
    status: journeyStatusSchema,
    /** The step it stands in, or ended in. */
    step: z.string().nullable(),
    stepName: z.string().nullable(),
    enteredAt: z.int(),
    endedAt: z.int().nullable(),
    converted: z.boolean(),
    sends: sendsSchema,
    /** What an active journey waits for, as a sentence: `Waits until ...`. */
    waitsFor: z.string().nullable(),
    /** When it goes on by itself; null when it waits for an answer, or is over. */
    wakesAt: z.int().nullable(),
  })
  .meta({ id: 'JourneySummary' })
export type JourneySummary = z.infer<typeof journeySummarySchema>
export const journeysSchema = z.object({ lead: leadSchema, journeys: z.array(journeySummarySchema) })

/**
 * A journal entry is described loosely on purpose: new kinds may come. `text` is the sentence that the inspector shows.
 */
export const journalLineSchema = z
  .object({
    seq: z.int(),
    at: z.int(),
    is: z.string(),
    step: z.string().nullable(),
    text: z.string(),
    entry: jsonObjectSchema,
  })
  .meta({ id: 'JournalLine' })
export type JournalLine = z.infer<typeof journalLineSchema>

export const journeySchema = z
  .object({
    ...journeySummarySchema.shape,
    leadView: leadSchema,
    /** The graph of the version that this journey walks. */
    graph: graphSchema,
    /**
     * Versions that it walked before it was migrated, oldest first: each up to (not with) the line that tells of it.
     */
    earlier: z.array(z.object({ version: z.int(), graph: graphSchema, until: z.int() })),
    journal: z.array(journalLineSchema),
    attempts: z.array(attemptSchema),
  })
  .meta({ id: 'Journey' })
export type JourneyView = z.infer<typeof journeySchema>

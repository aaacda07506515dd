import { z } from 'zod'
import { jsonObjectSchema } from '../json'
import { externalIdSchema } from './text'

/** Entry properties, as JSON, are at most this long (braze 2.1). */
export const MOST_PROPERTIES = 50 * 1024
/** Leads in one request (marketo-alm B5). */
const MOST_ENTRIES = 100

export const entrySchema = z
  .object({
    /** The lead's external id. A lead that is not known yet is created. */
    lead: externalIdSchema,
    /** Templates and conditions find them under `event`. */
    properties: jsonObjectSchema
      .refine(
        properties => JSON.stringify(properties).length <= MOST_PROPERTIES,
        'Entry properties are at most 50 KB of JSON.',
      )
      .default({}),
    /** Makes the entry happen once: a second one with this id, into the same campaign, is ignored. */
    id: z.string().min(1, 'An entry needs an id.').max(100),
  })
  .meta({ id: 'Entry' })
export const postEntriesSchema = z.union([entrySchema, z.array(entrySchema).min(1).max(MOST_ENTRIES)])

export const entryAnswerSchema = z.object({
  lead: z.string(),
  id: z.string(),
  status: z.enum(['entered', 'duplicate', 'refused']),
  /** Why it was refused, as a sentence. */
  why: z.string().nullable(),
})
export const entriesAnswerSchema = z.object({ entries: z.array(entryAnswerSchema) })

/** Leads who did not enter, and why: the last 1,000 of each campaign are kept. */
export const refusedEntrySchema = z
  .object({
    campaignId: z.string(),
    campaignName: z.string(),
    at: z.int(),
    /** The event that would have let the lead in; null for a batch. */
    event: z.string().nullable(),
    /** As a sentence. */
    why: z.string(),
  })
  .meta({ id: 'RefusedEntry' })
export type RefusedEntry = z.infer<typeof refusedEntrySchema>
export const refusedEntriesSchema = z.object({ refused: z.array(refusedEntrySchema) })

export const runSchema = z
  .object({
    run: z.int(),
    version: z.int(),
    status: z.enum(['scheduled', 'counting', 'running', 'done', 'too-many', 'replaced']),
    /** What each lead's own clock shows at the entry (ISO 8601 without a zone); null when all enter together. */
    wall: z.string().nullable(),
    plannedAt: z.int(),
    startedAt: z.int().nullable(),
    endedAt: z.int().nullable(),
    /** Began more than a minute after it was planned: the server was off, or the campaign paused. */
    isLate: z.boolean(),
    /** Runs before this one that were left out for the same reason. */
    missed: z.int(),
    /** Leads who would enter, as far as the size guard has counted. */
    counted: z.int(),
    entered: z.int(),
    refused: z.int(),
  })
  .meta({ id: 'Run' })
export type RunView = z.infer<typeof runSchema>

export const entranceStateSchema = z
  .object({
    /** Newest first. */
    runs: z.array(runSchema),
    /**
     * The next three runs, as sentences with their instants. Empty for trigger campaigns, and while nothing is live.
     */
    next: z.array(z.object({ at: z.int(), wall: z.string().nullable() })),
    /** Requested entries that wait for their turn, and how many may enter a minute. */
    waiting: z.int(),
    perMinute: z.int().nullable(),
  })
  .meta({ id: 'EntranceState' })
export type EntranceState = z.infer<typeof entranceStateSchema>

export const audienceQuerySchema = z.object({
  /** The `next` of the part before. */
  after: z.coerce.number().int().min(0).default(0),
})
/** A part of the count: add the parts up until `next` is null. */
export const audiencePartSchema = z
  .object({
    looked: z.int(),
    /** Of the audience of the draft. */
    matching: z.int(),
    /** Of those, who would enter now. */
    entering: z.int(),
    next: z.int().nullable(),
    /** All leads, for a progress bar. */
    total: z.int(),
  })
  .meta({ id: 'AudiencePart' })
export type AudiencePart = z.infer<typeof audiencePartSchema>

import { z } from 'zod'
import { jsonObjectSchema } from '../json'
import { clean, externalIdSchema, SPELLINGS } from './text'

/** Events: what happened to leads outside. */

/** Read by `readEventTime`, which needs to know the time of arrival. */
const eventTimeSchema = z
  .union([z.number(), z.string().max(150)])
  .describe(`When it happened: not before 2001, and at most a day from now. ${SPELLINGS} Left out: now.`)
  .meta({ examples: ['2026-05-17T10:00:00Z', 1_779_012_000, 1_779_012_000_000] })

export const eventSchema = z
  .object({
    /** Makes the event happen once: a second one with this id is ignored. */
    id: clean(200).min(1, 'An event needs an id.'),
    /** The lead's external id. A lead that is not known yet is created. */
    lead: externalIdSchema,
    name: clean(200).min(1, 'An event needs a name.'),
    /** When it happened; now, when left out. */
    at: eventTimeSchema.optional(),
    properties: jsonObjectSchema.default({}),
  })
  .meta({ id: 'Event' })
export type EventInput = z.infer<typeof eventSchema>
export const postEventsSchema = z.union([eventSchema, z.array(eventSchema).min(1).max(5000)])
export const eventsAcceptedSchema = z.object({
  accepted: z.int(),
  /** Events whose id was already known. */
  duplicates: z.int(),
  /** Journeys that these events started. */
  started: z.int(),
})

export const eventNamesSchema = z.object({ names: z.array(z.string()) })
export const eventPropertiesQuerySchema = z.object({ name: z.string().min(1).max(200) })
export const eventPropertiesSchema = z.object({ properties: z.array(z.string()) })

import { z } from 'zod'
import { jsonObjectSchema } from '../json'
import { leadSchema } from './lead'
import { leadAddressSchema } from './text'

const sideSchema = z.enum(['kept', 'merged'])

/** POST /leads/{externalId}/merge: the lead of the address becomes part of `into`, and is gone. */
export const mergeLeadSchema = z.object({
  /** The id of the lead that stays: the kept one. */
  into: leadAddressSchema,
  /** Whose value stays where both have one. */
  values: sideSchema.default('kept'),
  /** The same for single attributes, by name; `time_zone` is one. */
  fields: z.record(z.string().max(100), sideSchema).default({}),
})

/** Everything that is stored about a lead. */
export const leadExportSchema = z
  .object({
    lead: leadSchema,
    /** Ids of the lists that the lead is on. */
    lists: z.array(z.string()),
    events: z.array(jsonObjectSchema),
    journeys: z.array(jsonObjectSchema),
    sends: z.array(jsonObjectSchema),
  })
  .meta({ id: 'LeadExport' })
export type LeadExport = z.infer<typeof leadExportSchema>

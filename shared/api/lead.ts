import { z } from 'zod'
import { jsonObjectSchema } from '../json'
import { zoneSchema } from '../time/zone'

/** Leads: what is sent, and what is answered. */

/** A name that an attribute cannot have is folded or left out; the answer says so (values/names.ts). */
export const putLeadSchema = z.object({
  attributes: jsonObjectSchema.default({}),
  /** Left out: unchanged. null: not known. */
  time_zone: zoneSchema.nullable().optional(),
})
export const leadSchema = z
  .object({
    externalId: z.string(),
    attributes: jsonObjectSchema,
    zone: z.string().nullable(),
    createdAt: z.int(),
    updatedAt: z.int(),
    /** Ids of leads that were merged into this one, and reach it; only where one lead is looked at. */
    aliases: z.array(z.string()).optional(),
    /** Only in a search: the id of a lead that was merged into this one, when the search found it by that id. */
    mergedFrom: z.string().optional(),
    /** Only in the answer of PUT: names of attributes that could not stay as they were given. */
    names: z.array(z.object({ given: z.string(), kept: z.string().nullable(), why: z.string() })).optional(),
  })
  .meta({ id: 'Lead' })
export type LeadView = z.infer<typeof leadSchema>

export const leadsQuerySchema = z.object({
  /**
   * What looks like an id or an e-mail address (no space, and a digit or one of `@ . _ -`) finds leads whose id, e-mail
   * or id before a merge begins so. Anything else, and that too when nothing begins so, finds leads that hold it in
   * their id, e-mail, names, phone or company.
   */
  search: z.string().max(200).optional(),
  /** The `next` of the page before. */
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
export const leadsPageSchema = z.object({ leads: z.array(leadSchema), next: z.string().nullable(), total: z.int() })

import { z } from 'zod'
import { leadSchema } from './lead'
import { clean, leadAddressSchema } from './text'

// Requests and answers of /lists.

export const putListSchema = z.object({
  name: clean(120).min(1, 'Name the list.'),
  description: clean(1000).default(''),
})
export type ListInput = z.input<typeof putListSchema>

export const listSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    members: z.int(),
    createdAt: z.int(),
    updatedAt: z.int(),
    /** Launched campaigns with a step that names it: it cannot be deleted while there are any. */
    usedBy: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'List' })
export type ListView = z.infer<typeof listSchema>
export const listsSchema = z.object({ lists: z.array(listSchema) })

export const membersQuerySchema = z.object({
  /** The `next` of the page before. */
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
export const membersPageSchema = z.object({
  members: z.array(z.object({ lead: leadSchema, addedAt: z.int() })),
  next: z.string().nullable(),
  total: z.int(),
})
export type MembersPage = z.infer<typeof membersPageSchema>

/** Leads by their external ids. All of them must be known, or nothing is changed. */
export const changeMembersSchema = z.object({ leads: z.array(leadAddressSchema).min(1).max(5000) })
export const membersChangedSchema = z.object({
  /** Leads whose membership changed; the others were on the list (or off it) already. */
  changed: z.int(),
  members: z.int(),
})

import { z } from 'zod'
import { myTokenSchema } from '../rules/my-tokens'

/** A campaign folder; its tokens are found by every campaign in it and below it, the nearest folder first. */
export const folderSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    /** The folder that it lies in; null at the top. */
    parent: z.string().nullable(),
    tokens: z.array(myTokenSchema),
    revision: z.int(),
    createdAt: z.int(),
    updatedAt: z.int(),
  })
  .meta({ id: 'Program' })
export type FolderView = z.infer<typeof folderSchema>
export const foldersSchema = z.object({ programs: z.array(folderSchema) })

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine(s => !s.includes('\0') && s.isWellFormed(), 'The text holds characters that cannot be stored.')
const name = text(120).min(1, 'Name the folder.')
const tokens = z
  .array(myTokenSchema)
  .max(500)
  .refine(
    list => new Set(list.map(token => token.name)).size === list.length,
    'Two tokens have the same name. Keep one of them.',
  )

export const postFolderSchema = z.object({
  name,
  description: text(2000).default(''),
  parent: z.string().nullable().default(null),
  tokens: tokens.default([]),
})
export const putFolderSchema = z.object({
  name: name.optional(),
  description: text(2000).optional(),
  parent: z.string().nullable().optional(),
  tokens: tokens.optional(),
  /**
   * The `revision` that was edited. When somebody else saved since, the answer is 409 with theirs, and nothing is
   * stored.
   */
  revision: z.int().optional(),
})

/** Where a campaign is moved; null: out of all folders. */
export const moveSchema = z.object({ program: z.string().nullable() })

import { z } from 'zod'

/** Imports of leads from CSV files. */

/** The body of POST /leads/import is the CSV itself (text/csv); the columns are named in the query. */
export const importQuerySchema = z.object({
  /** The column that holds the external id. */
  id: z.string().max(200),
  /** The column that holds an IANA time zone. */
  time_zone: z.string().max(200).optional(),
  /** `column:attribute` pairs, comma separated. Left out: every other column, under its own name. */
  columns: z.string().max(20_000).optional(),
  /** A list that all of these leads are put on. */
  list: z.string().max(60).optional(),
  /** The name of the file, to tell it from others. */
  name: z.string().max(200).default(''),
})
export const importStatusSchema = z.enum(['running', 'done', 'cancelled', 'failed'])
export type ImportStatus = z.infer<typeof importStatusSchema>
export const importSchema = z
  .object({
    id: z.string(),
    /** Of the file; may be empty. */
    name: z.string(),
    /** The list that the leads are put on. */
    list: z.string().nullable(),
    status: importStatusSchema,
    /** Bytes read of bytes in all: what the progress bar shows. */
    bytesRead: z.int(),
    bytesTotal: z.int(),
    rows: z.int(),
    created: z.int(),
    updated: z.int(),
    rejected: z.int(),
    /** Why it failed as a whole; while it runs, why it waits. */
    error: z.string().nullable(),
    /** Instants in ms. */
    begunAt: z.int(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: 'Import' })
export type ImportView = z.infer<typeof importSchema>
export const importsSchema = z.object({ imports: z.array(importSchema) })

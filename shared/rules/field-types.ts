import { z } from 'zod'

/** What a lead field holds (marketo-alm A4). */
export const fieldTypes = [
  'string',
  'text',
  'integer',
  'float',
  'percent',
  'currency',
  'score',
  'boolean',
  'date',
  'datetime',
  'email',
  'phone',
  'url',
  'list',
] as const
export const fieldTypeSchema = z.enum(fieldTypes)
export type FieldType = z.infer<typeof fieldTypeSchema>

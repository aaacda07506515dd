import { z } from 'zod'
import { fieldTypeSchema } from '../rules/field-types'
import { attributeName } from '../values/names'

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine(s => !s.includes('\0') && s.isWellFormed(), 'The text holds characters that cannot be stored.')

export const fieldNameSchema = z
  .string()
  .regex(attributeName, 'The name of a field is letters, digits and underscores, and begins with no digit.')
  .refine(
    name => name !== 'external_id' && name !== 'time_zone',
    'The id and the time zone belong to every lead already.',
  )

export const putFieldSchema = z.object({
  type: fieldTypeSchema,
  label: text(120).default(''),
  description: text(500).default(''),
})

export const fieldSchema = z
  .object({
    name: z.string(),
    type: fieldTypeSchema,
    label: z.string(),
    description: z.string(),
    /** Comes with Hookline, and is there again when what stands for it is deleted. */
    builtIn: z.boolean(),
    /** Was it made, or changed, here? Only such a field can be deleted. */
    stored: z.boolean(),
  })
  .meta({ id: 'LeadField' })
export type FieldView = z.infer<typeof fieldSchema>

/** `onlyKnown`: are attributes refused that have no field? */
export const fieldRuleSchema = z.object({ onlyKnown: z.boolean() })
export const fieldsSchema = z.object({ fields: z.array(fieldSchema), onlyKnown: z.boolean() })
export type FieldsView = z.infer<typeof fieldsSchema>

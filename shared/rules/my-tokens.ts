import { z } from 'zod'
import { readInstant } from '../values/dates'
import { type MyToken, numberOf } from './folders'

/**
 * My Tokens: a name as people write it (`Event Date`), and a value. `{{my.Event Date}}` finds it in every campaign of
 * the folder (marketo-alm B7).
 */
export const myTokenSchema: z.ZodType<MyToken> = z
  .object({
    type: z.enum(['text', 'number', 'date']).optional(),
    name: z
      .string()
      .max(100)
      .regex(
        /^[\p{L}_]([\p{L}\p{N}_ -]*[\p{L}\p{N}_])?$/u,
        'A token is called by letters, digits, spaces, dashes and underscores, beginning with a letter.',
      ),
    value: z
      .string()
      .max(10_000)
      .refine(s => !s.includes('\0') && s.isWellFormed(), 'The text holds characters that cannot be stored.'),
  })
  .superRefine(({ name, type, value }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['value'], message })
    if (type === 'number' && numberOf(value) === undefined)
      refuse(
        `The token "${name}" is a number, and "${value.slice(0, 40)}" is none. Write it like 12 or 12.5, or make it text.`,
      )
    if (type === 'date' && readInstant(value, 'UTC').is === 'refused')
      refuse(
        `The token "${name}" is a date, and "${value.slice(0, 40)}" is none. Write it like 2026-05-17, or make it text.`,
      )
  })

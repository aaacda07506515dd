import { z } from 'zod'
import type { Note } from '../journal'
import { type Json, own } from '../json'
import { error } from '../problems'
import { fitField } from '../rules/fields'
import { leadsOwn, ownedByLead } from '../rules/reply-map'
import { attributeName } from '../values/names'
import { defineStep, next } from './define'

const LIMIT = 1_000_000_000
const config = z.object({
  field: z.string().max(100),
  by: z.int().min(-LIMIT).max(LIMIT),
  limits: z.enum(['none', 'between']),
  min: z.int().min(-LIMIT).max(LIMIT),
  max: z.int().min(-LIMIT).max(LIMIT),
})
type Config = z.infer<typeof config>

const bounded = ({ limits }: Readonly<Record<string, unknown>>) => limits === 'between'
const border = { as: 'number', min: -LIMIT, max: LIMIT, when: bounded } as const

export const score = defineStep({
  kind: 'score',
  version: 1,
  title: 'Change score',
  icon: 'M22 7 13.5 15.5 8.5 10.5 2 17 M16 7h6v6',
  group: 'data',
  allowedIn: ['trigger', 'batch'],
  help: 'Adds to a number of the lead, or takes away when the number is negative, and keeps it between two borders if you want. A lead without the attribute starts at 0; text that is no number is left alone, and the journal says so. Marketo calls this Change Score.',
  config,
  fields: {
    field: { as: 'attribute', label: 'Attribute', placeholder: 'score' },
    by: { as: 'number', label: 'Add', help: 'Negative takes away.', min: -LIMIT, max: LIMIT },
    limits: {
      as: 'select',
      label: 'Limits',
      options: [
        { value: 'none', label: 'None' },
        { value: 'between', label: 'Keep it between two numbers' },
      ],
    },
    min: { ...border, label: 'At least' },
    max: { ...border, label: 'At most' },
  },
  example: { field: 'score', by: 5, limits: 'between', min: 0, max: 100 },
  fresh: { field: 'score', by: 1, limits: 'none', min: 0, max: 100 },
  ports: () => [next],
  summary: c => {
    const name = c.field || '…'
    const what = c.by < 0 ? `Take ${-c.by} from ${name}` : `Add ${c.by} to ${name}`
    return c.limits === 'between' ? `${what}, kept from ${c.min} to ${c.max}` : what
  },
  check: ({ field, by, limits, min, max }) => [
    ...(attributeName.test(field)
      ? []
      : [
          error(
            'score.bad-field',
            field === '' ? 'The step has no attribute.' : `"${field}" cannot be the name of a lead attribute.`,
            'Use letters, digits and underscores, like score.',
            'config.field',
          ),
        ]),
    ...(leadsOwn.has(field) ? [ownedByLead('score.leads-own', field, 'config.field')] : []),
    ...(by === 0
      ? [error('score.zero', 'The step adds nothing.', 'Set a number, or remove the step.', 'config.by')]
      : []),
    ...(limits === 'between' && min > max
      ? [
          error(
            'score.limits',
            `Nothing is between ${min} and ${max}.`,
            'Make the upper limit the larger one.',
            'config.max',
          ),
        ]
      : []),
  ],
  behave: {
    enter: ({ step, config: c, world }) => {
      const from = own(world.lead.attributes, c.field) ?? null
      const to = scored(from, c)
      if (to === undefined) {
        const what = `Left ${c.field} as it was: ${JSON.stringify(from)} is not a number.`
        return { notes: [{ is: 'noted', step, what }], leave: 'next' }
      }
      const fitted = fitField(world.fields, c.field, to, 'json', from)
      if (fitted.is === 'refused') {
        const refused: Note = {
          is: 'mapped',
          step,
          path: String(to),
          field: c.field,
          value: from,
          refused: fitted.reason,
        }
        return { notes: [refused], leave: 'next' }
      }
      return {
        effects: [{ type: 'lead.update', step, set: { [c.field]: fitted.value }, clear: [] }],
        notes: [{ is: 'updated', step, field: c.field, from, to: fitted.value }],
        leave: 'next',
      }
    },
  },
  migrations: [],
})

/** The new number; undefined when the old value is no number. A value beyond a border is brought back to it. */
function scored(from: Json, { by, limits, min, max }: Config): number | undefined {
  if (typeof from === 'boolean' || typeof from === 'object' ? from !== null : false) return undefined
  const total = Number(from ?? 0) + by
  if (!Number.isFinite(total)) return undefined
  return limits === 'between' ? Math.min(max, Math.max(min, total)) : total
}

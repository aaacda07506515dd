import { z } from 'zod'
import type { Note } from '../journal'
import type { Json } from '../json'
import { error, type Finding } from '../problems'
import { checkTemplate, renderText } from '../render'
import type { From } from '../rules/coerce'
import { fitField } from '../rules/fields'
import { attributeName } from '../rules/reply-map'
import { defineStep, next } from './define'

const changeSchema = z.object({
  field: z.string().max(100),
  do: z.enum(['set', 'add', 'clear']),
  /** A number or a truth value is written as it is; a text may hold Liquid. */
  value: z.union([z.string().max(4096), z.number(), z.boolean()]),
})
type Change = z.infer<typeof changeSchema>

export const updateLead = defineStep({
  kind: 'update-lead',
  version: 1,
  title: 'Update lead',
  icon: 'M11.5 15H7a4 4 0 0 0-4 4v2 M21.378 16.626a1 1 0 0 0-3.004-3.004l-4.01 4.012a2 2 0 0 0-.506.854l-.837 2.87a.5.5 0 0 0 .62.62l2.87-.837a2 2 0 0 0 .854-.506z M6 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  group: 'data',
  allowedIn: ['trigger', 'batch'],
  help: 'Writes attributes of the lead; the very next step already sees them. Set takes a value or Liquid, Add counts up or down, Clear removes. A value that cannot be worked out is left alone and the journal says why.',
  config: z.object({ changes: z.array(changeSchema).max(50) }),
  fields: { changes: { as: 'changes', label: 'Changes' } },
  example: {
    changes: [
      { field: 'welcomed', do: 'set', value: true },
      { field: 'score', do: 'add', value: 5 },
    ],
  },
  fresh: { changes: [{ field: '', do: 'set', value: '' }] },
  ports: () => [next],
  summary: ({ changes }) => (changes.length === 0 ? 'Changes nothing' : changes.map(sayChange).join(', ')),
  check: ({ changes }) => [
    ...(changes.length === 0
      ? [error('update.empty', 'The step changes nothing.', 'Add a change, or remove the step.', 'config.changes')]
      : []),
    ...changes.flatMap((change, i) => checkChange(change, `config.changes.${i}`)),
  ],
  behave: {
    enter: ({ step, config, world, memory, campaign }) => {
      const set: Record<string, Json> = {}
      const clear: string[] = []
      const notes: Note[] = []
      for (const { field, do: how, value } of config.changes) {
        const from = set[field] ?? world.lead.attributes[field] ?? null
        if (how === 'clear') {
          clear.push(field)
          notes.push({ is: 'updated', step, field, from, to: null })
          continue
        }
        const to = how === 'add' ? sum(from, value) : worth(value)
        // What a template rendered is text, whatever it means; the field's type says how it is read.
        const form: From = how === 'set' && typeof value === 'string' ? 'text' : 'json'
        const fitted =
          to === undefined
            ? ({ is: 'refused', reason: 'the value could not be worked out' } as const)
            : fitField(world.fields, field, to, form, from)
        if (fitted.is === 'refused')
          notes.push({ is: 'mapped', step, path: String(value), field, value: from, refused: fitted.reason })
        else {
          set[field] = fitted.value
          notes.push({ is: 'updated', step, field, from, to: fitted.value })
        }
      }
      return { effects: [{ type: 'lead.update', step, set, clear }], notes, leave: 'next' }

      function worth(value: Change['value']): Json | undefined {
        if (typeof value !== 'string') return value
        const rendered = renderText(value, { world, memory, campaign: { id: campaign } })
        return rendered.is === 'rendered' ? rendered.text : undefined
      }
    },
  },
  migrations: [],
})

function sum(from: Json, value: Change['value']): number | undefined {
  const total = Number(from ?? 0) + Number(value)
  return typeof from === 'boolean' || typeof value === 'boolean' || !Number.isFinite(total) ? undefined : total
}

function sayChange({ field, do: how, value }: Change): string {
  const name = field || '…'
  if (how === 'clear') return `Clear ${name}`
  return how === 'add' ? `Add ${value} to ${name}` : `Set ${name} to ${value === '' ? '…' : value}`
}

function checkChange({ field, do: how, value }: Change, at: string): Finding[] {
  if (!attributeName.test(field))
    return [
      error(
        'update.bad-field',
        field === '' ? 'A change has no attribute.' : `"${field}" cannot be the name of a lead attribute.`,
        'Use letters, digits and underscores, like welcome_sent.',
        `${at}.field`,
      ),
    ]
  if (how === 'add' && !Number.isFinite(Number(value === '' ? Number.NaN : value)))
    return [
      error(
        'update.not-a-number',
        `"${value}" cannot be added to ${field}.`,
        'Write a number, like 5 or -1.',
        `${at}.value`,
      ),
    ]
  return how === 'set' && typeof value === 'string' ? checkTemplate(value, `${at}.value`) : []
}

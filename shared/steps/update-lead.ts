import { z } from 'zod'
import type { Note } from '../journal'
import { type Json, own } from '../json'
import { error, type Finding } from '../problems'
import { renderText } from '../render'
import { checkTemplate } from '../render/check-templates'
import { tokensIn } from '../render/scope'
import type { From } from '../rules/coerce'
import { type Fields, fitField } from '../rules/fields'
import { leadsOwn, ownedByLead } from '../rules/reply-map'
import { attributeName } from '../values/names'
import { defineStep, next } from './define'

const changeSchema = z.object({
  field: z.string().max(100),
  /** `append` and `remove` work on one member of a list. */
  do: z.enum(['set', 'add', 'clear', 'append', 'remove']),
  /** Numbers and truth values are written unchanged; a text may hold Liquid. */
  value: z.union([z.string().max(4096), z.number(), z.boolean()]),
})
type Change = z.infer<typeof changeSchema>

/** The most members of a list-valued attribute (Braze's limit). */
const MOST_MEMBERS = 500

export const updateLead = defineStep({
  kind: 'update-lead',
  version: 1,
  title: 'Update lead',
  icon: 'M11.5 15H7a4 4 0 0 0-4 4v2 M21.378 16.626a1 1 0 0 0-3.004-3.004l-4.01 4.012a2 2 0 0 0-.506.854l-.837 2.87a.5.5 0 0 0 .62.62l2.87-.837a2 2 0 0 0 .854-.506z M6 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  group: 'data',
  allowedIn: ['trigger', 'batch'],
  help: 'Writes attributes of the lead; the very next step already sees them. Set takes a value or Liquid, Add counts up or down, Clear removes, Append and Remove change one member of a list. A value that cannot be worked out is left alone and the journal says why.',
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
      /** Each change sees what the earlier ones made; null is cleared. */
      const written = new Map<string, Json>()
      const notes: Note[] = []
      for (const change of config.changes) {
        const { field, value } = change
        const from = (written.has(field) ? written.get(field) : own(world.lead.attributes, field)) ?? null
        const made = fitted(change, outcome(change, from, worth), from, world.fields)
        if (made.is === 'refused')
          notes.push({ is: 'mapped', step, path: String(value), field, value: from, refused: made.reason })
        else {
          written.set(field, made.value)
          notes.push({ is: 'updated', step, field, from, to: made.value })
        }
      }
      const set = Object.fromEntries([...written].filter(([, value]) => value !== null))
      const clear = [...written].flatMap(([field, value]) => (value === null ? [field] : []))
      return { effects: [{ type: 'lead.update', step, set, clear }], notes, leave: 'next' }

      function worth(value: Change['value']): Json | undefined {
        if (typeof value !== 'string') return value
        const rendered = renderText(value, tokensIn({ world, memory, campaign }))
        return rendered.is === 'rendered' ? rendered.text : undefined
      }
    },
  },
  migrations: [],
})

type Made = { readonly is: 'value'; readonly value: Json } | { readonly is: 'refused'; readonly reason: string }

/**
 * The outcome as the attribute's field takes it. A rendered template is text, whatever it means; the field's type says
 * how it is read.
 */
function fitted({ field, do: how, value }: Change, made: Made, from: Json, fields: Fields | undefined): Made {
  if (made.is === 'refused' || made.value === null) return made
  const form: From = how === 'set' && typeof value === 'string' ? 'text' : 'json'
  return fitField(fields, field, made.value, form, from)
}

/** What an attribute becomes by one change; null when it is cleared. */
function outcome({ do: how, value }: Change, from: Json, worth: (value: Change['value']) => Json | undefined): Made {
  if (how === 'clear') return { is: 'value', value: null }
  const given = how === 'add' ? sum(from, value) : worth(value)
  if (given === undefined) return { is: 'refused', reason: 'the value could not be worked out' }
  if (how === 'set' || how === 'add') return { is: 'value', value: given }
  if (from !== null && !Array.isArray(from)) return { is: 'refused', reason: 'the attribute is not a list' }
  const members: readonly Json[] = from ?? []
  const isIn = members.some(member => isSame(member, given))
  if (how === 'remove') return { is: 'value', value: isIn ? members.filter(member => !isSame(member, given)) : from }
  if (isIn) return { is: 'value', value: members }
  if (members.length >= MOST_MEMBERS) return { is: 'refused', reason: `the list has ${MOST_MEMBERS} members already` }
  return { is: 'value', value: [...members, given] }
}

/** Rendered text stays text, so `7` that was typed and "7" that was rendered are the same member. */
function isSame(a: Json, b: Json): boolean {
  const [x, y] = [a, b].map(value => (typeof value === 'object' ? JSON.stringify(value) : String(value)))
  return x === y
}

function sum(from: Json, value: Change['value']): number | undefined {
  const total = Number(from ?? 0) + Number(value)
  return typeof from === 'boolean' || typeof value === 'boolean' || !Number.isFinite(total) ? undefined : total
}

function sayChange({ field, do: how, value }: Change): string {
  const name = field || '…'
  const what = value === '' ? '…' : value
  if (how === 'clear') return `Clear ${name}`
  if (how === 'add') return `Add ${value} to ${name}`
  if (how === 'append') return `Append ${what} to ${name}`
  return how === 'remove' ? `Remove ${what} from ${name}` : `Set ${name} to ${what}`
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
  if (leadsOwn.has(field)) return [ownedByLead('update.leads-own', field, `${at}.field`)]
  if (how === 'add' && !Number.isFinite(Number(value === '' ? Number.NaN : value)))
    return [
      error(
        'update.not-a-number',
        `"${value}" cannot be added to ${field}.`,
        'Write a number, like 5 or -1.',
        `${at}.value`,
      ),
    ]
  if ((how === 'append' || how === 'remove') && value === '')
    return [error('update.no-member', `Nothing is said to ${how}.`, 'Write the member of the list.', `${at}.value`)]
  return how !== 'clear' && typeof value === 'string' ? checkTemplate(value, `${at}.value`) : []
}

import { z } from 'zod'
import type { Note } from '../journal'
import { error, type Finding, warning } from '../problems'
import { checkCondition, conditionSchema, evaluate, mayAsk, sayCondition, sourcesOf } from '../rules/conditions'
import { smallId } from '../values/small-id'
import { defineStep, type Port } from './define'

const groupSchema = z.object({
  id: z.string().regex(smallId),
  label: z.string().max(60),
  condition: conditionSchema,
})
type Group = z.infer<typeof groupSchema>

const everyoneElse: Port = { id: 'else', label: 'Everyone else' }

export const audiencePaths = defineStep({
  kind: 'audience-paths',
  version: 1,
  title: 'Audience paths',
  icon: 'M6 3v12 M18 9a3 3 0 1 0 0-6a3 3 0 1 0 0 6 M6 21a3 3 0 1 0 0-6a3 3 0 1 0 0 6 M18 9a9 9 0 0 1-9 9',
  group: 'logic',
  allowedIn: ['trigger', 'batch'],
  help: 'Asks the paths from the top at the moment the lead arrives; the first that fits takes the lead, and who fits none leaves by Everyone else. Nobody waits and nobody is asked again. Marketo calls this choices in a step, Braze calls it Audience paths.',
  config: z.object({ groups: z.array(groupSchema).min(1).max(8) }),
  fields: { groups: { as: 'groups', label: 'Paths, the highest first', may: mayAsk.step } },
  example: {
    groups: [
      {
        id: 'a',
        label: 'India',
        condition: { match: 'all', rules: [{ field: 'lead.country', op: 'is', value: 'India' }] },
      },
      {
        id: 'b',
        label: 'Big spenders',
        condition: { match: 'all', rules: [{ field: 'lead.spent', op: 'at-least', value: 100 }] },
      },
    ],
  },
  fresh: { groups: ['a', 'b'].map(id => ({ id, label: `Path ${id.toUpperCase()}`, condition: open() })) },
  ports: ({ groups }) => [...groups.map(({ id, label }) => ({ id, label })), everyoneElse],
  conditions: ({ groups }) => groups.map(({ condition }, i) => ({ condition, path: `config.groups.${i}.condition` })),
  summary: ({ groups }) => groups.map(g => `${g.label || '…'}: ${sayCondition(g.condition)}`).join(' · '),
  check: ({ groups }) => {
    const ids = groups.map(g => g.id)
    return [
      ...(new Set(ids).size === ids.length && !ids.includes(everyoneElse.id)
        ? []
        : [
            error(
              'paths.same-id',
              'Two paths share one id.',
              'Give each its own id; "else" is taken.',
              'config.groups',
            ),
          ]),
      ...(groups.length < 2
        ? [warning('paths.one-group', 'One path is a filter.', 'Add a path, or use a Filter.', 'config.groups')]
        : []),
      ...groups.flatMap(checkGroup),
    ]
  },
  behave: {
    enter: ({ step, config: { groups }, world, memory }) => {
      const notes: Note[] = []
      for (const { id, condition } of groups) {
        const seen = evaluate(condition, sourcesOf(world, memory))
        notes.push({ is: seen.result ? 'decided' : 'passed-over', step, port: id, seen })
        if (seen.result) return { notes, leave: id }
      }
      return { notes, leave: everyoneElse.id }
    },
  },
  migrations: [],
})

function open() {
  return { match: 'all' as const, rules: [{ field: 'lead.', op: 'is' as const, value: '' }] }
}

function checkGroup({ label, condition }: Group, i: number, all: readonly Group[]): Finding[] {
  const at = `config.groups.${i}`
  return [
    ...(label.trim() === '' ? [error('paths.no-label', 'A path has no name.', 'Name it.', `${at}.label`)] : []),
    ...(condition.rules.length === 0 && i < all.length - 1
      ? [
          warning(
            'paths.catch-all',
            `Everybody fits "${label}", so the paths below it get nobody.`,
            'Add a rule, or move it to the end.',
            `${at}.condition`,
          ),
        ]
      : []),
    ...(condition.rules.length === 0 && i === all.length - 1
      ? [
          warning(
            'paths.empty',
            `Everybody fits "${label}", so nobody leaves by Everyone else.`,
            'Add a rule, or remove the path.',
            `${at}.condition`,
          ),
        ]
      : []),
    ...checkCondition(condition, `${at}.condition`, mayAsk.step),
  ]
}

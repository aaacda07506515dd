import { z } from 'zod'
import { error } from '../problems'
import { checkCondition, conditionSchema, evaluate, mayAsk, sayCondition, sourcesOf } from '../rules/conditions'
import { defineStep } from './define'

export const filter = defineStep({
  kind: 'filter',
  version: 1,
  title: 'Filter',
  icon: 'M10 20a1 1 0 0 0 .553.895l2 1A1 1 0 0 0 14 21v-7a2 2 0 0 1 .517-1.341L21.74 4.67A1 1 0 0 0 21 3H3a1 1 0 0 0-.742 1.67l7.225 7.989A2 2 0 0 1 10 14z',
  group: 'logic',
  allowedIn: ['trigger', 'batch'],
  help: 'Asks a question about the lead, the event or the last webhook answer, once, at the moment the lead arrives. Each lead takes Yes or No; a way that is not connected ends the journey there.',
  config: z.object({ condition: conditionSchema }),
  fields: { condition: { as: 'condition', label: 'Send leads down Yes if', may: mayAsk.step } },
  example: { condition: { match: 'all', rules: [{ field: 'lead.country', op: 'is', value: 'India' }] } },
  fresh: { condition: { match: 'all', rules: [{ field: 'lead.', op: 'is', value: '' }] } },
  ports: () => [
    { id: 'yes', label: 'Yes' },
    { id: 'no', label: 'No' },
  ],
  conditions: ({ condition }) => [{ condition, path: 'config.condition' }],
  summary: ({ condition }) => sayCondition(condition),
  check: ({ condition }) => [
    ...(condition.rules.length === 0
      ? [
          error(
            'filter.empty',
            'The filter asks nothing, so everybody answers Yes.',
            'Add a rule, or remove the filter.',
            'config.condition',
          ),
        ]
      : []),
    ...checkCondition(condition, 'config.condition', mayAsk.step),
  ],
  behave: {
    enter: ({ step, config, world, memory }) => {
      const seen = evaluate(config.condition, sourcesOf(world, memory))
      const port = seen.result ? 'yes' : 'no'
      return { notes: [{ is: 'decided', step, port, seen }], leave: port }
    },
  },
  migrations: [],
})

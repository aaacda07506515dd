import { error } from '../../problems'
import { checkCondition, conditionSchema, mayAsk, sayCondition } from '../conditions'
import { defineExit } from './define'

/**
 * Asked whenever the lead changes or does something that it asks about, when a step is over, and when a call was held. Time alone asks nobody.
 * At the end of a step it is asked what holds then, not what held meanwhile (braze R29).
 */
export const condition = defineExit({
  on: 'condition',
  title: 'The lead matches',
  help: 'Asked at the entry, whenever the lead changes or does something that a rule counts, after each step, and when a held webhook may go out. What comes true by time alone ("last open more than 30 days ago") takes effect at the next of these moments, not in the middle of a wait.',
  config: { where: conditionSchema },
  fields: { where: { as: 'condition', label: 'Leads leave when', may: mayAsk.exit } },
  fresh: { where: { match: 'all', rules: [{ field: 'lead.', op: 'is', value: '' }] } },
  example: { where: { match: 'all', rules: [{ field: 'lead.plan', op: 'is', value: 'cancelled' }] } },
  asks: ({ where }, { asked, when }) => (asked === 'step' || when === 'at-once' ? where : undefined),
  say: ({ where }) => `The lead matches ${sayCondition(where)}`,
  sayWhen: ({ where }) => `when ${sayCondition(where)}`,
  sayLeft: () => 'the exit condition holds',
  sawSaysIt: true,
  check: ({ where }, path) =>
    where.rules.length > 0
      ? checkCondition(where, `${path}.where`, mayAsk.exit)
      : [
          error(
            'settings.exit-nothing',
            'An exit asks for nothing, so that nobody would leave by it.',
            'Add a rule about the lead, or remove the exit.',
            `${path}.where`,
          ),
        ],
})

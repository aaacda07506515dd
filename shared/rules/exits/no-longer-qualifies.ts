import { warning } from '../../problems'
import { defineExit } from './define'

/** The entry audience is asked again, when a step is over and when a call was held. */
export const noLongerQualifies = defineExit({
  on: 'no-longer-qualifies',
  title: 'The lead no longer qualifies',
  help: 'The entry audience is asked again after each step, and when a held webhook may go out. Marketo asks it at the entry alone.',
  config: {},
  fields: {},
  fresh: {},
  example: {},
  asks: (_, { asked, audience }) => (asked === 'step' ? audience : undefined),
  leavesUnless: true,
  say: () => 'The lead no longer qualifies',
  sayWhen: () => 'when they no longer qualify',
  sayLeft: () => 'the lead no longer qualifies',
  check: (_, path, audience) =>
    audience.rules.length > 0
      ? []
      : [
          warning(
            'settings.exit-no-audience',
            'Everybody may enter this campaign, so nobody ever stops qualifying.',
            'Say who may enter (entry audience), or remove the exit.',
            path,
          ),
        ],
})

import { TRIGGER_ONLY } from '../../problems'
import { sayPlain } from '../../values/say'
import { type Gate, pass } from './gate'

/** The last line of the trigger-campaign-only rule: an old batch graph that still reaches the engine sends nothing, and says 1000 (marketo-alm rule 2). */
export const triggerOnly: Gate = {
  name: 'trigger-only',
  title: 'Trigger only',
  by: 'the rule that this step sends in trigger campaigns only',
  ask: ({ campaign }) =>
    campaign.stepAllowed
      ? pass
      : {
          is: 'skip',
          code: TRIGGER_ONLY,
          saw: { mode: campaign.mode },
          reason: `code ${TRIGGER_ONLY}: webhooks are called by trigger campaigns only, and this is a ${campaign.mode} campaign`,
        },
  sayPass: ({ saw }) => `this is a ${sayPlain(saw['mode'])} campaign`,
  sayStop: ({ saw }) => `only trigger campaigns call webhooks, and this is a ${sayPlain(saw['mode'])} campaign`,
}

import { z } from 'zod'
import { internalEvents } from '../internal-events'
import { defineWayIn } from './define'
import { isOf } from './of-campaign'

/** The lead reached the goal of another campaign. Empty means of any other campaign. */
export const conversion = defineWayIn({
  on: 'conversion',
  title: 'A campaign converts',
  help: 'The lead reached its goal.',
  config: { campaign: z.string().max(60) },
  fields: { campaign: { as: 'any-campaign', label: 'Campaign' } },
  fresh: { campaign: '' },
  example: { config: { campaign: 'welcome' }, event: { campaign: 'welcome', goal: 'bought' } },
  listensTo: () => internalEvents.converted,
  agrees: (way, properties) => isOf(way.campaign, properties),
  say: way => (way.campaign === '' ? 'any campaign converts' : `${way.campaign} converts`),
})

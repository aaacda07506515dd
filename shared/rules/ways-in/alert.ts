import { z } from 'zod'
import { internalEvents } from '../internal-events'
import { defineWayIn } from './define'
import { isOf } from './of-campaign'

/** A webhook fails often: heard by the lead whom the settings name. Empty means of any campaign. */
export const alert = defineWayIn({
  on: 'alert',
  title: 'An alert is raised',
  help: 'A webhook fails often. It happens to the lead whom the settings name under Alerts, with webhook, campaign, campaign_name, step, failed, calls, percent and minutes under event.',
  config: { campaign: z.string().max(60) },
  fields: { campaign: { as: 'any-campaign', label: 'Campaign' } },
  fresh: { campaign: '' },
  example: { config: { campaign: 'welcome' }, event: { campaign: 'welcome', percent: 60 } },
  listensTo: () => internalEvents.alertRaised,
  agrees: (way, properties) => isOf(way.campaign, properties),
  say: way => (way.campaign === '' ? 'an alert is raised' : `an alert of ${way.campaign} is raised`),
})

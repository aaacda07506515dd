import { reportSchema } from '../api'
import { experimentActSchema, paceSchema } from '../api/experiments'
import { routeTable } from './route'

const unknownCampaign = { 404: 'There is no campaign with this id.' }

/** Steps that split leads: what is decided about them by hand, and what a plan begins with. */
export const experimentRoutes = routeTable({
  'post /campaigns/{id}/experiments/{step}': {
    tag: 'Campaigns',
    summary: 'Send all new leads but control to a variant, go on testing, or start the experiment anew.',
    body: experimentActSchema,
    answer: { status: 200, schema: reportSchema },
    refusals: { ...unknownCampaign, 409: 'The campaign is not running, or the step does not split leads like that.' },
  },
  'get /campaigns/{id}/pace': {
    tag: 'Campaigns',
    summary: 'How many leads enter in a day, of late, and how many of all convert.',
    answer: { status: 200, schema: paceSchema },
    refusals: unknownCampaign,
  },
})

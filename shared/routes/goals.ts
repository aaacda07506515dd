import { computingSchema } from '../api/goals'
import { routeTable } from './route'

const unknown = { 404: 'There is no campaign with this id, or it has no such goal live.' }

/** Conversions and goals; see routes.ts. */
export const goalRoutes = routeTable({
  'get /campaigns/{id}/conversions.csv': {
    tag: 'Campaigns',
    summary: 'Every conversion of the goals that are live, as CSV: lead, journey, goal, event, time, value, credit.',
    answer: { status: 200, type: 'text/csv' },
    refusals: { 404: 'There is no campaign with this id.' },
  },
  'delete /campaigns/{id}/goals/{goal}/computing': {
    tag: 'Campaigns',
    summary:
      'Stop going through the stored events for a goal that was added later. What was found stays. When nothing runs, nothing changes.',
    answer: { status: 200, schema: computingSchema },
    refusals: unknown,
  },
  'post /campaigns/{id}/goals/{goal}/computing': {
    tag: 'Campaigns',
    summary: 'Go on with stored events where it was stopped.',
    answer: { status: 200, schema: computingSchema },
    refusals: unknown,
  },
})

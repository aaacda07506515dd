import { receiverSchema, receiversSchema, switchedOnSchema, switchReceiverSchema } from '../api/receivers'
import { routeTable } from './route'

/** The addresses that webhooks go to, when they are in trouble: switched off, and on again. */
export const receiverRoutes = routeTable({
  'get /receivers': {
    tag: 'Activity',
    summary: 'Receivers that only fail or are switched off: those for which leads wait first, at most 500.',
    answer: { status: 200, schema: receiversSchema },
  },
  'post /receivers/off': {
    tag: 'Activity',
    summary: 'Switch an endpoint off: leads wait there, and nothing is sent to it.',
    body: switchReceiverSchema,
    answer: { status: 200, schema: receiverSchema },
    refusals: { 409: 'It is switched off already.' },
  },
  'post /receivers/on': {
    tag: 'Activity',
    summary: 'Switch an endpoint on: whoever waits for it continues at once, within rates and limits.',
    body: switchReceiverSchema,
    answer: { status: 200, schema: switchedOnSchema },
    refusals: { 409: 'It is not switched off.' },
  },
})

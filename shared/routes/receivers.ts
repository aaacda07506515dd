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
    summary: 'Switch a receiver off: leads who come to it wait, and nothing is sent there.',
    body: switchReceiverSchema,
    answer: { status: 200, schema: receiverSchema },
    refusals: { 409: 'It is switched off already.' },
  },
  'post /receivers/on': {
    tag: 'Activity',
    summary: 'Switch a receiver on: whoever waits for it goes on at once, within rates and limits.',
    body: switchReceiverSchema,
    answer: { status: 200, schema: switchedOnSchema },
    refusals: { 409: 'It is not switched off.' },
  },
})

import { receiverSchema, receiversSchema, switchedOnSchema, switchReceiverSchema } from '../api/receivers'
import type { Route } from '../routes'

/** The addresses that webhooks go to, when they are in trouble: switched off, and on again. */
export const receiverRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/receivers',
    tag: 'Activity',
    summary: 'Receivers that only fail or are switched off: those for which leads wait first, at most 500.',
    answer: { status: 200, schema: receiversSchema },
  },
  {
    method: 'post',
    path: '/receivers/off',
    tag: 'Activity',
    summary: 'Switch a receiver off: leads who come to it wait, and nothing is sent there.',
    body: switchReceiverSchema,
    answer: { status: 200, schema: receiverSchema },
    refusals: { 409: 'It is switched off already.' },
  },
  {
    method: 'post',
    path: '/receivers/on',
    tag: 'Activity',
    summary: 'Switch a receiver on: whoever waits for it goes on at once, within rates and limits.',
    body: switchReceiverSchema,
    answer: { status: 200, schema: switchedOnSchema },
    refusals: { 409: 'It is not switched off.' },
  },
]

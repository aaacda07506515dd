import {
  deliveriesSchema,
  noticeKindsSchema,
  postReplaySchema,
  postSubscriptionSchema,
  putSubscriptionSchema,
  sampleQuerySchema,
  samplesSchema,
  subscriptionKeySchema,
  subscriptionsSchema,
  subscriptionTestedSchema,
  subscriptionViewSchema,
  testSubscriptionSchema,
} from '../api/subscriptions'
import { routeTable } from './route'

const unknown = { 404: 'There is no subscription with this id.' }

/** Listeners outside that are told of events. */
export const subscriptionRoutes = routeTable({
  'get /subscriptions': {
    tag: 'Subscriptions',
    summary: 'Listeners outside that are told of events, and how each of them stands.',
    answer: { status: 200, schema: subscriptionsSchema },
  },
  'post /subscriptions': {
    tag: 'Subscriptions',
    summary:
      'Add a subscription. With a name it is off until it is switched on; without one it is a hook of an automation tool: on at once, without a challenge, and deleted when its target answers 410.',
    body: postSubscriptionSchema,
    answer: { status: 201, schema: subscriptionViewSchema },
    refusals: { 409: 'There are as many subscriptions as the settings allow.' },
  },
  'get /subscriptions/events': {
    tag: 'Subscriptions',
    summary: 'What can be heard: every event with its sample, thin and full.',
    answer: { status: 200, schema: noticeKindsSchema },
  },
  'get /subscriptions/sample': {
    tag: 'Subscriptions',
    summary: 'A list with a sample of one event, as a hook gets it.',
    query: sampleQuerySchema,
    answer: { status: 200, schema: samplesSchema },
  },
  'post /subscriptions/test': {
    tag: 'Subscriptions',
    summary: 'Send a sample of each chosen event, at most ten, and show what came back. Nothing is stored.',
    body: testSubscriptionSchema,
    answer: { status: 200, schema: subscriptionTestedSchema },
    refusals: { 429: 'Too many tests are on their way.' },
  },
  'get /subscriptions/{id}': {
    tag: 'Subscriptions',
    summary: 'One subscription.',
    answer: { status: 200, schema: subscriptionViewSchema },
    refusals: unknown,
  },
  'put /subscriptions/{id}': {
    tag: 'Subscriptions',
    summary: 'Change a subscription. The next request goes by the change.',
    body: putSubscriptionSchema,
    answer: { status: 200, schema: subscriptionViewSchema },
    refusals: unknown,
  },
  'delete /subscriptions/{id}': {
    tag: 'Subscriptions',
    summary: 'Delete a subscription, and what was noted of its requests.',
    answer: { status: 204 },
    refusals: unknown,
  },
  'post /subscriptions/{id}/on': {
    tag: 'Subscriptions',
    summary:
      'Switch a subscription on. After it was off it hears what happens from now on; after it was disabled it is told what it did not hear.',
    answer: { status: 200, schema: subscriptionViewSchema },
    refusals: { ...unknown, 409: 'It is on already.' },
  },
  'post /subscriptions/{id}/off': {
    tag: 'Subscriptions',
    summary: 'Switch a subscription off, without deleting it.',
    answer: { status: 200, schema: subscriptionViewSchema },
    refusals: { ...unknown, 409: 'It is off already.' },
  },
  'post /subscriptions/{id}/key': {
    tag: 'Subscriptions',
    summary: 'The key that signatures are checked with, as JSON. It is given once.',
    answer: { status: 200, schema: subscriptionKeySchema },
    refusals: { ...unknown, 409: 'It does not sign, or its key was given already.' },
  },
  'post /subscriptions/{id}/replay': {
    tag: 'Subscriptions',
    summary:
      'Tell a subscription again what it was told, in order and under the same event ids: all that is kept, or that of a time, from an event on, of some kinds, or one event. Events of now are told in between.',
    body: postReplaySchema,
    answer: { status: 202, schema: subscriptionViewSchema },
    refusals: { ...unknown, 409: 'It is off, is being told again already, or nothing of that is kept.' },
  },
  'delete /subscriptions/{id}/replay': {
    tag: 'Subscriptions',
    summary:
      'Stop telling a subscription again what it was told. What has arrived stays so; where nothing is told again, nothing changes.',
    answer: { status: 200, schema: subscriptionViewSchema },
    refusals: unknown,
  },
  'get /subscriptions/{id}/deliveries': {
    tag: 'Subscriptions',
    summary: 'The last 50 requests of a subscription, newest first, each with its attempts.',
    answer: { status: 200, schema: deliveriesSchema },
    refusals: unknown,
  },
})

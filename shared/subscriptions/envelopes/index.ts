import type { EnvelopeName } from '../subscription'
import { alm } from './alm'
import { cloudEvents, cloudEventsBatch } from './cloudevents'
import type { Envelope } from './envelope'
import { standard } from './standard'

export type { Envelope, Packed } from './envelope'

/** How events are packed for a listener, in the order in which the form offers it. */
export const envelopes: { readonly [name in EnvelopeName]: Envelope } = {
  alm,
  standard,
  cloudevents: cloudEvents,
  'cloudevents-batch': cloudEventsBatch,
}

import { writeInstant } from '../../time/calendar'
import type { Envelope } from './envelope'

/** Standard Webhooks: one event a request; its id stands in the header `webhook-id`. */
export const standard: Envelope = {
  title: 'Standard Webhooks',
  help: 'One event a request: type, timestamp and data.',
  contentType: 'application/json',
  most: 1,
  write: events =>
    JSON.stringify(events.map(({ kind, at, data }) => ({ type: kind, timestamp: writeInstant(at), data }))[0]),
}

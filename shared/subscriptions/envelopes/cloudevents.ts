import type { Json } from '../../json'
import { writeInstant } from '../../time/calendar'
import { schemaUri } from '../define'
import { MOST_EVENTS } from '../subscription'
import type { Envelope, Packed } from './envelope'

/** CloudEvents 1.0, structured: one event a request. */
export const cloudEvents: Envelope = {
  title: 'CloudEvents 1.0',
  help: 'One event a request, in the structured mode.',
  contentType: 'application/cloudevents+json',
  most: 1,
  write: (events, account) => JSON.stringify(events.map(event => cloudEvent(event, account))[0]),
}

/** CloudEvents 1.0, batched: a list, for receivers that were asked whether they take one. */
export const cloudEventsBatch: Envelope = {
  title: 'CloudEvents 1.0, batched',
  help: 'Up to 100 events a request. Only for a listener that is known to take batches.',
  contentType: 'application/cloudevents-batch+json',
  most: MOST_EVENTS,
  write: (events, account) => JSON.stringify(events.map(event => cloudEvent(event, account))),
}

/** `source` and `id` together are unique; `sequence` is an extension that tells the order. */
function cloudEvent({ id, seq, kind, version, at, subject, data }: Packed, account: string): Json {
  return {
    specversion: '1.0',
    id,
    source: `/hookline/${encodeURIComponent(account)}`,
    type: kind,
    ...(subject === null ? {} : { subject }),
    time: writeInstant(at),
    datacontenttype: 'application/json',
    dataschema: schemaUri({ name: kind, version }),
    sequence: String(seq),
    data,
  }
}

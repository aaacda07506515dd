import { shoutedName } from '../define'
import { MOST_EVENTS } from '../subscription'
import type { Envelope } from './envelope'

/**
 * Adobe Learning Manager's: one request may carry many events, and each is to be taken on its own (marketo-alm rule
 * 29).
 */
export const alm: Envelope = {
  title: 'List of events (Adobe Learning Manager)',
  help: 'Up to 100 events a request, under the name of this installation.',
  contentType: 'application/json',
  most: MOST_EVENTS,
  write: (events, accountId) =>
    JSON.stringify({
      accountId,
      events: events.map(({ id, kind, version, seq, at, data }) => ({
        eventId: id,
        eventName: shoutedName(kind),
        timestamp: at,
        // Opaque to receivers: which form the data has, and the event's place among all.
        eventInfo: `v${version}.${seq}`,
        data,
      })),
    }),
}

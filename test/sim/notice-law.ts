import type { Call } from '#shared/call'
import type { Note } from '#shared/journal'
import type { Arrived } from '#shared/simulate/endpoints'
import { all, type Store, sql, type Work } from '#shared/store/work'
import type { SubscriptionDefinition } from '#shared/subscriptions/subscription'

/**
 * Law 13, from the outside: what a subscriber hears is what happened. What is written to be told is compared with the journal, by a table of its own; what arrived at each
 * listener with what is written.
 */

/** Is this the request of a subscription, and no webhook of a step? */
export function isDelivery({ webhookId }: Pick<Call, 'webhookId'>): boolean {
  return /^(?:evt|del)_/.test(webhookId)
}

interface NoticeRow {
  readonly seq: number
  readonly id: string
  readonly kind: string
  readonly at: number
  readonly lead_id: number | null
  readonly data: string
}

interface SubscriptionRow {
  readonly id: string
  readonly definition: string
  readonly state: string
  readonly position: number
}

/** Which lines of a journal tell of which kind. */
const tells: { readonly [is in Note['is']]?: (note: Note) => string | null } = {
  started: () => 'journey.started',
  entered: () => 'journey.step_entered',
  ended: note => (note.is === 'ended' ? `journey.${note.as}` : null),
  calls: () => 'webhook.sent',
  converted: () => 'conversion',
}

/** What is wrong when a run is over and nothing is left to happen. */
export async function brokenNotices(store: Store, arrived: readonly Arrived[]): Promise<string[]> {
  const { subscriptions, notices, journal, erased } = await store.read(readAll())
  const heard = subscriptions.filter(({ state }) => state === 'on')
  if (heard.length === 0) return []
  return [...brokenOutbox(notices, journal, erased), ...heard.flatMap(row => brokenListener(row, notices, arrived))]
}

function* readAll(): Work<{
  subscriptions: readonly SubscriptionRow[]
  notices: readonly NoticeRow[]
  journal: readonly { journey_id: number; at: number; entries: string }[]
  erased: ReadonlySet<number>
}> {
  const subscriptions = yield* all<SubscriptionRow>(sql`select id, definition, state, position from subscriptions`)
  if (subscriptions.length === 0) return { subscriptions, notices: [], journal: [], erased: new Set() }
  return {
    subscriptions,
    notices: yield* all<NoticeRow>(sql`select seq, id, kind, at, lead_id, data from notices order by seq`),
    journal: yield* all(sql`select journey_id, at, entries from journal order by id`),
    // Of a lead that was deleted nobody keeps a journal.
    erased: new Set((yield* all<{ id: number }>(sql`select id from journeys where lead_id < 0`)).map(row => row.id)),
  }
}

/** The outbox is the journal, line by line of each journey: nothing is told of that did not happen, and nothing that happened is not told. */
function brokenOutbox(
  notices: readonly NoticeRow[],
  journal: readonly { journey_id: number; entries: string }[],
  erased: ReadonlySet<number>,
): string[] {
  const told = new Map<number, string[]>()
  const kinds = new Set(notices.map(({ kind }) => kind))
  const mapped = new Set([
    'journey.started',
    'journey.step_entered',
    'journey.finished',
    'journey.exited',
    'journey.failed',
    'webhook.sent',
    'conversion',
  ])
  for (const { kind, data } of notices) {
    if (!mapped.has(kind)) continue
    const { journeyId } = JSON.parse(data) as { journeyId: number }
    told.set(journeyId, [...(told.get(journeyId) ?? []), kind])
  }
  const happened = new Map<number, string[]>()
  for (const { journey_id: id, entries } of journal)
    for (const note of JSON.parse(entries) as Note[]) {
      const kind = tells[note.is]?.(note) ?? null
      if (kind !== null && kinds.has(kind)) happened.set(id, [...(happened.get(id) ?? []), kind])
    }
  const broken: string[] = []
  for (const id of new Set([...told.keys(), ...happened.keys()])) {
    if (erased.has(id)) continue
    const [is, was] = [told.get(id) ?? [], happened.get(id) ?? []]
    if (is.join() !== was.join())
      broken.push(
        `journey ${id}: subscribers are told ${is.join(', ') || 'nothing'}; its journal says ${was.join(', ') || 'nothing'} (law 13)`,
      )
  }
  return broken
}

/** At least once, in order per lead, nothing else. */
function brokenListener(row: SubscriptionRow, notices: readonly NoticeRow[], arrived: readonly Arrived[]): string[] {
  const definition = JSON.parse(row.definition) as SubscriptionDefinition
  const first = new Map<string, number>()
  let n = 0
  for (const { call } of arrived)
    if (call.request.url === definition.target && isDelivery(call))
      for (const id of idsIn(call)) {
        if (!first.has(id)) first.set(id, n)
        n++
      }
  const broken: string[] = []
  const last = new Map<number, number>()
  const ids = new Set<string>()
  for (const { id, kind, lead_id: lead, seq } of notices) {
    if (!definition.events.includes(kind)) continue
    ids.add(id)
    const at = first.get(id)
    if (at === undefined) {
      // Still under way: the run ended while its listener does not answer.
      if (seq <= row.position)
        broken.push(`${row.id} was never told of ${id} (${kind}), and its place is behind it (law 13)`)
      continue
    }
    if (lead === null) continue
    if (at < (last.get(lead) ?? -1))
      broken.push(`${row.id} heard of ${id} (${kind}) after something later of lead ${lead} (law 13)`)
    last.set(lead, at)
  }
  for (const id of first.keys())
    if (!ids.has(id)) broken.push(`${row.id} was told of ${id}, which never happened (law 13)`)
  return broken
}

/** The ids of the events of a request, whatever its envelope. */
export function idsIn({ webhookId, request }: Pick<Call, 'webhookId' | 'request'>): readonly string[] {
  const body = JSON.parse(request.body ?? 'null') as
    | { readonly events?: readonly { readonly eventId: string }[]; readonly id?: string; readonly type?: string }
    | readonly { readonly id: string }[]
  if (Array.isArray(body)) return body.map(event => event.id)
  if ('events' in body && body.events !== undefined) return body.events.map(event => event.eventId)
  return ['id' in body && body.id !== undefined ? body.id : webhookId]
}

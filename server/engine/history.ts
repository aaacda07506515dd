import type { Facts } from '#shared/rules/conditions'
import type { LeadEvent, PastEvent } from '#shared/world'
import { pastEvents, pastEventsWhole, type StoredPast } from '../store/history'
import type { Work } from '../store/work'
import type { Turn } from './load'
import type { Machines, Version } from './machines'

/**
 * What leads did before, as one batch knows it, for conditions that ask. Loaded once a lead, and only where a condition of the campaign asks; what comes in with
 * the batch is added when its turn comes, so that a decision sees what came before it and nothing else, however the events were batched.
 */
export class History {
  readonly #ofLead = new Map<number, Map<string, PastEvent[]>>()

  /** By the name of the event; undefined for a lead for whom nobody asks. */
  of(leadId: number): ReadonlyMap<string, readonly PastEvent[]> | undefined {
    return this.#ofLead.get(leadId)
  }

  /** The lead did something more, and it is in the tables by the end of the batch. */
  add(leadId: number, event: LeadEvent): void {
    this.#ofLead.get(leadId)?.get(event.name)?.push(event)
  }

  know(leadIds: readonly number[], names: readonly string[], events: readonly StoredPast[]): void {
    for (const id of leadIds) this.#ofLead.set(id, new Map(names.map(name => [name, []])))
    for (const { leadId, ...event } of events) this.#ofLead.get(leadId)?.get(event.name)?.push(event)
  }
}

/** Loads what the conditions of these campaigns ask about these leads: two statements at most, none where nobody asks. */
export function* loadHistory(
  { changes, machines }: Pick<Turn, 'changes'> & { readonly machines: Pick<Machines, 'asked'> },
  leads: Iterable<{ readonly leadId: number; readonly version: Version | undefined }>,
): Work<void> {
  if (machines.asked.size === 0) return
  const wanted = new Set<number>()
  for (const { leadId, version } of leads)
    if ((version?.facts.events.size ?? 0) > 0 && changes.history.of(leadId) === undefined) wanted.add(leadId)
  const leadIds = [...wanted]
  changes.history.know(leadIds, [...machines.asked.keys()], yield* readHistory(leadIds, machines.asked, changes.now))
}

/** The events of these leads that are enough for these questions. */
export function* readHistory(
  leadIds: readonly number[],
  asked: Facts['events'],
  now: number,
): Work<readonly StoredPast[]> {
  const bare = [...asked].filter(([, { properties }]) => !properties)
  const whole = [...asked].filter(([, { properties }]) => properties)
  const wanted = (events: typeof bare) => ({
    leadIds,
    names: events.map(([name]) => name),
    since: now - Math.max(...events.map(([, { reach }]) => reach ?? now)),
    until: now,
  })
  return [...(yield* pastEvents(wanted(bare))), ...(yield* pastEventsWhole(wanted(whole)))]
}

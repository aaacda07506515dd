import { noticeRange, noticesAfter, type StoredNotice } from '../../store/notices'
import { allReplays, putReplays, type Replay } from '../../store/replays'
import { findSubscription } from '../../store/subscriptions'
import type { Work } from '../../store/work'
import type { Batching } from '../../subscriptions/batch'
import { type Asked, isAsked, seqOf } from '../../subscriptions/replay'
import { dropOpen } from './acts'
import { choose, isFor, type Queue } from './queue'

/**
 * Replays: a subscription is told again, under the same event ids, what it was told. A replay is a second place among
 * the notices, behind the subscription's own. Its requests take turns with those of what happens now, one on the wire
 * at a time, so that neither waits for the end of the other.
 */

/** What was told already waits for nobody. */
const atOnce: Batching = { seconds: 0, events: 1 }
/** Notices that are looked at at a time, and pages of them a turn. */
const PAGE = 101
const PAGES = 10

export type ReplayBegun = 'begun' | 'off' | 'running' | 'nothing'

/** Begins a replay, within `Engine.changeSubscriptions`. What the subscription was not told yet is none of it. */
export function* beginReplay(id: string, asked: Asked, now: number): Work<ReplayBegun> {
  const found = yield* findSubscription(id)
  if (found?.state !== 'on') return 'off'
  if ((yield* replayOf(id))?.state === 'running') return 'running'
  const range = yield* noticeRange(asked.from, asked.until)
  const since = asked.since === null ? 0 : yield* placeOf(asked.since)
  const only = asked.event === null ? null : yield* placeOf(asked.event)
  if (range === null || since === null || (asked.event !== null && only === null)) return 'nothing'
  const firstSeq = only ?? Math.max(range.first, since)
  const lastSeq = Math.min(only ?? range.last, found.position)
  if (lastSeq < firstSeq) return 'nothing'
  const place = { firstSeq, lastSeq, position: firstSeq - 1 }
  yield* putReplays([{ subscriptionId: id, asked, ...place, told: 0, state: 'running', begunAt: now, endedAt: null }])
  return 'begun'
}

/** Ends a replay before it is through. Answers false when none is running. */
export function* cancelReplay(id: string, now: number): Work<boolean> {
  const replay = yield* replayOf(id)
  if (replay?.state !== 'running') return false
  yield* dropOpen(id, now, ({ isReplay }) => isReplay)
  yield* putReplays([{ ...replay, state: 'cancelled', endedAt: now }])
  return true
}

function* replayOf(id: string): Work<Replay | undefined> {
  return (yield* allReplays()).find(({ subscriptionId }) => subscriptionId === id)
}

/** Where the event of this id stands; null: it is not kept. */
function* placeOf(eventId: string): Work<number | null> {
  const seq = seqOf(eventId)
  if (seq === null) return null
  const [notice] = yield* noticesAfter(seq - 1, seq, 1)
  return notice?.id === eventId ? seq : null
}

/** Has it something left to tell again? */
export function isReplaying({ replay }: Pick<Queue, 'replay'>): boolean {
  return replay?.state === 'running'
}

/** The next events of a replay, and how far it has come without them; none: it is through, or looks on next turn. */
export function* nextReplayed(
  { subscription }: Queue,
  replay: Replay,
  now: number,
): Work<{ readonly replay: Replay; readonly notices: readonly StoredNotice[] }> {
  let { position } = replay
  for (let n = 0; n < PAGES && position < replay.lastSeq; n++) {
    const page = yield* noticesAfter(position, replay.lastSeq, PAGE)
    const asked = page.filter(notice => isAsked(replay.asked, notice))
    const chosen = choose(subscription, asked, atOnce, now)
    if (chosen.is === 'now') return { replay: { ...replay, position }, notices: chosen.notices }
    position = page.length < PAGE ? replay.lastSeq : (page.at(-1)?.seq ?? replay.lastSeq)
  }
  return { replay: cameTo(replay, position, 0, now), notices: [] }
}

/** Those of a request that was made already. */
export function replayedOf({ subscription, replay }: Queue, stored: readonly StoredNotice[]): readonly StoredNotice[] {
  if (replay === null) return []
  return stored.filter(notice => isAsked(replay.asked, notice) && isFor(subscription.definition, notice))
}

/** So many more arrived, and everything up to `position` is told again. */
export function cameTo(replay: Replay, position: number, events: number, now: number): Replay {
  const isOver = position >= replay.lastSeq
  const end = isOver ? ({ state: 'done', endedAt: now } as const) : {}
  return { ...replay, position, told: replay.told + events, ...end }
}

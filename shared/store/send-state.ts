import type { ActivityOutcome, ActivityRow } from '../api/activity'
import { inReceiverQueue, receiverOfQueue } from './queues'
import type { TouchStatus } from './touches'
import { type Sql, sql } from './work'

/**
 * What a send is: held, tried again, queued, on the wire, or how it ended. Decided here and nowhere else, once for rows
 * that were read and once as SQL for filters. `test/contracts/send-state.test.ts` compares the two over all
 * combinations.
 */

/**
 * What its touch and the task that the touch waits for say. Without a task `state` is null: it is settled, or on the
 * wire.
 */
export interface SendState {
  readonly status: TouchStatus
  readonly state: 'ready' | 'parked' | null
  readonly lane: string | null
  readonly due_at: number | null
}

/** What a send is at `now` (ms). */
export function outcomeOf({ status, state, lane, due_at: dueAt }: SendState, now: number): ActivityOutcome {
  if (status !== 'reserved') return status
  if (state === null) return 'on-the-wire'
  if (waitsFor({ state, lane }) !== null) return 'held'
  return dueAt !== null && dueAt > now ? 'retrying' : 'queued'
}

/** What a call waits for that does not go on by itself; null: it does. */
export function waitsFor({ state, lane }: Pick<SendState, 'state' | 'lane'>): ActivityRow['waitsFor'] {
  if (state === 'parked') return 'resume'
  return receiverOfQueue(lane) !== undefined ? 'receiver' : null
}

/** Is it `outcome`? Of a touch `o` and its task `t`. */
export function isOutcome(outcome: ActivityOutcome, now: number): Sql {
  switch (outcome) {
    // The planner finds the partial indexes by these literals.
    case 'received':
      return sql`o.status = 'received'`
    case 'failed':
      return sql`o.status = 'failed'`
    case 'abandoned':
      return sql`o.status = 'abandoned'`
    case 'uncertain':
      return sql`o.status = 'uncertain'`
    case 'on-the-wire':
      return sql`o.status = 'reserved' and t.id is null`
    case 'held':
      return sql`o.status = 'reserved' and ${waitsForSomebody}`
    case 'retrying':
      return sql`o.status = 'reserved' and t.id is not null and not ${waitsForSomebody} and t.due_at > ${now}`
    case 'queued':
      return sql`o.status = 'reserved' and t.id is not null and not ${waitsForSomebody} and t.due_at <= ${now}`
  }
}

/** The status of the touches that can be `outcome`. */
export function statusBehind(outcome: ActivityOutcome): TouchStatus {
  switch (outcome) {
    case 'on-the-wire':
    case 'held':
    case 'retrying':
    case 'queued':
      return 'reserved'
    default:
      return outcome
  }
}

/** `waitsFor` of a task `t`: false where there is none. */
const waitsForSomebody: Sql = sql`coalesce(t.state = 'parked' or ${inReceiverQueue}, false)`

/**
 * A call that is kept back, of a task `t`: by a gate before it was reserved, by a pause, or by a receiver that is
 * switched off. Written as the index tasks_held says it.
 */
export const isHeld: Sql = sql`t.type = 'call' and (t.touch_id is null or t.state = 'parked' or ${inReceiverQueue})`

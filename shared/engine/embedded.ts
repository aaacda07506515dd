import { INTERRUPTED } from '../call'
import { insertAttempts } from '../store/attempts'
import type { Ids } from '../store/ids'
import { appendJournal } from '../store/journal'
import { nextRunDue } from '../store/runs'
import { dueCalls, dueTimers, nextDue, recoverCalls } from '../store/tasks'
import { countInterrupted } from '../store/touches'
import type { Store, Work } from '../store/work'
import type { Runtime } from './runtime'

/**
 * One process owns the file, so a claim is a read: a call that is handed to the HTTP workers loses its task in the
 * transaction that decided it.
 */
export function embeddedRuntime(store: Store, ids: Pick<Ids, 'task'>): Runtime {
  return {
    transact: store.transact,
    *pull(now, most) {
      const timers = yield* dueTimers(now, most.timers)
      return most.calls > 0 ? [...timers, ...(yield* dueCalls(now, most.calls))] : timers
    },
    async nextDue(roomForCalls) {
      const { timer, call } = await store.read(nextDue())
      const batch = await store.read(nextRunDue())
      const instants = [timer, roomForCalls ? call : null, batch].filter(at => at !== null)
      return instants.length === 0 ? null : Math.min(...instants)
    },
    recover: now => recover(ids.task, now),
  }
}

/** What was on the wire may have arrived: it is shown as an attempt that was cut off (found G8), and made again. */
function* recover(nextTask: () => number, now: number): Work<void> {
  const lost = yield* recoverCalls(nextTask, now)
  yield* countInterrupted(lost.map(({ touchId }) => touchId))
  yield* insertAttempts(
    lost.map(({ touchId, attempts }) => ({
      touchId,
      n: attempts + 1,
      startedAt: now,
      ms: 0,
      status: null,
      outcome: INTERRUPTED,
      response: null,
    })),
  )
  yield* appendJournal(
    lost.map(({ touchId: touch, journeyId, step, attempts }) => ({
      journeyId,
      at: now,
      notes: [{ is: 'interrupted', step, touch, n: attempts + 1 }],
    })),
  )
}

import type { Ids } from '../store/ids'
import { nextRunDue } from '../store/runs'
import { dueCalls, dueTimers, nextDue, recoverCalls } from '../store/tasks'
import type { Store } from '../store/work'
import type { Runtime } from './runtime'

/** One process owns the file, so a claim is a read: a call that is handed to the HTTP workers loses its task in the transaction that decided it. */
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
    recover: now => store.transact(recoverCalls(ids.task, now)),
  }
}

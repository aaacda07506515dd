import { nextBatch } from '../store/batches'
import { dueCalls, dueTimers, nextDue, recoverSent } from '../store/tasks'
import type { Store } from '../store/work'
import type { Runtime } from './runtime'

/** One process owns the file, so a claim is a read: what is handed to the HTTP workers was marked `sent` by the transaction that decided it. */
export function embeddedRuntime(store: Store): Runtime {
  return {
    transact: store.transact,
    *pull(now, most) {
      const timers = yield* dueTimers(now, most.timers)
      return most.calls > 0 ? [...timers, ...(yield* dueCalls(now, most.calls))] : timers
    },
    async nextDue(roomForCalls) {
      const { timer, call } = await store.read(nextDue())
      const batch = await store.read(nextBatch())
      const instants = [timer, roomForCalls ? call : null, batch].filter(at => at !== null)
      return instants.length === 0 ? null : Math.min(...instants)
    },
    recover: () => store.transact(recoverSent()),
  }
}

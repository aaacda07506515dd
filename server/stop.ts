import type { Server } from 'node:http'
import type { Engine } from '#shared/engine/engine'
import type { Purge } from '#shared/engine/watch/purge'
import type { Store } from '#shared/store/work'
import type { Clock } from '#shared/time/clock'
import type { Imports } from './http/imports/imports'
import type { Live } from './http/sse'
import type { Calls } from './parts'
import { after, every } from './waits'

/**
 * When the server stops, calls in flight have this long to come back. The next start makes the others again, under the
 * same id.
 */
const PATIENCE_MS = 5000

interface Stopping {
  readonly http: Server
  readonly live: Live
  readonly imports: Imports
  readonly purge: Purge
  readonly engine: Engine
  readonly calls: Calls
  readonly store: Store
  readonly clock: Clock
  readonly maxInFlight: number
}

/** Stops in the order that `Running.close` tells. `maxInFlight`: calls that may come back at the end. */
export async function stop({
  http,
  live,
  purge,
  imports,
  engine,
  calls,
  store,
  clock,
  maxInFlight,
}: Stopping): Promise<void> {
  const closed = new Promise(resolve => http.close(resolve))
  live.close()
  // Connections whose last answer is out are kept open for a next request, which nobody may send any more.
  const stopEnding = every(clock, 50, () => http.closeIdleConnections())
  await purge.close()
  await imports.close()
  // Requests that were taken are answered: their events are still stored.
  await Promise.race([closed, after(clock, PATIENCE_MS)])
  stopEnding()
  http.closeAllConnections()
  await engine.close()
  await quiet(calls, clock)
  await calls.close()
  await settleLast(engine, maxInFlight)
  store.close()
}

/** Resolves when no call is in flight any more, or patience ends. */
async function quiet(calls: Calls, clock: Clock): Promise<void> {
  const until = clock.now() + PATIENCE_MS
  while (calls.inFlight() > 0 && clock.now() < until) await after(clock, 10)
}

/**
 * Stores what came back at the end, so that it is not sent again at the next start. The door is closed by now: what
 * these ticks hand out goes nowhere, and is found again then.
 */
async function settleLast(engine: Engine, maxInFlight: number): Promise<void> {
  const most = maxInFlight / 500 + 1
  for (let ticks = 0; ticks < most; ticks++) if (!(await engine.tick())) return
}

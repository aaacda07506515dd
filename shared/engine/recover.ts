import { allHosts } from '../store/hosts'
import { lastInstant } from '../store/meta'
import { findWaiting } from './acts/by-hand'
import type { EngineParts } from './parts'
import { interrupted } from './send/settle'
import { retune } from './tune'
import type { SetBack } from './watch/set-back'

/** At the start: reads what was left, and hands out again what was under way. */
export async function recover(parts: EngineParts, setBack: SetBack): Promise<void> {
  const { env, runtime, turns, registry, judge, chores, queues, flights, subscriptions } = parts
  await turns.take(
    () => registry.refresh(),
    () => {},
  )
  await setBack.look(await env.store.read(lastInstant()))
  await turns.take(
    turn => retune(parts, turn),
    () => {},
  )
  judge.touched(registry.experimenting)
  chores.mayHaveBegun()
  await turns.take(
    function* ({ unit }) {
      yield* runtime.recover(unit.now)
      yield* subscriptions.recover(unit.now)
    },
    () => {},
  )
  await turns.take(allHosts, hosts => {
    for (const { host, ...limit } of hosts) queues.hosts.setLimit(host, limit)
  })
  await findWaiting(parts)
  await turns.take(interrupted, landings => flights.add(landings))
}

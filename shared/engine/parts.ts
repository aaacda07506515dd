import { Chores } from './acts/chores'
import { Judge } from './campaigns/judge'
import { CampaignRegistry } from './campaigns/registry'
import { Admission } from './entry/admission'
import { nextInEntryQueue } from './entry/entry-queue'
import { IngestBuffer } from './entry/ingest-buffer'
import type { Env } from './env'
import type { Runtime } from './runtime'
import { Flights } from './send/flights'
import { HostQueues } from './send/host-queues'
import { Receivers } from './send/receivers'
import { Subscriptions } from './subscriptions/subscriptions'
import type { Turn } from './turn'
import { Turns } from './turns'
import { Alerts } from './watch/alerts'
import { ChangeFeed } from './watch/change-feed'
import { UnitOfWork } from './work/unit'

/**
 * What the engine keeps in memory, with the queue of turns that changes it (law 16). Made once, shared by all its
 * parts.
 */
export interface EngineParts {
  readonly env: Env
  readonly runtime: Runtime
  /** Calls that may be handed out and not yet answered; what is beyond waits in the table. */
  readonly maxInFlight: number
  readonly turns: Turns<Turn>
  readonly registry: CampaignRegistry
  readonly queues: HostQueues
  readonly receivers: Receivers
  readonly flights: Flights
  readonly chores: Chores
  readonly alerts: Alerts
  readonly judge: Judge
  readonly buffer: IngestBuffer
  readonly subscriptions: Subscriptions
  readonly feed: ChangeFeed
  /** May something be in the outbox? Where nobody asks for any, the table is read once after the start. */
  readonly outbox: { mayHold: boolean }
}

export function makeParts(env: Env, runtime: Runtime, maxInFlight: number): EngineParts {
  const registry = new CampaignRegistry(env)
  const receivers = new Receivers()
  const queues = new HostQueues({ room: maxInFlight, startedAt: env.clock.now(), originOf: env.originOf }, receivers)
  const flights = new Flights()
  const chores = new Chores(queues)
  const alerts = new Alerts()
  const judge = new Judge(registry)
  const buffer = new IngestBuffer()
  const subscriptions = new Subscriptions(env, queues)
  const turns = new Turns<Turn>({
    transact: runtime.transact,
    begin: () => {
      const unit = new UnitOfWork(env, queues, registry, subscriptions.notices(env.clock.now()))
      return { env, registry, unit, admission: new Admission(env, registry, unit) }
    },
    end: turn => subscriptions.end(turn),
    books: [registry, queues, receivers, flights, chores, alerts, judge, buffer, subscriptions],
  })
  const books = { registry, queues, receivers, flights, chores, alerts, judge, buffer, subscriptions }
  return { env, runtime, maxInFlight, turns, ...books, feed: new ChangeFeed(), outbox: { mayHold: true } }
}

/** When something falls due by itself (ms); null when nothing does. */
export async function nextDue(parts: EngineParts): Promise<number | null> {
  const { env, runtime, flights, maxInFlight, registry, queues, alerts, judge, subscriptions } = parts
  const due = await runtime.nextDue(flights.flying < maxInFlight)
  const now = env.clock.now()
  const entry = await env.store.read(nextInEntryQueue(registry.all(), now))
  const told = subscriptions.nextDue(now)
  const all = [due, queues.nextDue(now), entry, alerts.nextDue(now), judge.nextDue(), told]
  const instants = all.filter(at => at !== null)
  return instants.length === 0 ? null : Math.min(...instants)
}

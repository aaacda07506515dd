import { putHost } from '../../store/hosts'
import type { LeadInput } from '../../store/leads'
import { queueOfReceiver } from '../../store/queues'
import { insertReask } from '../../store/reasks'
import type { StoredReceiver } from '../../store/receivers'
import { loadSettings } from '../../store/settings'
import { countQueues } from '../../store/tasks'
import type { Work } from '../../store/work'
import { finish } from '../finish'
import type { EngineParts } from '../parts'
import type { HostLimit, HostView } from '../send/hosts'
import type { Wire } from '../send/wire'
import { retune } from '../tune'
import type { Turn } from '../turn'
import type { Act } from './lifecycle'
import { changeMembers, type MembersChange } from './members'
import { putAll } from './put-leads'

/**
 * What people, keys and the command line do: each is a turn in the same queue as the ticks (law 16), and whoever did it
 * is answered when what must not begin any more was taken back (law 14).
 */
export class ByHand {
  readonly #parts: EngineParts
  readonly #wire: Wire
  readonly #arrived: () => void

  /** `arrived`: wakes the engine. */
  constructor(parts: EngineParts, wire: Wire, arrived: () => void) {
    this.#parts = parts
    this.#wire = wire
    this.#arrived = arrived
  }

  /** Something that a user does, in a turn of its own; what it changes is written at its end. */
  does<T>(
    work: (turn: Turn) => Work<T>,
    revokes: () => Promise<void> | null = () => this.#wire.revokeEnded(),
  ): Promise<T> {
    const { turns, chores, outbox, feed } = this.#parts
    return turns.take(
      turn => doAndFinish(work, turn),
      (done, { unit }) => {
        chores.mayHaveBegun()
        outbox.mayHold = true
        feed.announce({ campaigns: unit.touchedCampaigns, journeys: unit.touchedJourneys })
        this.#arrived()
        const revoked = revokes()
        return revoked === null ? done : revoked.then(() => done)
      },
    )
  }

  /** Something that a user does to a campaign. */
  async act(id: string, work: (now: number) => Work<Act>): Promise<Act> {
    const { turns, chores, judge, feed } = this.#parts
    const done = await turns.take(
      ({ unit }) => work(unit.now),
      async done => {
        chores.mayHaveBegun()
        judge.touched([id])
        if (done.is !== 'done') return done
        feed.announce({ campaigns: new Set([id]), journeys: new Set() })
        await this.#wire.revokeCampaign(id)
        return done
      },
    )
    await findWaiting(this.#parts)
    this.#arrived()
    return done
  }

  /** Leads and what their change brings about are one transaction. */
  putLeads(inputs: readonly LeadInput[]): Promise<{ created: number; updated: number }> {
    return this.does(turn => putAll(turn, inputs))
  }

  async retune(change?: Work<void>): Promise<void> {
    const parts = this.#parts
    await parts.turns.take(
      turn => changeAndRetune(parts, turn, change),
      () => this.#wire.revokeAll(),
    )
    await parts.turns.take(
      () => insertReask(null),
      () => {
        parts.chores.mayHaveBegun()
        this.#arrived()
      },
    )
  }

  changeMembers(change: MembersChange): Promise<number> {
    const { turns, outbox } = this.#parts
    return turns.take(
      turn => changeMembers(turn, change),
      changed => {
        outbox.mayHold = true
        this.#arrived()
        return changed
      },
    )
  }

  /** Changes subscriptions. Requests to `revokes` that have not begun never will. */
  changeSubscriptions<T>(work: (now: number) => Work<T>, revokes?: string): Promise<T> {
    const { env, turns, subscriptions } = this.#parts
    return turns.take(
      ({ unit }) => changeAndLoad(this.#parts, work(unit.now)),
      async done => {
        this.#arrived()
        if (revokes !== undefined) await env.revoke(subscriptions.touches(revokes))
        return done
      },
    )
  }

  reshape<T>(work: Work<T>): Promise<T> {
    const { registry } = this.#parts
    const reshaping = function* () {
      const before = registry.standings
      const made = yield* work
      yield* registry.refresh()
      if (registry.standings !== before) yield* insertReask(null)
      return made
    }
    return this.does(reshaping, async () => {
      await Promise.all([this.#wire.revokeEnded(), this.#wire.revokeAll()])
    })
  }

  async hosts(): Promise<readonly (HostView & { readonly waiting: number })[]> {
    const { env, queues } = this.#parts
    const waiting = await env.store.read(countQueues())
    return queues.hosts
      .view(env.clock.now())
      .map(host => ({ ...host, waiting: waiting.get(`host ${host.host}`)?.n ?? 0 }))
  }

  limitHost(host: string, limit: HostLimit): Promise<void> {
    const { turns, queues } = this.#parts
    return turns.take(
      () => putHost({ host, ...limit }),
      () => {
        queues.hosts.setLimit(host, limit)
        this.#arrived()
        return this.#wire.revokeAll()
      },
    )
  }

  async receivers(): Promise<readonly (StoredReceiver & { readonly waiting: number })[]> {
    const { env, receivers } = this.#parts
    const waiting = await env.store.read(countQueues())
    return receivers.all().map(each => ({ ...each, waiting: waiting.get(queueOfReceiver(each.address))?.n ?? 0 }))
  }

  async switchReceiver(address: string, to: 'off' | 'on'): Promise<number | undefined> {
    const { env, turns, receivers } = this.#parts
    const isDone = await turns.take(
      ({ unit }) => receivers.switch(address, to, unit.now),
      async isDone => {
        this.#arrived()
        await this.#wire.revokeAll()
        return isDone
      },
    )
    if (!isDone) return undefined
    return (await env.store.read(countQueues())).get(queueOfReceiver(address))?.n ?? 0
  }
}

/** Calls that wait in a queue are pulled by it: after a start and after a resume, they are looked for. */
export function findWaiting({ turns, queues }: EngineParts): Promise<void> {
  return turns.take(countQueues, waiting => {
    for (const [queue, { level }] of waiting) queues.wait(queue, level)
  })
}

function* doAndFinish<T>(work: (turn: Turn) => Work<T>, turn: Turn): Work<T> {
  const done = yield* work(turn)
  yield* finish(turn)
  return done
}

function* changeAndLoad<T>({ subscriptions }: EngineParts, change: Work<T>): Work<T> {
  const done = yield* change
  yield* subscriptions.load((yield* loadSettings()).subscriptions)
  return done
}

function* changeAndRetune(parts: EngineParts, turn: Turn, change: Work<void> | undefined): Work<void> {
  if (change !== undefined) yield* change
  yield* retune(parts, turn)
}

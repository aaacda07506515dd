import { queuedTasks, type Task } from '../store/tasks'
import type { Work } from '../store/work'
import { admitBatch } from './entry/batch'
import { admitWaiting } from './entry/entry-queue'
import { type IncomingEvent, ingest } from './entry/ingest'
import { settleOutbox, takeOutbox } from './entry/outbox'
import { lookBack } from './entry/past'
import { finish } from './finish'
import { Ends, wake } from './journey/wake'
import type { EngineParts } from './parts'
import type { Landing } from './send/flights'
import { inTurn } from './send/position'
import { settle } from './send/settle'
import type { Wire } from './send/wire'
import type { Turn } from './turn'
import type { SetBack } from './watch/set-back'
import { nextPulled, nextSize } from './work/effort'
import type { UnitOfWork } from './work/unit'

/**
 * Pull, decide, commit, dispatch. One tick is one turn (turns.ts): it pulls from its sources, in the order of
 * `#decide`, each up to a bound, with everything that they lead to. Effects leave after the commit (law 7), answers to
 * the API too (law 12).
 *
 * Every source is asked in every tick, also where nothing of it can have happened. A source that has nothing costs a
 * look at a size in memory (chores, queues, alerts, the outbox once it was found empty) or one indexed statement that
 * finds no row (timers, calls, runs, entry queues); a list of what may have something would be one more truth to keep
 * right.
 */

/**
 * 500 of each sort a transaction: one fsync for all of them; 5,000 would block the event loop for 0.2 s. Fewer when
 * they take long (effort.ts).
 */
const BATCH = 500

/** What a tick came to, to be kept once it is committed. */
interface Decided {
  /** Is something in the outbox for the next turn? */
  readonly outbox: boolean
  /** Is there more to do at once? */
  readonly more: boolean
  /** What it took until all was written (ms), and nothing committed. */
  readonly tookMs: number
}

export class Ticker {
  readonly #parts: EngineParts
  readonly #wire: Wire
  readonly #setBack: SetBack
  /** How much a turn pulls of each sort. */
  #size = BATCH
  /** How many calls that wait for a host a turn takes up. */
  #upTo = BATCH

  constructor(parts: EngineParts, wire: Wire, setBack: SetBack) {
    this.#parts = parts
    this.#wire = wire
    this.#setBack = setBack
  }

  /** How much a tick takes of each sort. */
  get size(): number {
    return this.#size
  }

  /** One tick. Answers whether there is more to do at once. */
  async tick(): Promise<boolean> {
    const { env, turns, flights, buffer, judge, feed, outbox, subscriptions } = this.#parts
    const goesBack = this.#setBack.look()
    if (goesBack !== null) await goesBack
    if (this.#isJudgeDue()) await this.#judgeExperiments()
    return await turns.take(
      turn => this.#begin(turn),
      (decided, { unit }) => {
        this.#size = nextSize(this.#size, unit.effort, decided.tookMs, BATCH)
        this.#upTo = nextPulled(this.#upTo, unit.effort, BATCH)
        outbox.mayHold = decided.outbox
        const recalled = this.#wire.recalled()
        env.dispatch(this.#wire.leaving(unit))
        subscriptions.leave(env.dispatch)
        // Whoever is answered may count on it: what has not left by now never will (law 14).
        buffer.answer(recalled.length === 0 ? null : env.revoke(recalled))
        judge.touched(unit.touchedCampaigns)
        feed.announce({ campaigns: unit.touchedCampaigns, journeys: unit.touchedJourneys })
        const came = flights.landed > 0 || buffer.waiting > 0 || subscriptions.isDue(unit.now)
        return decided.more || outbox.mayHold || came
      },
    )
  }

  #isJudgeDue(): boolean {
    const due = this.#parts.judge.nextDue()
    return due !== null && due <= this.#parts.env.clock.now()
  }

  /** Before leads come who are routed by it. */
  async #judgeExperiments(): Promise<void> {
    const { turns, judge, registry, feed } = this.#parts
    const looked = await turns.take(
      ({ unit }) => judge.look(unit.now),
      looked => looked,
    )
    if (!looked.decided) return
    await turns.take(
      () => registry.readDecisions(),
      () => feed.announce({ campaigns: new Set(looked.campaigns.keys()), journeys: new Set() }),
    )
  }

  /** Takes what has come into the turn, before anything can fail. */
  #begin(turn: Turn): Work<Decided> {
    const { flights, alerts, buffer, maxInFlight } = this.#parts
    this.#wire.tickBegins()
    const room = Math.max(0, maxInFlight - flights.flying)
    const settled = flights.take(this.#size)
    alerts.watch(settled)
    turn.unit.mayCall = true
    return this.#decide(
      turn,
      settled,
      buffer.next(this.#size, event => this.#mayBegin(event)),
      room,
    )
  }

  /** How many journeys an event may begin; 1 at the least. */
  #mayBegin({ event, to }: IncomingEvent): number {
    return to === undefined ? Math.max(1, this.#parts.registry.triggeredBy(event.name).length) : 1
  }

  /** The sources of a tick, in their order. */
  *#decide(turn: Turn, settled: readonly Landing[], incoming: readonly IncomingEvent[], room: number): Work<Decided> {
    const { env, runtime, chores, alerts, receivers, buffer, outbox } = this.#parts
    const size = this.#size
    const began = env.clock.monotonic()
    yield* chores.goOn('migrate', turn, size)
    yield* settle(turn, settled)
    yield* alerts.raise(turn, yield* receivers.write(turn.unit.now))
    const due = yield* runtime.pull(turn.unit.now, { timers: size, calls: Math.min(size, room) })
    yield* chores.goOn('resume', turn, size)
    const waited = yield* this.#pullQueues(turn.unit)
    const ends = new Ends()
    yield* wake(turn, inTurn(due, waited), ends)
    yield* chores.goOn('remove', turn, size)
    const admitting = yield* admitBatch(turn, size)
    const waiting = yield* admitWaiting(turn, size)
    yield* chores.goOn('reask', turn, size)
    yield* chores.goOn('resend', turn, size)
    yield* alerts.speak(turn)
    yield* lookBack(turn)
    const asked = outbox.mayHold ? yield* takeOutbox(turn, size) : nothingAsked
    const taken = yield* ingest(turn, [...asked.events, ...incoming], ends)
    buffer.came(taken.slice(asked.events.length))
    ends.rest()
    yield* settleOutbox(turn, asked.others)
    yield* chores.goOn('compute', turn, size)
    const isLeft = yield* finish(turn)
    return {
      outbox: asked.more || turn.unit.outbox > 0,
      more: due.length >= size || chores.areLeft || admitting || waiting || isLeft,
      tookMs: env.clock.monotonic() - began,
    }
  }

  /** Calls whose turn has come: one statement for each queue that has both a place and somebody who waits. */
  *#pullQueues(unit: UnitOfWork): Work<readonly Task[]> {
    const { queues } = this.#parts
    const pulled: Task[] = []
    for (const { queue, most } of queues.open(unit.now, this.#upTo)) {
      const tasks = yield* queuedTasks(queue, most)
      if (tasks.length < most) {
        queues.emptied(queue)
        // Who came to the queue in this very turn is not in the table yet, and would be waited for by nobody.
        const level = unit.tasks.levelIn(queue)
        if (level !== null) queues.wait(queue, level)
      }
      pulled.push(...tasks)
    }
    return pulled
  }
}

const nothingAsked = { events: [], others: [], more: false } as const

import type { Seen } from '../api'
import type { Call, CallEnd } from '../call'
import type { Plan } from '../graph/migration'
import type { Graph } from '../graph/schema'
import type { Problem } from '../problems'
import { keepNames } from '../store/history'
import { allHosts, putHost } from '../store/hosts'
import type { LeadInput } from '../store/leads'
import { lastInstant } from '../store/meta'
import { insertReask } from '../store/reasks'
import type { StoredReceiver } from '../store/receivers'
import { loadSettings } from '../store/settings'
import { bringRetriesBack, countQueues, queuedTasks, type Task } from '../store/tasks'
import type { Work } from '../store/work'
import { A_LITTLE } from '../time/standing'
import { Chores } from './acts/chores'
import {
  type Act,
  launch,
  migrate,
  newlyAsked,
  originOf,
  pause,
  type Rehearsed,
  rehearsePlan,
  resume,
  type Stop,
  stop,
} from './acts/lifecycle'
import { changeMembers, type MembersChange } from './acts/members'
import { putAll } from './acts/put-leads'
import { Judge } from './campaigns/judge'
import { checkReferences, usersOf } from './campaigns/references'
import { CampaignRegistry } from './campaigns/registry'
import { Admission } from './entry/admission'
import { admitBatch } from './entry/batch'
import { deliver } from './entry/deliver'
import { admitWaiting, joinEntryQueue, nextInEntryQueue } from './entry/entry-queue'
import { type IncomingEvent, ingest, type Taken } from './entry/ingest'
import { IngestBuffer } from './entry/ingest-buffer'
import { settleOutbox, takeOutbox } from './entry/outbox'
import { lookBack } from './entry/past'
import type { Env } from './env'
import { askChanged } from './journey/exits'
import { Ends, wake } from './journey/wake'
import type { Runtime } from './runtime'
import { contend } from './send/contend'
import type { Landing } from './send/flights'
import { Flights } from './send/flights'
import { type Host, type HostLimit, HostQueues, type HostView } from './send/host-queues'
import { inTurn } from './send/queue'
import { queueOfReceiver, Receivers } from './send/receivers'
import { interrupted, settle } from './send/settle'
import type { Turn } from './turn'
import { Turns, type Write } from './turns'
import { Alerts } from './watch/alerts'
import { Bell } from './watch/bell'
import { nextPulled, nextSize } from './work/effort'
import { UnitOfWork } from './work/unit'

/**
 * Pull, decide, commit, dispatch, again and again. One tick is one turn (turns.ts): outcomes that came back, timers that ended, calls that fell due, events
 * that came in, each up to a bound, and everything they led to. Effects leave after the commit (law 7), answers to the API too (law 12). What people do is a turn
 * as well, in the same queue (law 16).
 */

/** 500 of each sort a transaction: one fsync for all of them; 5,000 would block the event loop for 0.2 s. Fewer when they take long (effort.ts). */
const BATCH = 500
/** Without gathering for a few ms, a 50 ms receiver makes 20-40 rows a commit. */
const GATHER_MS = 4
/** After a store failure (disk full, say): wait, then try the same again. */
const PAUSE_MS = 1000

export interface EngineOptions {
  /** Calls that may be handed out and not yet answered; what is beyond waits in the table. */
  readonly maxInFlight: number
}

/** What changed in a committed tick: what live screens listen to. */
export interface Changed {
  readonly campaigns: ReadonlySet<string>
  readonly journeys: ReadonlySet<number>
}

export interface Engine {
  /** Resolves when the events are on disk, with all that they led to. Rejects when they could not be stored. */
  readonly ingest: (events: readonly IncomingEvent[]) => Promise<readonly Taken[]>
  /** Creates or merges leads, and lets whoever listens hear what changed. */
  readonly putLeads: (inputs: readonly LeadInput[]) => Promise<{ readonly created: number; readonly updated: number }>
  /** How calls came back, from the HTTP workers. */
  readonly settle: (ends: readonly CallEnd[]) => void
  /** The first bytes of these calls have left; told of those that a rate counts. */
  readonly begun: (touches: readonly number[]) => void
  /** `plan`: what becomes of leads who are under way. */
  readonly launch: (id: string, how?: { readonly plan?: Plan; readonly seen?: Seen }) => Promise<Act>
  /** Brings leads of earlier versions to the live one. */
  readonly migrate: (id: string, plan: Plan, seen?: Seen) => Promise<Act>
  /** Tries a plan out, towards the draft or what is live. Nothing is written, nothing leaves. */
  readonly rehearse: (id: string, towards: 'draft' | 'live', plan: Plan) => Promise<Rehearsed>
  readonly pause: (id: string) => Promise<Act>
  readonly resume: (id: string, seen?: Seen) => Promise<Act>
  readonly stop: (id: string, how: Stop) => Promise<Act>
  /** Something that a user does by hand, in a turn of its own; what it changes is written at its end. */
  readonly does: <T>(work: (turn: Turn) => Work<T>) => Promise<T>
  /** Writes what the engine keeps no memory of (drafts, lists, secrets, what is purged), in a turn of its own. */
  readonly write: Write
  /** Changes the settings of the installation: they hold from the next turn on. Without a change they are read again. Rejects with what the change throws. */
  readonly retune: (change?: Work<void>) => Promise<void>
  /** Puts leads on a list or takes them off; answers how many memberships changed. Who listens for it hears of it. */
  readonly changeMembers: (change: MembersChange) => Promise<number>
  /** Where this Hookline answers: `http://127.0.0.1:3000`. */
  readonly origin: string
  /** What is wrong with the lists and campaigns that a draft names. */
  readonly checkReferences: (draft: Graph, campaign: string) => Work<readonly Problem[]>
  /** Campaigns that leads walk and that name this list. */
  readonly usersOfList: (id: string) => ReturnType<typeof usersOf>
  /** Changes what campaigns are made of beside their graphs (library, folders): the registry sees it in the same turn. Rejects with what the work throws. */
  readonly reshape: <T>(work: Work<T>) => Promise<T>
  readonly onChange: (listener: (changed: Changed) => void) => () => void
  /** How each host fares, and how many calls wait for it. */
  readonly hosts: () => Promise<readonly (HostView & { readonly waiting: number })[]>
  /** Keeps a limit for a host (an origin); it acts at once. */
  readonly limitHost: (host: string, limit: HostLimit) => Promise<void>
  /** Receivers that only fail or are switched off, and how many calls wait for each. */
  readonly receivers: () => Promise<readonly (StoredReceiver & { readonly waiting: number })[]>
  /** Switches a receiver off or on by hand (delivery R21). Answers how many calls wait for it; undefined when it is so already. */
  readonly switchReceiver: (address: string, to: 'off' | 'on') => Promise<number | undefined>
  /** Calls that were handed out and are not settled yet. */
  readonly inFlight: () => number
  /** Reads what was left, and hands out again what was under way. */
  readonly recover: () => Promise<void>
  /** Begins to tick by itself. */
  readonly run: () => void
  /** One tick. Answers whether there is more to do at once. For the simulator, and for `run`. */
  readonly tick: () => Promise<boolean>
  /** When something falls due by itself (ms); null when nothing does. */
  readonly nextDue: () => Promise<number | null>
  /** Stops ticking after the current tick. What is in flight is found again at the next start. */
  readonly close: () => Promise<void>
}

export function createEngine(env: Env, runtime: Runtime, { maxInFlight }: EngineOptions): Engine {
  /** How much a turn pulls of each sort. */
  let size = BATCH
  /** How many calls that wait for a host a turn takes up. */
  let upTo = BATCH
  const registry = new CampaignRegistry(env.closedPort)
  const origin = originOf(env)
  const receivers = new Receivers()
  const queues = new HostQueues({ room: maxInFlight, startedAt: env.clock.now(), originOf: env.originOf }, receivers)
  const alerts = new Alerts()
  const judge = new Judge(registry)
  const flights = new Flights()
  const buffer = new IngestBuffer()
  const chores = new Chores(queues)
  const listeners = new Set<(changed: Changed) => void>()
  /** May something be in the outbox? Where nobody asks for any, the table is read once after the start. */
  let outbox = true
  /** The time of the last tick. */
  let lastSeen = Number.NEGATIVE_INFINITY
  const turns = new Turns<Turn>({
    transact: runtime.transact,
    begin: () => {
      const unit = new UnitOfWork(env, queues, registry)
      return { env, registry, unit, admission: new Admission(env, registry, unit) }
    },
    books: [registry, queues, receivers, flights, chores, alerts, judge, buffer],
  })
  /** Hosts that are to be left alone since the last tick began. */
  const shutMeanwhile = new Set<Host>()
  let beating: Promise<void> | undefined
  const bell = new Bell(env.clock, beat)
  let running = false

  return {
    ingest: events => {
      const taken = buffer.add(events)
      arrived()
      return taken
    },
    putLeads: storeLeads,
    settle: ends => {
      const now = env.clock.now()
      turns.between(() => land(ends, now))
    },
    begun: touches => {
      const now = env.clock.now()
      turns.between(() => {
        for (const touch of touches) {
          const taken = flights.find(touch)?.taken
          if (taken != null) queues.begun(taken, now)
        }
        arrived()
      })
    },
    launch: (id, how) => act(id, now => launch(registry, id, now, { ...how, own: origin })),
    migrate: (id, plan, seen) => act(id, now => migrate(registry, id, now, plan, seen)),
    rehearse: async (id, towards, plan) => {
      const fresh = towards === 'live' ? [] : await env.store.read(newlyAsked(registry.asCommitted(), id))
      if (fresh.length > 0) await reshape(keepNames(fresh))
      return env.store.read(rehearsePlan({ env, registry: registry.asCommitted() }, id, towards, plan))
    },
    pause: id => act(id, now => pause(registry, id, now)),
    resume: (id, seen) => act(id, now => resume(registry, id, now, seen)),
    stop: (id, how) => act(id, now => stop(registry, id, how, now)),
    does: work => does(work, revokeEnded),
    write: work =>
      turns.take(
        () => work,
        done => done,
      ),
    retune: async change => {
      await turns.take(turn => changeAndRetune(turn, change), revokeAll)
      await turns.take(
        () => insertReask(null),
        () => {
          chores.mayHaveBegun()
          arrived()
        },
      )
    },
    changeMembers: change =>
      turns.take(
        () => changeMembers(env, registry, change),
        changed => {
          outbox = true
          arrived()
          return changed
        },
      ),
    origin,
    checkReferences: (draft, campaign) => checkReferences(registry.asCommitted(), draft, campaign),
    usersOfList: id => usersOf(registry.asCommitted(), 'list', id),
    reshape,
    onChange: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    hosts: async () => {
      const waiting = await env.store.read(countQueues())
      return queues.view(env.clock.now()).map(host => ({ ...host, waiting: waiting.get(`host ${host.host}`)?.n ?? 0 }))
    },
    limitHost: (host, limit) =>
      turns.take(
        () => putHost({ host, ...limit }),
        () => {
          queues.setLimit(host, limit)
          arrived()
          return revokeAll()
        },
      ),
    receivers: async () => {
      const waiting = await env.store.read(countQueues())
      return receivers.all().map(each => ({ ...each, waiting: waiting.get(queueOfReceiver(each.address))?.n ?? 0 }))
    },
    switchReceiver,
    inFlight: () => flights.flying + flights.landed,
    recover: async () => {
      await turns.take(
        () => registry.refresh(),
        () => {},
      )
      // By a process before this one.
      lastSeen = await env.store.read(lastInstant())
      if (timeWentBack() > 0) await goBack()
      lastSeen = env.clock.now()
      await turns.take(retune, () => {})
      judge.touched(registry.experimenting)
      chores.mayHaveBegun()
      await turns.take(
        ({ unit }) => runtime.recover(unit.now),
        () => {},
      )
      await turns.take(allHosts, hosts => {
        for (const { host, ...limit } of hosts) queues.setLimit(host, limit)
      })
      await findWaiting()
      await turns.take(interrupted, landings => flights.add(landings))
    },
    run: () => {
      running = true
      wakeIn(0)
    },
    tick,
    nextDue,
    close: async () => {
      running = false
      bell.silence()
      await beating
      await turns.over()
    },
  }

  /** Reads what was chosen for the installation. */
  function* retune({ unit: { now } }: Turn): Work<void> {
    yield* registry.retune()
    const settings = yield* loadSettings()
    queues.allow(settings.connections)
    yield* alerts.load(settings.alerts, now)
    yield* receivers.load(settings.switchingOff, now)
  }

  function* changeAndRetune(turn: Turn, change: Work<void> | undefined): Work<void> {
    if (change !== undefined) yield* change
    yield* retune(turn)
  }

  /** How calls ended that came back at this instant. */
  function land(ends: readonly CallEnd[], now: number): void {
    for (const end of ends) {
      const flight = flights.land(end)
      if (flight === undefined || flight.taken === null) continue
      const { host } = flight.taken
      const obeys = flight.touch.terms.answers.retryAfter
      // The gate that let the others through would not any more: those that have not begun wait with the rest, and lose no attempt.
      if (!queues.land(flight.taken, end, now, { obeys })) continue
      shutMeanwhile.add(host)
      void env.revoke(flights.touches(other => other.taken?.host === host))
    }
    arrived()
  }

  /** Calls that leave by the tick that has committed: all that it decided, but those to a host that is to be left alone since. They wait with the rest of its calls. */
  function leaving({ calls, now }: UnitOfWork): readonly Call[] {
    if (shutMeanwhile.size === 0) return calls.map(c => c.call)
    const back = calls.filter(c => shutMeanwhile.has(c.taken.host))
    const message = 'It was taken back before it left.'
    land(
      back.map(({ call: { touch } }) => ({ touch, is: 'withdrawn', why: 'revoked', message })),
      now,
    )
    return calls.flatMap(c => (back.includes(c) ? [] : [c.call]))
  }

  async function act(id: string, work: (now: number) => Work<Act>): Promise<Act> {
    const done = await turns.take(
      ({ unit }) => work(unit.now),
      async done => {
        chores.mayHaveBegun()
        judge.touched([id])
        if (done.is !== 'done') return done
        announce({ campaigns: new Set([id]), journeys: new Set() })
        await env.revoke(flights.touches(flight => flight.journey.campaignId === id))
        return done
      },
    )
    await findWaiting()
    arrived()
    return done
  }

  async function switchReceiver(address: string, to: 'off' | 'on'): Promise<number | undefined> {
    const isDone = await turns.take(
      ({ unit }) => receivers.switch(address, to, unit.now),
      async isDone => {
        arrived()
        await revokeAll()
        return isDone
      },
    )
    if (!isDone) return undefined
    return (await env.store.read(countQueues())).get(queueOfReceiver(address))?.n ?? 0
  }

  function reshape<T>(work: Work<T>): Promise<T> {
    const reshaping = function* () {
      const before = registry.standings
      const made = yield* work
      yield* registry.refresh()
      if (registry.standings !== before) yield* insertReask(null)
      return made
    }
    return does(reshaping, async () => {
      await Promise.all([revokeEnded(), revokeAll()])
    })
  }

  /** Calls that wait in a queue are pulled by it: after a start and after a resume, they are looked for. */
  function findWaiting(): Promise<void> {
    return turns.take(countQueues, waiting => {
      for (const [queue, { level }] of waiting) queues.wait(queue, level)
    })
  }

  /** `revokes`: takes back what is under way and must not begin any more. Whoever did it is answered after that. */
  function does<T>(work: (turn: Turn) => Work<T>, revokes: () => Promise<void> | null): Promise<T> {
    return turns.take(
      turn => doAndWrite(work, turn),
      (done, { unit }) => {
        chores.mayHaveBegun()
        outbox = true
        announce({ campaigns: unit.touchedCampaigns, journeys: unit.touchedJourneys })
        arrived()
        const revoked = revokes()
        return revoked === null ? done : revoked.then(() => done)
      },
    )
  }

  /** What the turn ended that has just committed, and whoever is being taken out by hand; null: nothing of it is under way. */
  function revokeEnded(): Promise<void> | null {
    const removed = registry.isRemoving
      ? flights.touches(({ journey }) => registry.removalOf(journey) !== undefined)
      : []
    const ended = [...flights.recalled, ...removed]
    return ended.length === 0 ? null : env.revoke(ended)
  }

  /** Whatever has not begun asks all gates again. */
  function revokeAll(): Promise<void> {
    return env.revoke(flights.touches())
  }

  function* doAndWrite<T>(work: (turn: Turn) => Work<T>, turn: Turn): Work<T> {
    const done = yield* work(turn)
    yield* finish(turn)
    return done
  }

  // One tick

  async function tick(): Promise<boolean> {
    if (timeWentBack() > 0) await goBack()
    lastSeen = env.clock.now()
    if (isJudgeDue()) await judgeExperiments()
    return await turns.take(begin, (decided, { unit }) => {
      size = nextSize(size, unit.effort, decided.tookMs, BATCH)
      upTo = nextPulled(upTo, unit.effort, BATCH)
      outbox = decided.outbox
      const { justShut } = receivers
      const shut = justShut.size === 0 ? [] : flights.touches(({ touch }) => justShut.has(touch.receiver))
      const recalled = [...flights.recalled, ...shut]
      env.dispatch(leaving(unit))
      // Whoever is answered may count on it: what has not left by now never will (law 14).
      buffer.answer(recalled.length === 0 ? null : env.revoke(recalled))
      judge.touched(unit.touchedCampaigns)
      announce({ campaigns: unit.touchedCampaigns, journeys: unit.touchedJourneys })
      return decided.more || outbox || flights.landed > 0 || buffer.waiting > 0
    })
  }

  /** By how much the clock was set back since the last tick (ms); 0: it was not. */
  function timeWentBack(): number {
    const by = lastSeen - env.clock.now()
    return by < A_LITTLE ? 0 : by
  }

  /** Time goes back when the clock was set back by more than a day (time/standing.ts). Nothing is sent twice by that, and what is tried again does not wait for it. */
  async function goBack(): Promise<void> {
    await turns.take(
      ({ unit: { now } }) => bringRetriesBack(lastSeen - now, now),
      (_, { unit: { now } }) => {
        queues.wentBack(lastSeen - now, now)
        lastSeen = now
      },
    )
    await turns.take(retune, () => {})
  }

  function isJudgeDue(): boolean {
    const due = judge.nextDue()
    return due !== null && due <= env.clock.now()
  }

  /** Before leads come who are routed by it. */
  async function judgeExperiments(): Promise<void> {
    const looked = await turns.take(
      ({ unit }) => judge.look(unit.now),
      looked => looked,
    )
    if (!looked.decided) return
    await turns.take(
      () => registry.readDecisions(),
      () => announce({ campaigns: new Set(looked.campaigns.keys()), journeys: new Set() }),
    )
  }

  /** Leads and what their change brings about are one transaction. */
  function storeLeads(inputs: readonly LeadInput[]): Promise<{ created: number; updated: number }> {
    return does(turn => putAll(turn, inputs), revokeEnded)
  }

  /** The end of every turn: what happened in it is heard, and all of it is written down. Answers whether something is left for the next. */
  function* finish(turn: Turn): Work<boolean> {
    yield* lookBack(turn)
    let left = yield* deliver(turn)
    yield* askChanged(turn)
    // What is decided now may set off more, which is heard in this turn, too.
    while (contend(turn)) {
      left = (yield* deliver(turn)) || left
      yield* askChanged(turn)
    }
    const isQueued = yield* joinEntryQueue(turn)
    yield* turn.unit.write()
    yield* turn.admission.write()
    return left || isQueued
  }

  /** Takes what has come into the turn, before anything can fail. */
  function begin(turn: Turn): Work<Decided> {
    shutMeanwhile.clear()
    const room = Math.max(0, maxInFlight - flights.flying)
    const settled = flights.take(size)
    alerts.watch(settled)
    turn.unit.mayCall = true
    return decide(turn, settled, buffer.next(size, mayBegin), room)
  }

  /** How many journeys an event may begin; 1 at the least. */
  function mayBegin({ event, to }: IncomingEvent): number {
    return to === undefined ? Math.max(1, registry.triggeredBy(event.name).length) : 1
  }

  function* decide(
    turn: Turn,
    settled: readonly Landing[],
    incoming: readonly IncomingEvent[],
    room: number,
  ): Work<Decided> {
    const began = env.clock.monotonic()
    yield* chores.goOn('migrate', turn, size)
    yield* settle(turn, settled)
    yield* alerts.raise(turn, yield* receivers.write(turn.unit.now))
    const due = yield* runtime.pull(turn.unit.now, { timers: size, calls: Math.min(size, room) })
    yield* chores.goOn('resume', turn, size)
    const waited = yield* pullQueues(turn.unit)
    const ends = new Ends()
    yield* wake(turn, inTurn(due, waited), ends)
    yield* chores.goOn('remove', turn, size)
    const admitting = yield* admitBatch(turn, size)
    const waiting = yield* admitWaiting(turn, size)
    yield* chores.goOn('reask', turn, size)
    yield* chores.goOn('resend', turn, size)
    yield* alerts.speak(turn)
    yield* lookBack(turn)
    const asked = outbox ? yield* takeOutbox(turn, size) : nothingAsked
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
  function* pullQueues(unit: UnitOfWork): Work<readonly Task[]> {
    const pulled: Task[] = []
    for (const { queue, most } of queues.open(unit.now, upTo)) {
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

  function announce(changed: Changed): void {
    if (changed.campaigns.size + changed.journeys.size > 0) for (const listener of listeners) listener(changed)
  }

  async function nextDue(): Promise<number | null> {
    const due = await runtime.nextDue(flights.flying < maxInFlight)
    const now = env.clock.now()
    const entry = await env.store.read(nextInEntryQueue(registry.all(), now))
    const instants = [due, queues.nextDue(now), entry, alerts.nextDue(now), judge.nextDue()].filter(at => at !== null)
    return instants.length === 0 ? null : Math.min(...instants)
  }

  // Ticking by itself

  /** While a tick runs nobody is woken: it looks itself at what has come. */
  function arrived(): void {
    if (beating === undefined) wakeIn(flights.landed + buffer.waiting >= size ? 0 : GATHER_MS)
  }

  function beat(): void {
    beating ??= beatOnce()
  }

  async function beatOnce(): Promise<void> {
    try {
      if (await tick()) wakeIn(0)
      else {
        const due = await nextDue()
        if (running) bell.at(due)
      }
      beating = undefined
      // What came while nobody listened.
      if (flights.landed + buffer.waiting > 0) arrived()
    } catch (error) {
      beating = undefined
      env.log.error({ err: error }, 'a batch could not be stored; trying again')
      wakeIn(PAUSE_MS)
    }
  }

  function wakeIn(ms: number): void {
    if (running) bell.in(ms)
  }
}

const nothingAsked = { events: [], others: [], more: false } as const

/** What a tick came to, to be kept once it is committed. */
interface Decided {
  /** Is something in the outbox for the next turn? */
  readonly outbox: boolean
  /** Is there more to do at once? */
  readonly more: boolean
  /** What it took until all was written (ms), and nothing committed. */
  readonly tookMs: number
}

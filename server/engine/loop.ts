import type { Seen } from '#shared/api'
import type { CallEnd } from '#shared/call'
import type { Plan } from '#shared/graph/migration'
import type { Graph } from '#shared/graph/schema'
import type { Problem } from '#shared/problems'
import { A_LITTLE } from '#shared/time/standing'
import type { Env } from '../env'
import type { Runtime } from '../runtime/runtime'
import { keepNames } from '../store/history'
import { allHosts, putHost } from '../store/hosts'
import type { LeadInput } from '../store/leads'
import { lastInstant } from '../store/meta'
import { insertReask } from '../store/reasks'
import type { StoredReceiver } from '../store/receivers'
import { loadSettings } from '../store/settings'
import { bringRetriesBack, countLanes, laneTasks, type Task } from '../store/tasks'
import type { Work } from '../store/work'
import { Alarms } from './alarms'
import { admitBatch } from './batch'
import { Bell } from './bell'
import { Changes } from './changes'
import { type Chore, Chores } from './chores'
import { contend } from './contend'
import { Door } from './door'
import { nextPulled, nextSize } from './effort'
import { settleErrands, takeErrands } from './errands'
import { askChanged } from './exits'
import { Judge } from './experiments'
import { Flights } from './flights'
import { hear } from './hear'
import { type IncomingEvent, ingest, type Taken } from './ingest'
import { type HostLimit, type HostView, Lanes } from './lanes'
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
} from './lifecycle'
import { admitWaiting, joinLine, nextInLine } from './line'
import type { Turn } from './load'
import { Machines } from './machines'
import { changeMembers, type MembersChange } from './members'
import { lookBack } from './past'
import { putAll } from './put-leads'
import { inTurn } from './queue'
import { laneOfReceiver, Receivers } from './receivers'
import { checkReferences, usersOf } from './references'
import { Requests, type Slice } from './requests'
import { interrupted, type Landing, settle } from './settle'
import { Ends, wake } from './wake'

/**
 * Pull, decide, commit, dispatch, again and again. One tick is one transaction: outcomes that came back, timers that ended, calls that fell due, events
 * that came in, each up to a bound, and everything they led to. Effects leave after the commit (law 7), answers to the API too (law 12).
 */

/** 500 a transaction: one fsync for all of them; 5,000 would block the event loop for 0.2 s. */
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
  /** Something that a user does by hand, in a transaction of its own between two ticks; what it changes is written at its end. */
  readonly does: <T>(work: (turn: Turn) => Work<T>) => Promise<T>
  /** The settings of the installation were changed. */
  readonly retune: () => Promise<void>
  /** Puts leads on a list or takes them off; answers how many memberships changed. Who listens for it hears of it. */
  readonly changeMembers: (change: MembersChange) => Promise<number>
  /** Where this Hookline answers: `http://127.0.0.1:3000`. */
  readonly origin: string
  /** What is wrong with the lists and campaigns that a draft names. */
  readonly checkReferences: (draft: Graph, campaign: string) => Work<readonly Problem[]>
  /** Campaigns that leads walk and that name this list. */
  readonly usersOfList: (id: string) => ReturnType<typeof usersOf>
  /** Changes what campaigns are made of beside their graphs (library, folders): the machines see it in the same turn. Rejects with what the work throws. */
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
  const machines = new Machines(env.closedPort)
  const origin = originOf(env)
  const receivers = new Receivers()
  const lanes = new Lanes({ room: maxInFlight, startedAt: env.clock.now() }, receivers)
  const alarms = new Alarms()
  const judge = new Judge(machines)
  const flights = new Flights()
  const requests = new Requests()
  const chores = new Chores(lanes)
  const listeners = new Set<(changed: Changed) => void>()
  /** May there be errands? Where nobody asks for any, the table is read once after the start. */
  let errands = true
  let ticking: Promise<boolean> | undefined
  /** The time of the last turn. */
  let lastSeen = Number.NEGATIVE_INFINITY
  const bell = new Bell(env.clock, () => void beat())
  let running = false

  return {
    ingest: events => {
      const taken = requests.add(events)
      arrived()
      return taken
    },
    putLeads: storeLeads,
    settle: ends => {
      for (const end of ends) {
        const flight = flights.land(end)
        if (flight === undefined || flight.taken === null) continue
        const { host } = flight.taken
        const obeys = flight.touch.terms.answers.retryAfter
        // The gate that let the others through would not any more: those that have not begun wait with the rest, and lose no attempt.
        if (lanes.land(flight.taken, end, env.clock.now(), { obeys }))
          void env.revoke(flights.touches(other => other.taken?.host === host))
      }
      arrived()
    },
    begun: touches => {
      for (const touch of touches) {
        const taken = flights.find(touch)?.taken
        if (taken != null) lanes.begun(taken, env.clock.now())
      }
      arrived()
    },
    launch: (id, how) => act(id, launch(machines, id, env.clock.now(), { ...how, own: origin })),
    migrate: (id, plan, seen) => act(id, migrate(machines, id, env.clock.now(), plan, seen)),
    rehearse: async (id, towards, plan) => {
      const fresh = towards === 'live' ? [] : await env.store.read(newlyAsked(machines, id))
      if (fresh.length > 0) await reshape(keepNames(fresh))
      return env.store.read(rehearsePlan({ env, machines }, id, towards, plan))
    },
    pause: id => act(id, pause(machines, id, env.clock.now())),
    resume: (id, seen) => act(id, resume(machines, id, env.clock.now(), seen)),
    stop: (id, how) => act(id, stop(machines, id, how, env.clock.now())),
    does,
    retune: async () => {
      await ticking
      await retune()
      await runtime.transact(insertReask(null))
      chores.mayHaveBegun()
      await env.revoke(flights.touches())
      arrived()
    },
    changeMembers: async change => {
      await ticking
      const changed = await runtime.transact(changeMembers(env, machines, change))
      errands = true
      arrived()
      return changed
    },
    origin,
    checkReferences: (draft, campaign) => checkReferences(machines, draft, campaign),
    usersOfList: id => usersOf(machines, 'list', id),
    reshape,
    onChange: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    hosts: async () => {
      const waiting = await runtime.transact(countLanes())
      return lanes.view(env.clock.now()).map(host => ({ ...host, waiting: waiting.get(`host ${host.host}`)?.n ?? 0 }))
    },
    limitHost: async (host, limit) => {
      await ticking
      await runtime.transact(putHost({ host, ...limit }))
      lanes.setLimit(host, limit)
      await env.revoke(flights.touches())
      arrived()
    },
    receivers: async () => {
      const waiting = await env.store.read(countLanes())
      return receivers.all().map(each => ({ ...each, waiting: waiting.get(laneOfReceiver(each.address))?.n ?? 0 }))
    },
    switchReceiver,
    inFlight: () => flights.flying + flights.landed,
    recover: async () => {
      await runtime.transact(machines.refresh())
      // By a process before this one.
      lastSeen = await env.store.read(lastInstant())
      await lookAtClock()
      await retune()
      judge.touched(machines.experimenting)
      chores.mayHaveBegun()
      await runtime.recover(env.clock.now())
      for (const { host, ...limit } of await runtime.transact(allHosts())) lanes.setLimit(host, limit)
      await findWaiting()
      flights.add(await runtime.transact(interrupted()))
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
      await ticking
    },
  }

  /** Reads what was chosen for the installation. */
  async function retune(): Promise<void> {
    await runtime.transact(
      (function* () {
        yield* machines.retune()
        const settings = yield* loadSettings()
        lanes.allow(settings.connections)
        yield* alarms.load(settings.alerts, env.clock.now())
        yield* receivers.load(settings.switchingOff, env.clock.now())
      })(),
    )
  }

  async function act(id: string, work: Work<Act>): Promise<Act> {
    await ticking
    const done = await runtime.transact(work)
    chores.mayHaveBegun()
    await findWaiting()
    judge.touched([id])
    if (done.is === 'done') {
      await env.revoke(flights.touches(flight => flight.journey.campaignId === id))
      tell({ campaigns: new Set([id]), journeys: new Set() })
    }
    arrived()
    return done
  }

  async function switchReceiver(address: string, to: 'off' | 'on'): Promise<number | undefined> {
    await ticking
    try {
      const isDone = await runtime.transact(receivers.switch(address, to, env.clock.now()))
      receivers.keep()
      await env.revoke(flights.touches())
      const waiting = (await env.store.read(countLanes())).get(laneOfReceiver(address))?.n ?? 0
      arrived()
      return isDone ? waiting : undefined
    } catch (error) {
      receivers.undo()
      throw error
    }
  }

  async function reshape<T>(work: Work<T>): Promise<T> {
    const done = await does(function* () {
      const before = machines.standings
      const made = yield* work
      yield* machines.refresh()
      if (machines.standings !== before) yield* insertReask(null)
      return made
    })
    await env.revoke(flights.touches())
    return done
  }

  /** Calls that wait in a lane are pulled by it: after a start and after a resume, they are looked for. */
  async function findWaiting(): Promise<void> {
    for (const [lane, { level }] of await runtime.transact(countLanes())) lanes.wait(lane, level)
  }

  async function does<T>(work: (turn: Turn) => Work<T>): Promise<T> {
    await ticking
    // What it leads to leaves in the tick behind it.
    const turn = newTurn({ mayCall: false })
    const { changes } = turn
    const done = await runtime.transact(doAndWrite(work, turn))
    const left = flights.keep(changes, [])
    const removed = machines.isRemoving
      ? flights.touches(({ journey }) => machines.removalOf(journey) !== undefined)
      : []
    if (left.length + removed.length > 0) await env.revoke([...left, ...removed])
    chores.mayHaveBegun()
    errands = true
    tell({ campaigns: changes.touchedCampaigns, journeys: changes.touchedJourneys })
    arrived()
    return done
  }

  function* doAndWrite<T>(work: (turn: Turn) => Work<T>, turn: Turn): Work<T> {
    const done = yield* work(turn)
    yield* finish(turn)
    return done
  }

  // One tick

  async function tick(): Promise<boolean> {
    await lookAtClock()
    await judgeExperiments()
    const room = Math.max(0, maxInFlight - flights.flying)
    const turn = newTurn({ mayCall: true })
    const { changes } = turn
    const settled = flights.take(size)
    const slices = requests.next(size)
    try {
      const decided = await runtime.transact(decide(turn, settled, slices, room))
      size = nextSize(size, changes.effort, BATCH)
      upTo = nextPulled(upTo, changes.effort, BATCH)
      const shut = receivers.justShut()
      lanes.keep()
      chores.keep(decided.chores)
      errands = decided.errands
      const left = flights.keep(changes, settled)
      const recalled = shut.size === 0 ? left : [...left, ...flights.touches(({ touch }) => shut.has(touch.receiver))]
      alarms.spoken(changes.now)
      alarms.count(settled, changes.now)
      env.dispatch(changes.calls.map(c => c.call))
      // Whoever is answered may count on it: what has not left by now never will (law 14).
      requests.answer(slices, decided.taken, recalled.length === 0 ? null : env.revoke(recalled))
      judge.touched(changes.touchedCampaigns)
      tell({ campaigns: changes.touchedCampaigns, journeys: changes.touchedJourneys })
      return decided.more || errands || flights.landed > 0 || requests.waiting > 0
    } catch (error) {
      lanes.undo()
      flights.putBack(settled)
      requests.refuse(slices, error)
      throw error
    }
  }

  /** Time goes back when the clock was set back by more than a day (time/standing.ts). Nothing is sent twice by that, and what is tried again does not wait for it. */
  async function lookAtClock(): Promise<void> {
    const now = env.clock.now()
    const by = lastSeen - now
    lastSeen = now
    if (by < A_LITTLE) return
    await runtime.transact(bringRetriesBack(by, now))
    await retune()
    lanes.wentBack(by, now)
  }

  /** Before leads come who are routed by it. */
  async function judgeExperiments(): Promise<void> {
    const now = env.clock.now()
    const due = judge.nextDue()
    if (due === null || due > now) return
    const looked = await runtime.transact(judge.look(now))
    judge.keep(looked, now)
    if (looked.decided) await runtime.transact(machines.readDecisions())
    tell({ campaigns: new Set(looked.decided ? looked.campaigns.keys() : []), journeys: new Set() })
  }

  function newTurn(may: { readonly mayCall: boolean }): Turn {
    const changes = new Changes(env, lanes, machines, may)
    return { env, machines, changes, door: new Door(env, machines, changes) }
  }

  /** Leads and what their change brings about are one transaction. */
  function storeLeads(inputs: readonly LeadInput[]): Promise<{ created: number; updated: number }> {
    return does(turn => putAll(turn, inputs))
  }

  /** The end of every turn: what happened in it is heard, and all of it is written down. Answers whether something is left for the next. */
  function* finish(turn: Turn): Work<boolean> {
    yield* lookBack(turn)
    let left = yield* hear(turn)
    yield* askChanged(turn)
    // What is decided now may set off more, which is heard in this turn, too.
    while (contend(turn)) {
      left = (yield* hear(turn)) || left
      yield* askChanged(turn)
    }
    const lined = yield* joinLine(turn)
    yield* turn.changes.write()
    yield* turn.door.write()
    return left || lined
  }

  function* decide(turn: Turn, settled: readonly Landing[], slices: readonly Slice[], room: number): Work<Decided> {
    const left = new Set<Chore>()
    yield* chores.goOn('migrate', turn, size, left)
    yield* settle(turn, settled)
    yield* receivers.write(turn, alarms.rule)
    const due = yield* runtime.pull(turn.changes.now, { timers: size, calls: Math.min(size, room) })
    yield* chores.goOn('resume', turn, size, left)
    const waited = yield* pullLanes(turn.changes.now)
    const ends = new Ends()
    yield* wake(turn, inTurn(due, waited), ends)
    yield* chores.goOn('remove', turn, size, left)
    const admitting = yield* admitBatch(turn, size)
    const waiting = yield* admitWaiting(turn, size)
    yield* chores.goOn('reask', turn, size, left)
    yield* chores.goOn('resend', turn, size, left)
    yield* alarms.speak(turn)
    yield* lookBack(turn)
    const asked = errands ? yield* takeErrands(turn, size) : nothingAsked
    const taken = yield* ingest(turn, [...asked.events, ...slices.flatMap(slice => slice.events)], ends)
    ends.rest()
    yield* settleErrands(turn, asked.others)
    yield* chores.goOn('compute', turn, size, left)
    const heardLater = yield* finish(turn)
    return {
      taken: taken.slice(asked.events.length),
      chores: left,
      errands: asked.more || turn.changes.errands > 0,
      more: due.length >= size || left.size > 0 || admitting || waiting || heardLater,
    }
  }

  /** Calls whose turn has come: one statement for each lane that has both a place and somebody who waits. */
  function* pullLanes(now: number): Work<readonly Task[]> {
    const pulled: Task[] = []
    for (const { lane, most } of lanes.open(now, upTo)) {
      const tasks = yield* laneTasks(lane, most)
      if (tasks.length < most) lanes.emptied(lane)
      pulled.push(...tasks)
    }
    return pulled
  }

  function tell(changed: Changed): void {
    if (changed.campaigns.size + changed.journeys.size > 0) for (const listener of listeners) listener(changed)
  }

  async function nextDue(): Promise<number | null> {
    const due = await runtime.nextDue(flights.flying < maxInFlight)
    const now = env.clock.now()
    const line = await env.store.read(nextInLine(machines.all(), now))
    const instants = [due, lanes.nextDue(now), line, alarms.nextDue(now), judge.nextDue()].filter(at => at !== null)
    return instants.length === 0 ? null : Math.min(...instants)
  }

  // Ticking by itself

  /** While a tick runs nobody is woken: it looks itself at what has come. */
  function arrived(): void {
    if (ticking === undefined) wakeIn(flights.landed + requests.waiting >= size ? 0 : GATHER_MS)
  }

  async function beat(): Promise<void> {
    if (ticking !== undefined) return
    ticking = tick()
    try {
      if (await ticking) wakeIn(0)
      else {
        const due = await nextDue()
        if (running) bell.at(due)
      }
      ticking = undefined
      // What came while nobody listened.
      if (flights.landed + requests.waiting > 0) arrived()
    } catch (error) {
      ticking = undefined
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
  /** Of every slice, in their order. */
  readonly taken: readonly Taken[]
  /** Chores with something left. */
  readonly chores: ReadonlySet<Chore>
  /** Are there errands for the next tick? */
  readonly errands: boolean
  /** Is there more to do at once? */
  readonly more: boolean
}

import type { Outcome } from '#shared/call'
import type { Plan } from '#shared/graph/migration'
import type { Graph } from '#shared/graph/schema'
import type { Problem } from '#shared/problems'
import type { Env } from '../env'
import type { Runtime } from '../runtime/runtime'
import { keepNames } from '../store/history'
import { allHosts, putHost } from '../store/hosts'
import { type LeadInput, putLeads } from '../store/leads'
import { loadSettings } from '../store/settings'
import { countLanes, laneTasks, resumingCampaigns, type Task, unparkTasks } from '../store/tasks'
import { headOf } from '../store/touches'
import type { Work } from '../store/work'
import { Alarms } from './alarms'
import { admitBatch } from './batch'
import { Changes } from './changes'
import { contend } from './contend'
import { Door } from './door'
import { settleErrands, takeErrands } from './errands'
import { askChanged } from './exits'
import { Judge } from './experiments'
import { hear } from './hear'
import { type IncomingEvent, ingest, type Taken } from './ingest'
import { type HostLimit, type HostView, Lanes } from './lanes'
import { type Act, launch, migrate, newlyAsked, pause, type Rehearsed, rehearsePlan, resume, stop } from './lifecycle'
import { admitWaiting, joinLine, nextInLine } from './line'
import type { Turn } from './load'
import { Machines } from './machines'
import { changeMembers, type MembersChange } from './members'
import { continueMigration } from './migration'
import { checkReferences, usersOf } from './references'
import { continueRemoving } from './remove'
import { continueResending } from './resend'
import { type Flight, interrupted, type Landing, settle } from './settle'
import { continueGoals } from './stored-goals'
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
  /** How calls ended, from the HTTP workers. */
  readonly settle: (outcomes: readonly Outcome[]) => void
  /** `plan`: what becomes of leads who are under way. */
  readonly launch: (id: string, plan?: Plan) => Promise<Act>
  /** Brings leads of earlier versions to the live one. */
  readonly migrate: (id: string, plan: Plan) => Promise<Act>
  /** Tries a plan out, towards the draft or what is live. Nothing is written, nothing leaves. */
  readonly rehearse: (id: string, towards: 'draft' | 'live', plan: Plan) => Promise<Rehearsed>
  readonly pause: (id: string) => Promise<Act>
  readonly resume: (id: string) => Promise<Act>
  readonly stop: (id: string, inside: 'finish' | 'exit') => Promise<Act>
  /** Something that a user does by hand, in a transaction of its own between two ticks; what it changes is written at its end. */
  readonly does: <T>(work: (turn: Turn) => Work<T>) => Promise<T>
  /** The settings of the installation were changed. */
  readonly retune: () => Promise<void>
  /** Puts leads on a list or takes them off; answers how many memberships changed. Who listens for it hears of it. */
  readonly changeMembers: (change: MembersChange) => Promise<number>
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

/** A request of the API. A large one is taken over several ticks, so that it never blocks the others for long; it is answered after the last. */
interface Waiting {
  readonly events: readonly IncomingEvent[]
  readonly taken: Taken[]
  readonly resolve: (taken: readonly Taken[]) => void
  readonly reject: (error: unknown) => void
}

interface Slice {
  readonly of: Waiting
  readonly events: readonly IncomingEvent[]
}

export function createEngine(env: Env, runtime: Runtime, { maxInFlight }: EngineOptions): Engine {
  const machines = new Machines()
  const lanes = new Lanes(maxInFlight, env.clock.now())
  const alarms = new Alarms()
  const judge = new Judge(machines)
  /** Calls that were handed out, by touch, and by journey: a journey waits for one thing at a time. */
  const flying = new Map<number, Flight>()
  const flightOf = new Map<number, Flight>()
  const listeners = new Set<(changed: Changed) => void>()
  let inbox: Landing[] = []
  /** May there be errands? Where nobody asks for any, the table is read once after the start. */
  let errands = true
  let waiting: Waiting[] = []
  let ticking: Promise<boolean> | undefined
  let cancelAlarm: (() => void) | undefined
  let alarmAt = Number.POSITIVE_INFINITY
  let running = false
  /** Campaigns that were resumed, and have parked tasks left. */
  let resuming: readonly string[] = []
  /** May there be dead letters that somebody wants sent again? One question after each act by hand; none in a tick otherwise. */
  let mayResend = false
  /** May there be leads to bring to another version? Like `mayResend`. */
  let mayMigrate = false
  /** May there be goals that stored events are still to be gone through for? Asked after a start, a launch, and each act by hand. */
  let mayCompute = false
  /** May there be leads who are to be taken out? The same. */
  let mayRemove = false

  return {
    ingest: events =>
      new Promise((resolve, reject) => {
        waiting.push({ events, taken: [], resolve, reject })
        arrived()
      }),
    putLeads: storeLeads,
    settle: outcomes => {
      for (const outcome of outcomes) {
        const flight = flying.get(outcome.touch)
        if (flight === undefined) continue
        flying.delete(outcome.touch)
        const { terms } = flight.touch
        if (flight.taken !== null)
          lanes.land(flight.taken, outcome, env.clock.now(), { obeys: terms.answers.retryAfter })
        inbox.push({ flight, outcome })
      }
      arrived()
    },
    launch: (id, plan) => act(id, launch(machines, id, env.clock.now(), plan)),
    migrate: (id, plan) => act(id, migrate(machines, id, env.clock.now(), plan)),
    rehearse: async (id, towards, plan) => {
      const fresh = towards === 'live' ? [] : await env.store.read(newlyAsked(machines, id))
      if (fresh.length > 0) await reshape(keepNames(fresh))
      return env.store.read(rehearsePlan({ env, machines }, id, towards, plan))
    },
    pause: id => act(id, pause(machines, id, env.clock.now())),
    resume: id => act(id, resume(machines, id, env.clock.now())),
    stop: (id, inside) => act(id, stop(machines, id, inside, env.clock.now())),
    does,
    retune: async () => {
      await ticking
      await retune()
      arrived()
    },
    changeMembers: async change => {
      await ticking
      const changed = await runtime.transact(changeMembers(env, machines, change))
      errands = true
      arrived()
      return changed
    },
    checkReferences: (draft, campaign) => checkReferences(machines, draft, campaign),
    usersOfList: id => usersOf(machines, 'list', id),
    reshape,
    onChange: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    hosts: async () => {
      const waiting = await runtime.transact(countLanes())
      return lanes.view(env.clock.now()).map(host => ({ ...host, waiting: waiting.get(`host ${host.host}`) ?? 0 }))
    },
    limitHost: async (host, limit) => {
      await ticking
      await runtime.transact(putHost({ host, ...limit }))
      lanes.setLimit(host, limit)
      arrived()
    },
    inFlight: () => flying.size + inbox.length,
    recover: async () => {
      await runtime.transact(machines.refresh())
      await retune()
      judge.touched(machines.experimenting)
      mayResend = true
      mayMigrate = true
      mayCompute = true
      mayRemove = true
      await runtime.recover(env.clock.now())
      for (const { host, ...limit } of await runtime.transact(allHosts())) lanes.setLimit(host, limit)
      await findWaiting()
      inbox.push(...(await runtime.transact(interrupted())))
    },
    run: () => {
      running = true
      ring(0)
    },
    tick,
    nextDue,
    close: async () => {
      running = false
      cancelAlarm?.()
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
      })(),
    )
  }

  async function act(id: string, work: Work<Act>): Promise<Act> {
    await ticking
    const done = await runtime.transact(work)
    mayMigrate = true
    mayCompute = true
    mayRemove = true
    await findWaiting()
    judge.touched([id])
    if (done.is === 'done') tell({ campaigns: new Set([id]), journeys: new Set() })
    arrived()
    return done
  }

  function reshape<T>(work: Work<T>): Promise<T> {
    return does(function* () {
      const done = yield* work
      yield* machines.refresh()
      return done
    })
  }

  /** Calls that wait in a lane are pulled by it: after a start and after a resume, they are looked for. */
  async function findWaiting(): Promise<void> {
    resuming = await runtime.transact(resumingCampaigns())
    for (const lane of (await runtime.transact(countLanes())).keys()) lanes.wait(lane)
  }

  async function does<T>(work: (turn: Turn) => Work<T>): Promise<T> {
    await ticking
    // What it leads to leaves in the tick behind it.
    const turn = newTurn({ mayCall: false })
    const { changes } = turn
    const done = await runtime.transact(doAndWrite(work, turn))
    keepFlights(changes, [])
    mayResend = true
    mayMigrate = true
    mayCompute = true
    mayRemove = true
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
    await judgeExperiments()
    const room = Math.max(0, maxInFlight - flying.size)
    const turn = newTurn({ mayCall: true })
    const { changes } = turn
    const settled = take(inbox, BATCH)
    const slices = nextSlices()
    try {
      const { taken, more, resending, migrating, removing, computing, toResume, errandsLeft } = await runtime.transact(
        decide(turn, settled, slices, room),
      )
      lanes.keep()
      mayResend = resending
      mayMigrate = migrating
      mayCompute = computing
      mayRemove = removing
      resuming = toResume
      errands = errandsLeft
      keepFlights(changes, settled)
      alarms.spoken(changes.now)
      alarms.count(settled, changes.now)
      env.dispatch(changes.calls.map(c => c.call))
      answer(slices, taken)
      judge.touched(changes.touchedCampaigns)
      tell({ campaigns: changes.touchedCampaigns, journeys: changes.touchedJourneys })
      return more || errands || inbox.length > 0 || waiting.length > 0
    } catch (error) {
      lanes.undo()
      inbox = [...settled, ...inbox]
      refuse(slices, error)
      throw error
    }
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
    return does(function* (turn) {
      const { changes } = turn
      const put = yield* putLeads(inputs, env.ids.lead, changes.now, machines.names)
      for (const lead of put.after) changes.attributesChanged(put.before.get(lead.externalId) ?? null, lead, null)
      return { created: put.created, updated: put.updated }
    })
  }

  /** The end of every turn: what happened in it is heard, and all of it is written down. Answers whether something is left for the next. */
  function* finish(turn: Turn): Work<boolean> {
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

  /** After the commit: what landed is forgotten, what moved is up to date, what leaves is remembered. */
  function keepFlights(changes: Changes, landed: readonly Landing[]): void {
    for (const { flight } of landed) if (flightOf.get(flight.journey.id) === flight) flightOf.delete(flight.journey.id)
    for (const [id, { left }] of changes.migrated) {
      const flight = flightOf.get(id)
      if (left === null || flight?.touch.step !== left) continue
      flight.givenUp = true
      flightOf.delete(id)
    }
    for (const journey of changes.savedJourneys()) {
      const flight = flightOf.get(journey.id)
      if (flight !== undefined) flight.journey = journey
    }
    if (changes.leadsGone.size > 0) followLeads(changes.leadsGone)
    for (const { touch, journey, taken } of changes.calls) {
      const flight: Flight = { touch: headOf(touch), journey: changes.journey(journey), taken, givenUp: false }
      flying.set(touch.id, flight)
      // Beside a call that was sent again by hand, its journey may have one that it waits for.
      if (touch.resent === null) flightOf.set(journey.id, flight)
    }
  }

  /** A call on the wire belongs to the lead that its own was merged into; to nobody (settle.ts) when its own was deleted. */
  function followLeads(gone: Changes['leadsGone']): void {
    for (const flight of [...flying.values(), ...inbox.map(landing => landing.flight)]) {
      const { journey } = flight
      const into = gone.get(journey.leadId)
      if (into !== undefined) flight.journey = { ...journey, leadId: into ?? -journey.id }
    }
  }

  function* decide(turn: Turn, settled: readonly Landing[], slices: readonly Slice[], room: number): Work<Decided> {
    const migrating = mayMigrate && (yield* continueMigration(turn, BATCH))
    yield* settle(turn, settled)
    const due = yield* runtime.pull(turn.changes.now, { timers: BATCH, calls: Math.min(BATCH, room) })
    const toResume = resuming.length > 0 ? yield* resumeMore() : resuming
    const waited = yield* pullLanes(turn.changes.now)
    const ends = new Ends()
    yield* wake(turn, [...due, ...waited], ends)
    const removing = mayRemove && (yield* continueRemoving(turn, BATCH))
    const admitting = yield* admitBatch(turn, BATCH)
    const waiting = yield* admitWaiting(turn, BATCH)
    const resending = mayResend && (yield* continueResending(turn, BATCH))
    yield* alarms.speak(turn)
    const asked = errands ? yield* takeErrands(turn, BATCH) : nothingAsked
    const taken = yield* ingest(turn, [...asked.events, ...slices.flatMap(slice => slice.events)], ends)
    ends.rest()
    yield* settleErrands(turn, asked.others)
    const computing = mayCompute && (yield* continueGoals(turn))
    const left = yield* finish(turn)
    return {
      taken: taken.slice(asked.events.length),
      more:
        due.length >= BATCH ||
        toResume.length > 0 ||
        removing ||
        admitting ||
        waiting ||
        resending ||
        migrating ||
        computing ||
        left,
      resending,
      migrating,
      removing,
      computing,
      toResume,
      errandsLeft: asked.more || turn.changes.errands > 0,
    }
  }

  /** A resume of very many tasks goes on for some ticks, so that none of them takes long. */
  function* resumeMore(): Work<readonly string[]> {
    for (const id of yield* resumingCampaigns()) yield* unparkTasks(id)
    for (const lane of (yield* countLanes()).keys()) lanes.wait(lane)
    return yield* resumingCampaigns()
  }

  /** Calls whose turn has come: one statement for each lane that has both a place and somebody who waits. */
  function* pullLanes(now: number): Work<readonly Task[]> {
    const pulled: Task[] = []
    for (const { lane, most } of lanes.open(now, BATCH)) {
      const tasks = yield* laneTasks(lane, most)
      if (tasks.length < most) lanes.emptied(lane)
      pulled.push(...tasks)
    }
    return pulled
  }

  /** The next events in the order of their coming, at most a batch. */
  function nextSlices(): Slice[] {
    const slices: Slice[] = []
    let room = BATCH
    for (const one of waiting) {
      if (room === 0) break
      const events = one.events.slice(one.taken.length, one.taken.length + room)
      slices.push({ of: one, events })
      room -= events.length
    }
    return slices
  }

  function answer(slices: readonly Slice[], taken: readonly Taken[]): void {
    let from = 0
    for (const { of: one, events } of slices) {
      one.taken.push(...taken.slice(from, from + events.length))
      from += events.length
      if (one.taken.length === one.events.length) one.resolve(one.taken)
    }
    waiting = waiting.filter(one => one.taken.length < one.events.length)
  }

  /** What was stored of a request before stays stored: sent again, its ids make it happen once. */
  function refuse(slices: readonly Slice[], error: unknown): void {
    const refused = new Set(slices.map(slice => slice.of))
    waiting = waiting.filter(one => !refused.has(one))
    for (const one of refused) one.reject(error)
  }

  function take<T>(from: T[], most: number): T[] {
    return from.splice(0, most)
  }

  function tell(changed: Changed): void {
    if (changed.campaigns.size + changed.journeys.size > 0) for (const listener of listeners) listener(changed)
  }

  async function nextDue(): Promise<number | null> {
    const due = await runtime.nextDue(flying.size < maxInFlight)
    const now = env.clock.now()
    const line = await env.store.read(nextInLine(machines.all(), now))
    const instants = [due, lanes.nextDue(now), line, alarms.nextDue(now), judge.nextDue()].filter(at => at !== null)
    return instants.length === 0 ? null : Math.min(...instants)
  }

  // Ticking by itself

  function arrived(): void {
    if (running) ring(inbox.length + waiting.length >= BATCH ? 0 : GATHER_MS)
  }

  /** Sets the alarm, unless it rings earlier anyway. */
  function ring(ms: number): void {
    const at = env.clock.now() + ms
    if (!running || ticking !== undefined || at >= alarmAt) return
    cancelAlarm?.()
    alarmAt = at
    cancelAlarm = env.clock.after(ms, () => {
      alarmAt = Number.POSITIVE_INFINITY
      void beat()
    })
  }

  async function beat(): Promise<void> {
    if (ticking !== undefined) return
    ticking = tick()
    let wait: number | null
    try {
      wait = (await ticking) ? 0 : await untilDue()
    } catch (error) {
      env.log.error({ err: error }, 'a batch could not be stored; trying again')
      wait = PAUSE_MS
    }
    ticking = undefined
    if (wait !== null) ring(wait)
    if (wait !== PAUSE_MS && inbox.length + waiting.length > 0) arrived()
  }

  async function untilDue(): Promise<number | null> {
    const due = await nextDue()
    return due === null ? null : Math.max(0, due - env.clock.now())
  }
}

const nothingAsked = { events: [], others: [], more: false } as const

interface Decided {
  readonly taken: readonly Taken[]
  readonly more: boolean
  /** Campaigns whose resume goes on in the next tick. */
  readonly toResume: readonly string[]
  /** Are there dead letters left that somebody wants sent again? */
  readonly resending: boolean
  /** Are there leads left to be brought to another version? */
  readonly migrating: boolean
  /** Are there goals left that stored events are gone through for? */
  readonly computing: boolean
  /** Are there leads left who are to be taken out? */
  readonly removing: boolean
  /** Are there errands for the next tick? */
  readonly errandsLeft: boolean
}

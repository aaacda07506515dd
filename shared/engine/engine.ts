import type { Seen } from '../api'
import type { CallEnd } from '../call'
import type { Plan } from '../graph/migration'
import type { Graph } from '../graph/schema'
import type { Problem } from '../problems'
import { keepNames } from '../store/history'
import type { LeadInput } from '../store/leads'
import type { StoredReceiver } from '../store/receivers'
import type { Work } from '../store/work'
import { ByHand } from './acts/by-hand'
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
import type { MembersChange } from './acts/members'
import { checkReferences, usersOf } from './campaigns/references'
import type { IncomingEvent, Taken } from './entry/ingest'
import type { Env } from './env'
import { makeParts, nextDue } from './parts'
import { recover } from './recover'
import type { Runtime } from './runtime'
import type { HostLimit, HostView } from './send/hosts'
import { Wire } from './send/wire'
import type { Queue } from './subscriptions/queue'
import { Ticker } from './tick'
import type { Turn } from './turn'
import type { Write } from './turns'
import type { Changed } from './watch/change-feed'
import { Pulse } from './watch/pulse'
import { SetBack } from './watch/set-back'

/**
 * The engine: ticks (tick.ts) and what people do (acts/by-hand.ts), each a turn in one queue (turns.ts, law 16). Read
 * turn.ts first: it is the vocabulary.
 */

export interface EngineOptions {
  /** Calls that may be handed out and not yet answered; what is beyond waits in the table. */
  readonly maxInFlight: number
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
  /**
   * Changes the settings of the installation: they hold from the next turn on. Without a change they are read again.
   * Rejects with what the change throws.
   */
  readonly retune: (change?: Work<void>) => Promise<void>
  /** Puts leads on a list or takes them off; answers how many memberships changed. Who listens for it hears of it. */
  readonly changeMembers: (change: MembersChange) => Promise<number>
  /** Where this Hookline answers: `http://127.0.0.1:3000`. */
  readonly origin: string
  /** What is wrong with the lists and campaigns that a draft names. */
  readonly checkReferences: (draft: Graph, campaign: string) => Work<readonly Problem[]>
  /** Campaigns that leads walk and that name this list. */
  readonly usersOfList: (id: string) => ReturnType<typeof usersOf>
  /**
   * Changes what campaigns are made of beside their graphs (library, folders): the registry sees it in the same turn.
   * Rejects with what the work throws.
   */
  readonly reshape: <T>(work: Work<T>) => Promise<T>
  readonly onChange: (listener: (changed: Changed) => void) => () => void
  /** How each host fares, and how many calls wait for it. */
  readonly hosts: () => Promise<readonly (HostView & { readonly waiting: number })[]>
  /** Keeps a limit for a host (an origin); it acts at once. */
  readonly limitHost: (host: string, limit: HostLimit) => Promise<void>
  /** Receivers that only fail or are switched off, and how many calls wait for each. */
  readonly receivers: () => Promise<readonly (StoredReceiver & { readonly waiting: number })[]>
  /**
   * Switches a receiver off or on by hand (delivery R21). Answers how many calls wait for it; undefined when it is so
   * already.
   */
  readonly switchReceiver: (address: string, to: 'off' | 'on') => Promise<number | undefined>
  /** How subscriptions stand: what they hear, how far they have come, and what they wait for. */
  readonly subscriptions: () => readonly Queue[]
  /**
   * Changes subscriptions, in a turn of its own: it holds from the next turn on. Requests to `revokes` that have not
   * begun never will. Rejects with what the work throws.
   */
  readonly changeSubscriptions: <T>(work: (now: number) => Work<T>, revokes?: string) => Promise<T>
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
  const parts = makeParts(env, runtime, maxInFlight)
  const { registry, turns, buffer, flights, feed, subscriptions } = parts
  const arrived = () => pulse.arrived()
  const wire = new Wire(parts, arrived)
  const hand = new ByHand(parts, wire, arrived)
  const setBack = new SetBack(parts)
  const ticker = new Ticker(parts, wire, setBack)
  const tick = () => ticker.tick()
  const whenDue = () => nextDue(parts)
  const waiting = () => flights.landed + subscriptions.landed + buffer.waiting
  const pulse = new Pulse({ env, tick, nextDue: whenDue, waiting, size: () => ticker.size })
  const origin = originOf(env)
  return {
    ingest: events => {
      const taken = buffer.add(events)
      arrived()
      return taken
    },
    putLeads: inputs => hand.putLeads(inputs),
    settle: ends => wire.settle(ends),
    begun: touches => wire.begun(touches),
    launch: (id, how) => hand.act(id, now => launch(registry, id, now, { ...how, own: origin })),
    migrate: (id, plan, seen) => hand.act(id, now => migrate(registry, id, now, plan, seen)),
    rehearse: async (id, towards, plan) => {
      const fresh = towards === 'live' ? [] : await env.store.read(newlyAsked(registry.asCommitted(), id))
      if (fresh.length > 0) await hand.reshape(keepNames(fresh))
      return env.store.read(rehearsePlan({ env, registry: registry.asCommitted() }, id, towards, plan))
    },
    pause: id => hand.act(id, now => pause(registry, id, now)),
    resume: (id, seen) => hand.act(id, now => resume(registry, id, now, seen)),
    stop: (id, how) => hand.act(id, now => stop(registry, id, how, now)),
    does: work => hand.does(work),
    write: work =>
      turns.take(
        () => work,
        done => done,
      ),
    retune: change => hand.retune(change),
    changeMembers: change => hand.changeMembers(change),
    origin,
    checkReferences: (draft, campaign) => checkReferences(registry.asCommitted(), draft, campaign),
    usersOfList: id => usersOf(registry.asCommitted(), 'list', id),
    reshape: work => hand.reshape(work),
    onChange: listener => feed.onChange(listener),
    hosts: () => hand.hosts(),
    limitHost: (host, limit) => hand.limitHost(host, limit),
    receivers: () => hand.receivers(),
    switchReceiver: (address, to) => hand.switchReceiver(address, to),
    subscriptions: () => subscriptions.all(),
    changeSubscriptions: (work, revokes) => hand.changeSubscriptions(work, revokes),
    inFlight: () => flights.flying + flights.landed,
    recover: () => recover(parts, setBack),
    run: () => pulse.run(),
    tick,
    nextDue: whenDue,
    close: async () => {
      await pulse.stop()
      await turns.over()
    },
  }
}

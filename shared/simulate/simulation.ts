import type { Call } from '../call'
import { embeddedRuntime } from '../engine/embedded'
import { createEngine, type Engine } from '../engine/engine'
import type { Env } from '../engine/env'
import type { RenderedRequest } from '../rules/webhook-request'
import { type Ids, loadIds } from '../store/ids'
import { keepTime, lastInstant } from '../store/meta'
import { type Touch, touchesById } from '../store/touches'
import type { Store } from '../store/work'
import { keepClock } from '../time/clock'
import { dice } from './chance'
import { JumpingClock } from './clock'
import { type Answer, ok } from './endpoints'
import { simulatedEnv } from './env'
import { jumpTo, shortest, untilShows } from './jump'
import { Wire } from './wire'

/**
 * The product as it runs in production, on a clock that jumps: the same engine, the same rules, the same tables, in a database that the caller hands in. No call
 * leaves; endpoints answer by a script.
 */

/** What a simulation stands on. */
export interface Ground {
  /** Empty, or with what is to be known beforehand: lists, folders, leads, what was sent lately. The caller closes it. */
  readonly store: Store
  readonly originOf: Env['originOf']
}

export interface HowSimulated {
  /** What the clock shows at first (ms). */
  readonly start: number
  /** Of jitter; the same seed tells the same story. */
  readonly seed?: number
  /** How often the clock jumps at most on its way to an instant. */
  readonly mostJumps?: number
  /** What the endpoint answers to a call of this send. `nth`: how many calls its step has made before. */
  readonly answer: (touch: Touch, nth: number) => Answer
}

/** A request as it would have left. */
export interface Sent {
  readonly at: number
  readonly touch: number
  readonly journeyId: number
  readonly campaignId: string
  readonly step: string
  /** 1 for the first attempt. */
  readonly attempt: number
  readonly webhookId: string
  readonly request: RenderedRequest
  readonly answer: Answer
}

export interface Simulation {
  readonly engine: Engine
  readonly ids: Ids
  readonly now: () => number
  /** In the order in which they would have left. */
  readonly sent: readonly Sent[]
  /** Lets everything happen up to this instant (ms). False: it was too much, and stands where it came to. */
  readonly runTo: (until: number) => Promise<boolean>
}

/** Calls that may be on the wire at once. */
const MAX_IN_FLIGHT = 1024
/** A schedule of every ten minutes jumps as often in two months: some 5 s. */
const MOST_JUMPS = 20_000

/** Starts a simulated installation on this ground. */
export async function simulate({ store, originOf }: Ground, how: HowSimulated): Promise<Simulation> {
  const machine = new JumpingClock(how.start)
  const clock = keepClock(machine, await store.read(lastInstant()))
  const ids = await store.read(loadIds())
  const touches = new Map<number, Touch>()
  const asked = new Map<string, number>()
  const sent: Sent[] = []
  const answers = new Map<Call, Answer>()
  const wire = new Wire({
    clock: machine,
    originOf,
    script: (call, at) => {
      const touch = touches.get(call.touch)
      // No step sent it: what subscriptions of the ground hear is taken with thanks, and not told.
      if (touch === undefined) return ok(call, at)
      const step = JSON.stringify([touch.campaignId, touch.step])
      const nth = asked.get(step) ?? 0
      asked.set(step, nth + 1)
      const answer = how.answer(touch, nth)
      answers.set(call, answer)
      return answer
    },
    sender: () => engine,
    leaves: call => {
      const touch = touches.get(call.touch)
      const answer = answers.get(call)
      if (touch === undefined || answer === undefined) return
      const { journeyId, campaignId, step } = touch
      const { attempt, webhookId, request } = call
      sent.push({
        at: machine.now(),
        touch: touch.id,
        journeyId,
        campaignId,
        step,
        attempt,
        webhookId,
        request,
        answer,
      })
    },
  })
  const kept = keepTime(store, clock)
  const env = simulatedEnv({
    clock,
    chance: dice(how.seed ?? 1),
    store: kept,
    ids,
    epoch: 1,
    // They get their connection behind the turn, when it is known which step they are of.
    dispatch: calls => {
      for (const call of calls) wire.queue(call)
    },
    revoke: async named => {
      await learn()
      wire.takeBack(named)
    },
    originOf,
  })
  const engine = createEngine(env, embeddedRuntime(kept, ids), { maxInFlight: MAX_IN_FLIGHT })
  await engine.recover()
  const jumper = {
    now: machine.now,
    tick: async () => {
      const more = await engine.tick()
      await learn()
      wire.connect()
      return more
    },
    untilNext: async () => {
      const due = await engine.nextDue()
      return shortest(due === null ? null : untilShows(clock, due), wire.untilNext())
    },
    pass: (ms: number) => machine.pass(ms),
    land: () => {
      for (const flight of wire.arrivals()) flight.deliver()
      wire.goOn()
    },
  }
  return { engine, ids, now: machine.now, sent, runTo: until => jumpTo(until, jumper, how.mostJumps ?? MOST_JUMPS) }

  /** Reads which sends the calls are of that wait for a connection. */
  async function learn(): Promise<void> {
    const unknown = wire.inHand().flatMap(({ touch }) => (touches.has(touch) ? [] : [touch]))
    if (unknown.length === 0) return
    for (const touch of await store.read(touchesById(unknown))) touches.set(touch.id, touch)
  }
}

import type { Call, CallEnd } from '../../call'
import type { EngineParts } from '../parts'
import type { UnitOfWork } from '../work/unit'
import type { Host } from './hosts'

/**
 * Calls on their way: handed out after the commit (law 7), landed between two turns, taken back when what let them
 * leave is no longer true (law 14).
 */
export class Wire {
  readonly #parts: EngineParts
  readonly #arrived: () => void
  /** Hosts that are to be left alone since the last tick began. */
  readonly #shutMeanwhile = new Set<Host>()

  /** `arrived`: wakes the engine. */
  constructor(parts: EngineParts, arrived: () => void) {
    this.#parts = parts
    this.#arrived = arrived
  }

  /** How calls came back, from the HTTP workers. */
  settle(ends: readonly CallEnd[]): void {
    const { env, turns } = this.#parts
    const now = env.clock.now()
    turns.between(() => this.#land(ends, now))
  }

  /** The first bytes of these calls have left; told of those that a rate counts. */
  begun(touches: readonly number[]): void {
    const { env, turns, flights, queues, subscriptions } = this.#parts
    const now = env.clock.now()
    turns.between(() => {
      for (const touch of touches) {
        if (subscriptions.begun(touch, now)) continue
        const taken = flights.find(touch)?.taken
        if (taken != null) queues.begun(taken, now)
      }
      this.#arrived()
    })
  }

  /** A tick begins: from now on it is noted which hosts are to be left alone. */
  tickBegins(): void {
    this.#shutMeanwhile.clear()
  }

  /**
   * Calls that leave by the tick that has committed: all that it decided, but those to a host that is to be left alone
   * since. They wait with the rest of its calls.
   */
  leaving({ calls, now }: UnitOfWork): readonly Call[] {
    const shut = this.#shutMeanwhile
    if (shut.size === 0) return calls.map(c => c.call)
    const back = calls.filter(c => shut.has(c.taken.host))
    const message = 'It was taken back before it left.'
    this.#land(
      back.map(({ call: { touch } }) => ({ touch, is: 'withdrawn', why: 'revoked', message })),
      now,
    )
    return calls.flatMap(c => (back.includes(c) ? [] : [c.call]))
  }

  /**
   * What the turn ended that has just committed, and whoever is being taken out by hand; null: nothing of it is under
   * way.
   */
  revokeEnded(): Promise<void> | null {
    const { env, flights, registry } = this.#parts
    const removed = registry.isRemoving
      ? flights.touches(({ journey }) => registry.removalOf(journey) !== undefined)
      : []
    const ended = [...flights.recalled, ...removed]
    return ended.length === 0 ? null : env.revoke(ended)
  }

  /** What the tick that has just committed ended, and what goes to receivers that it switched off. */
  recalled(): readonly number[] {
    const { flights, receivers } = this.#parts
    const { justShut } = receivers
    const shut = justShut.size === 0 ? [] : flights.touches(({ touch }) => justShut.has(touch.receiver))
    return [...flights.recalled, ...shut]
  }

  /** Whatever of a campaign has not begun is taken back. */
  revokeCampaign(id: string): Promise<void> {
    const { env, flights } = this.#parts
    return env.revoke(flights.touches(flight => flight.journey.campaignId === id))
  }

  /** Whatever has not begun asks all gates again. */
  revokeAll(): Promise<void> {
    const { env, flights } = this.#parts
    return env.revoke(flights.touches())
  }

  /** How calls ended that came back at this instant. */
  #land(ends: readonly CallEnd[], now: number): void {
    const { flights, queues, subscriptions } = this.#parts
    for (const end of ends) {
      if (subscriptions.land(end, now, ({ host }) => this.#leaveAlone(host))) continue
      const flight = flights.land(end)
      if (flight === undefined || flight.taken === null) continue
      const { host } = flight.taken
      const obeys = flight.touch.terms.answers.retryAfter
      // The gate that let the others through would not any more: those that have not begun wait with the rest, and lose
      // no attempt.
      if (queues.land(flight.taken, end, now, { obeys })) this.#leaveAlone(host)
    }
    this.#arrived()
  }

  #leaveAlone(host: Host): void {
    const { env, flights } = this.#parts
    this.#shutMeanwhile.add(host)
    void env.revoke(flights.touches(other => other.taken?.host === host))
  }
}

import type { Outcome } from '#shared/call'
import { headOf } from '../store/touches'
import type { Changes } from './changes'
import type { Flight, Landing } from './settle'

/**
 * Calls that were handed out, until a tick has settled how they ended. In memory: after a crash the reserved touches say the same (law 6). A journey waits for
 * one call at a time, so that its flight is found by the journey as well.
 */
export class Flights {
  readonly #byTouch = new Map<number, Flight>()
  readonly #byJourney = new Map<number, Flight>()
  #landed: Landing[] = []

  /** On the wire. */
  get flying(): number {
    return this.#byTouch.size
  }

  /** Came back, and not settled yet. */
  get landed(): number {
    return this.#landed.length
  }

  /** A call came back. Answers its flight; undefined for one that nobody knows (any more). */
  land(outcome: Outcome): Flight | undefined {
    const flight = this.#byTouch.get(outcome.touch)
    if (flight === undefined) return undefined
    this.#byTouch.delete(outcome.touch)
    this.#landed.push({ flight, outcome })
    return flight
  }

  /** Calls that ended otherwise than by coming back: those that a crash interrupted. */
  add(landings: readonly Landing[]): void {
    this.#landed.push(...landings)
  }

  /** The first `most` that came back, to be settled. */
  take(most: number): readonly Landing[] {
    return this.#landed.splice(0, most)
  }

  /** They could not be settled: they come first again. */
  putBack(landings: readonly Landing[]): void {
    this.#landed = [...landings, ...this.#landed]
  }

  /** After a commit: what landed is forgotten, what moved is up to date, what leaves is remembered. */
  keep(changes: Changes, settled: readonly Landing[]): void {
    for (const { flight } of settled)
      if (this.#byJourney.get(flight.journey.id) === flight) this.#byJourney.delete(flight.journey.id)
    this.#giveUp(changes.migrated)
    for (const journey of changes.savedJourneys()) {
      const flight = this.#byJourney.get(journey.id)
      if (flight !== undefined) flight.journey = journey
    }
    if (changes.leadsGone.size > 0) this.#follow(changes.leadsGone)
    for (const { touch, journey, taken } of changes.calls) {
      const flight: Flight = { touch: headOf(touch), journey: changes.journey(journey), taken, givenUp: false }
      this.#byTouch.set(touch.id, flight)
      // Beside a call that was sent again by hand, its journey may have one that it waits for.
      if (touch.resent === null) this.#byJourney.set(journey.id, flight)
    }
  }

  /** Of journeys that were taken to another version, away from the step that calls. */
  #giveUp(migrated: Changes['migrated']): void {
    for (const [id, { left }] of migrated) {
      const flight = this.#byJourney.get(id)
      if (left === null || flight?.touch.step !== left) continue
      flight.givenUp = true
      this.#byJourney.delete(id)
    }
  }

  /** A call on the wire belongs to the lead that its own was merged into; to nobody (settle.ts) when its own was deleted. */
  #follow(gone: Changes['leadsGone']): void {
    for (const flight of [...this.#byTouch.values(), ...this.#landed.map(landing => landing.flight)]) {
      const { journey } = flight
      const into = gone.get(journey.leadId)
      if (into !== undefined) flight.journey = { ...journey, leadId: into ?? -journey.id }
    }
  }
}

import type { CallEnd } from '../../call'
import type { Journey } from '../../store/journeys'
import { headOf, type TouchHead } from '../../store/touches'
import type { Turn } from '../turn'
import type { Book } from '../turns'
import type { UnitOfWork } from '../work/unit'
import type { Taken } from './hosts'

/**
 * A call on the wire: its touch, which nothing changes meanwhile, and its journey as the last commit left it. Kept in
 * memory because nobody else writes them; after a crash both are read again from their tables.
 */
export interface Flight {
  readonly touch: TouchHead
  /**
   * Of a call that was sent again by hand it may be out of date: its journey goes its own way, and is read when the
   * call lands.
   */
  journey: Journey
  /** What it took of its host's room; null for one that was found at the start. */
  readonly taken: Taken | null
  /**
   * Set when its journey was taken to another version, away from the step: its answer moves nobody, even when the
   * journey comes to that step again.
   */
  givenUp: boolean
}

/** How a flight ended. */
export interface Landing {
  readonly flight: Flight
  readonly end: CallEnd
}

/**
 * Calls that were handed out, until a tick has settled how they ended. In memory: after a crash the reserved touches
 * say the same (law 6). A journey waits for one call at a time, so that its flight is found by the journey as well.
 */
export class Flights implements Book<Turn> {
  readonly #byTouch = new Map<number, Flight>()
  readonly #byJourney = new Map<number, Flight>()
  #landed: Landing[] = []
  /** Those that the open turn settles. */
  #taken: readonly Landing[] = []
  #recalled: readonly number[] = []

  /** On the wire. */
  get flying(): number {
    return this.#byTouch.size
  }

  /** Came back, and not settled yet. */
  get landed(): number {
    return this.#landed.length
  }

  /** A call came back. Answers its flight; undefined for one that nobody knows (any more). */
  land(end: CallEnd): Flight | undefined {
    const flight = this.#byTouch.get(end.touch)
    if (flight === undefined) return undefined
    this.#byTouch.delete(end.touch)
    this.#landed.push({ flight, end })
    return flight
  }

  /** The flight of a call that is on the wire. */
  find(touch: number): Flight | undefined {
    return this.#byTouch.get(touch)
  }

  /** Touches of the calls under way that are meant. */
  touches(isMeant: (flight: Flight) => boolean = () => true): readonly number[] {
    return [...this.#byTouch].flatMap(([touch, flight]) => (isMeant(flight) ? [touch] : []))
  }

  /** Calls that ended otherwise than by coming back: those that a crash interrupted. */
  add(landings: readonly Landing[]): void {
    this.#landed.push(...landings)
    // Whatever moves their journeys before a tick settles them, they are to know.
    for (const { flight } of landings) if (!flight.touch.resent) this.#byJourney.set(flight.journey.id, flight)
  }

  /** The first `most` that came back, to be settled by the open turn. */
  take(most: number): readonly Landing[] {
    this.#taken = this.#landed.splice(0, most)
    return this.#taken
  }

  /** They could not be settled: they come first again. */
  rolledBack(): void {
    if (this.#taken.length === 0) return
    this.#landed = [...this.#taken, ...this.#landed]
    this.#taken = []
  }

  /**
   * Touches of calls that the last turn ended: their journey left the step, or their lead is another by now. Those that
   * have not begun must not (law 14).
   */
  get recalled(): readonly number[] {
    return this.#recalled
  }

  /** What landed is forgotten, what moved is up to date, what leaves is remembered. */
  committed({ unit }: Turn): void {
    for (const { flight } of this.#taken)
      if (this.#byJourney.get(flight.journey.id) === flight) this.#byJourney.delete(flight.journey.id)
    this.#taken = []
    this.#recalled = this.#recalledBy(unit)
    this.#giveUp(unit.migrated)
    for (const journey of unit.savedJourneys()) {
      const flight = this.#byJourney.get(journey.id)
      if (flight !== undefined) flight.journey = journey
    }
    if (unit.leadsGone.size > 0) this.#follow(unit.leadsGone)
    for (const { touch, journey, taken } of unit.calls) {
      const flight: Flight = { touch: headOf(touch), journey: unit.journey(journey), taken, givenUp: false }
      this.#byTouch.set(touch.id, flight)
      // Beside a call that was sent again by hand, its journey may have one that it waits for.
      if (touch.resent === null) this.#byJourney.set(journey.id, flight)
    }
  }

  #recalledBy({ clearedSteps, leadsMoved, leadsGone }: UnitOfWork): readonly number[] {
    const recalled: number[] = []
    if (this.#byTouch.size === 0) return recalled
    for (const { journeyId, step } of clearedSteps) {
      const flight = this.#byJourney.get(journeyId)
      if (flight !== undefined && flight.touch.step === step && this.#byTouch.has(flight.touch.id))
        recalled.push(flight.touch.id)
    }
    if (leadsMoved.size + leadsGone.size > 0)
      for (const [touch, { journey }] of this.#byTouch)
        if (leadsMoved.has(journey.leadId) || leadsGone.has(journey.leadId)) recalled.push(touch)
    return recalled
  }

  /** Of journeys that were taken to another version, away from the step that calls. */
  #giveUp(migrated: UnitOfWork['migrated']): void {
    for (const [id, { left }] of migrated) {
      const flight = this.#byJourney.get(id)
      if (left === null || flight?.touch.step !== left) continue
      flight.givenUp = true
      this.#byJourney.delete(id)
    }
  }

  /**
   * A call on the wire belongs to the lead that its own was merged into; to nobody (settle.ts) when its own was
   * deleted.
   */
  #follow(gone: UnitOfWork['leadsGone']): void {
    for (const flight of [...this.#byTouch.values(), ...this.#landed.map(landing => landing.flight)]) {
      const { journey } = flight
      const into = gone.get(journey.leadId)
      if (into !== undefined) flight.journey = { ...journey, leadId: into ?? -journey.id }
    }
  }
}

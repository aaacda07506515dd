import type { Book } from '../turns'
import type { IncomingEvent, Taken } from './ingest'

/**
 * A request of the API. A large one is taken over several ticks, so that it never blocks the others for long; it is
 * answered after the last.
 */
interface Request {
  /** In the order of their own time: what a part of them sees has happened before the rest. */
  readonly events: readonly IncomingEvent[]
  /** By place in `events`: the place in the request as it came. Null: the same. */
  readonly places: readonly number[] | null
  /** Of the first of `events`. */
  readonly taken: Taken[]
  readonly resolve: (taken: readonly Taken[]) => void
  readonly reject: (error: unknown) => void
}

/** What one tick takes of one request. */
interface Slice {
  readonly of: Request
  readonly events: readonly IncomingEvent[]
}

/** Events that came by the API and wait for a tick to take them, in the order of their coming. */
export class IngestBuffer implements Book {
  #waiting: Request[] = []
  /** What the open turn has taken, and what came of it, in their order. */
  #slices: readonly Slice[] = []
  #taken: readonly Taken[] = []
  /** All of theirs is stored. */
  #done: Request[] = []

  get waiting(): number {
    return this.#waiting.length
  }

  /** Resolves after the commit that keeps the last of the events (law 12); rejects when they could not be stored. */
  add(events: readonly IncomingEvent[]): Promise<readonly Taken[]> {
    const places = placesInTime(events)
    const inTime = places === null ? events : places.map(place => events[place] as IncomingEvent)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events: inTime, places, taken: [], resolve, reject })
    })
  }

  /**
   * Takes the next events into the open turn, `most` at the most, fewer when much comes of each: `weigh` says how many
   * journeys one may begin, 1 at the least. One event is always taken, or it would wait for ever.
   */
  next(most: number, weigh: (event: IncomingEvent) => number): readonly IncomingEvent[] {
    const slices: Slice[] = []
    let room = most
    for (const request of this.#waiting) {
      if (room <= 0) break
      const from = request.taken.length
      let to = from
      for (let event = request.events[to]; event !== undefined && room > 0; event = request.events[to]) {
        const weight = weigh(event)
        if (weight > room && room < most) {
          room = 0
          break
        }
        room -= weight
        to++
      }
      if (to > from || request.events.length === 0) slices.push({ of: request, events: request.events.slice(from, to) })
    }
    this.#slices = slices
    return slices.flatMap(slice => slice.events)
  }

  /** What came of the events that this turn took, in their order. */
  came(taken: readonly Taken[]): void {
    this.#taken = taken
  }

  committed(): void {
    if (this.#slices.length === 0) return
    let from = 0
    for (const { of: request, events } of this.#slices) {
      request.taken.push(...this.#taken.slice(from, from + events.length))
      from += events.length
      if (request.taken.length === request.events.length) this.#done.push(request)
    }
    this.#waiting = this.#waiting.filter(request => request.taken.length < request.events.length)
    this.#forget()
  }

  /** Answers those of whom everything is stored, as soon as `when` is over. */
  answer(when: Promise<void> | null): void {
    const done = this.#done
    this.#done = []
    if (when === null) resolveAll(done)
    else void when.then(() => resolveAll(done))
  }

  /**
   * Those whose events could not be stored are refused. What was stored of a request before stays stored: sent again,
   * its ids make it happen once.
   */
  rolledBack(error: unknown): void {
    if (this.#slices.length === 0) return
    const refused = new Set(this.#slices.map(slice => slice.of))
    this.#waiting = this.#waiting.filter(request => !refused.has(request))
    for (const request of refused) request.reject(error)
    this.#forget()
  }

  #forget(): void {
    this.#slices = []
    this.#taken = []
  }
}

function resolveAll(done: readonly Request[]): void {
  for (const { taken, places, resolve } of done) resolve(places === null ? taken : asTheyCame(taken, places))
}

/**
 * The places of these events in the order of their own time, those of the same instant in the order in which they came
 * (ingest.ts sorts no more than one turn takes). Of an id that comes twice the first counts, whatever its time: the
 * others are last, and find it known. Null: they are in order.
 */
function placesInTime(events: readonly IncomingEvent[]): readonly number[] | null {
  if (events.every(({ event }, i) => i === 0 || (events[i - 1]?.event.at ?? 0) <= event.at)) return null
  const ids = new Set<string>()
  const [first, again]: [number[], number[]] = [[], []]
  for (const [place, { event }] of events.entries()) {
    if (ids.has(event.id)) again.push(place)
    else first.push(place)
    ids.add(event.id)
  }
  const at = (place: number) => events[place]?.event.at ?? 0
  return [...first.sort((a, b) => at(a) - at(b)), ...again]
}

function asTheyCame(taken: readonly Taken[], places: readonly number[]): readonly Taken[] {
  const came: Taken[] = new Array(taken.length)
  for (const [i, place] of places.entries()) came[place] = taken[i] as Taken
  return came
}

import type { Book } from '../turns'
import type { IncomingEvent, Taken } from './ingest'

/** A request of the API. A large one is taken over several ticks, so that it never blocks the others for long; it is answered after the last. */
interface Request {
  readonly events: readonly IncomingEvent[]
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
export class Requests implements Book {
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
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events, taken: [], resolve, reject })
    })
  }

  /** Takes the next events into the open turn, `most` at the most. */
  next(most: number): readonly IncomingEvent[] {
    const slices: Slice[] = []
    let room = most
    for (const request of this.#waiting) {
      if (room === 0) break
      const events = request.events.slice(request.taken.length, request.taken.length + room)
      slices.push({ of: request, events })
      room -= events.length
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

  /** Those whose events could not be stored are refused. What was stored of a request before stays stored: sent again, its ids make it happen once. */
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
  for (const request of done) request.resolve(request.taken)
}

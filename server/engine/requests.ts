import type { IncomingEvent, Taken } from './ingest'

/** A request of the API. A large one is taken over several ticks, so that it never blocks the others for long; it is answered after the last. */
interface Request {
  readonly events: readonly IncomingEvent[]
  readonly taken: Taken[]
  readonly resolve: (taken: readonly Taken[]) => void
  readonly reject: (error: unknown) => void
}

/** What one tick takes of one request. */
export interface Slice {
  readonly of: Request
  readonly events: readonly IncomingEvent[]
}

/** Events that came by the API and wait for a tick to take them, in the order of their coming. */
export class Requests {
  #waiting: Request[] = []

  get waiting(): number {
    return this.#waiting.length
  }

  /** Resolves after the commit that keeps the last of the events (law 12); rejects when they could not be stored. */
  add(events: readonly IncomingEvent[]): Promise<readonly Taken[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events, taken: [], resolve, reject })
    })
  }

  /** The next events, `most` at the most. */
  next(most: number): Slice[] {
    const slices: Slice[] = []
    let room = most
    for (const request of this.#waiting) {
      if (room === 0) break
      const events = request.events.slice(request.taken.length, request.taken.length + room)
      slices.push({ of: request, events })
      room -= events.length
    }
    return slices
  }

  /** `taken`: of all slices, in their order. Whoever has all of theirs is answered, as soon as `when` is over. */
  answer(slices: readonly Slice[], taken: readonly Taken[], when: Promise<void> | null): void {
    let from = 0
    for (const { of: request, events } of slices) {
      request.taken.push(...taken.slice(from, from + events.length))
      from += events.length
      if (request.taken.length < request.events.length) continue
      if (when === null) request.resolve(request.taken)
      else void when.then(() => request.resolve(request.taken))
    }
    this.#waiting = this.#waiting.filter(request => request.taken.length < request.events.length)
  }

  /** What was stored of a request before stays stored: sent again, its ids make it happen once. */
  refuse(slices: readonly Slice[], error: unknown): void {
    const refused = new Set(slices.map(slice => slice.of))
    this.#waiting = this.#waiting.filter(request => !refused.has(request))
    for (const request of refused) request.reject(error)
  }
}

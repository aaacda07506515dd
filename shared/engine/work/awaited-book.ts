import { type Awaited, clearAwaited, insertAwaited } from '../../store/awaited'
import type { Journey } from '../../store/journeys'
import type { Work } from '../../store/work'

/** What journeys begin to wait for in one turn, and what they wait for no longer. */
export class AwaitedBook {
  readonly #now: number
  readonly #awaited = new Map<number, readonly Awaited[]>()
  readonly #deaf: Journey[] = []
  /**
   * Waits that began at a moment that has passed and have not heard yet what happened since, by the id of their
   * journey.
   */
  readonly lookingBack = new Map<number, Journey>()

  constructor(now: number) {
    this.#now = now
  }

  /** From now on the journey hears these events. */
  add(journey: Journey, events: readonly string[]): void {
    const { id, leadId, memory } = journey
    if (memory.wait !== undefined && memory.wait.since < this.#now) this.lookingBack.set(id, journey)
    this.#awaited.set(
      id,
      events.map(event => ({ leadId, event, journeyId: id })),
    )
  }

  /** Law 5: the journey left the step in which it heard events. */
  stop(journey: Journey): void {
    // What this very turn wrote down is not in the table yet.
    if (!this.#awaited.delete(journey.id)) this.#deaf.push(journey)
  }

  /** Did this very turn bring the journey to a step that waits for such an event? */
  began({ id }: Journey, event: string): boolean {
    return this.#awaited.get(id)?.some(row => row.event === event) ?? false
  }

  /** Ids of journeys that began in this very turn to wait for an event of this lead, oldest first. */
  *since(leadId: number, event: string): Iterable<number> {
    for (const [id, rows] of this.#awaited) if (rows.some(r => r.leadId === leadId && r.event === event)) yield id
  }

  *write(): Work<void> {
    yield* clearAwaited(this.#deaf)
    yield* insertAwaited([...this.#awaited.values()].flat())
  }
}

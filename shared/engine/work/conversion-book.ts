import { type Conversion, deleteConversions, insertConversions } from '../../store/conversions'
import type { Work } from '../../store/work'

/**
 * The conversions that a batch knows of and makes: a part of its unit of work, so that the next event of the batch sees
 * what the last one converted.
 */
export class ConversionBook {
  readonly #byJourney = new Map<number, Conversion[]>()
  /** Rows that were read or made; one that gave way is not learned again. */
  readonly #seen = new Set<number>()
  readonly #made = new Map<number, Conversion>()
  readonly #gone: number[] = []

  know(rows: readonly Conversion[]): void {
    for (const row of rows) if (!this.#seen.has(row.id)) this.#put(row)
  }

  /** What a journey was credited with by a goal, this batch included. */
  of(journeyId: number, goal: number): readonly Conversion[] {
    return (this.#byJourney.get(journeyId) ?? []).filter(row => row.goal === goal)
  }

  add(row: Conversion): void {
    this.#put(row)
    this.#made.set(row.id, row)
  }

  drop({ id, journeyId }: Conversion): void {
    const left = (this.#byJourney.get(journeyId) ?? []).filter(row => row.id !== id)
    this.#byJourney.set(journeyId, left)
    if (!this.#made.delete(id)) this.#gone.push(id)
  }

  *write(): Work<void> {
    yield* deleteConversions(this.#gone)
    yield* insertConversions([...this.#made.values()])
  }

  #put(row: Conversion): void {
    this.#seen.add(row.id)
    const known = this.#byJourney.get(row.journeyId)
    if (known === undefined) this.#byJourney.set(row.journeyId, [row])
    else known.push(row)
  }
}

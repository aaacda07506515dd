import type { Experiments } from '../../rules/experiments'
import { addTurns, type RotationCount } from '../../store/rotations'
import type { Work } from '../../store/work'
import { within } from '../../values/within'

/**
 * The exact rotations as one batch sees them: what the table says, and the turns that the batch itself has given. They
 * are written with the rest of the batch, so that a batch that is lost has given none.
 */
export class Rotations {
  #isKnown = false
  /** By campaign, step, rotation and share. */
  readonly #taken = new Map<string, Map<string, Map<string, Map<string, number>>>>()
  readonly #turns = new Map<string, RotationCount>()

  /** True the first time: the table is read once a batch. */
  wantsCounts(): boolean {
    if (this.#isKnown) return false
    this.#isKnown = true
    return true
  }

  know(counts: readonly RotationCount[]): void {
    for (const count of counts) this.#add(count)
  }

  /** What is known of the experiments of a campaign, with the turns so far. */
  facts(campaignId: string, decided: Experiments | null): Experiments | null {
    const steps = this.#taken.get(campaignId)
    if (steps === undefined) return decided
    const known = new Map(decided)
    for (const [step, rotations] of steps) known.set(step, { ...known.get(step), rotations })
    return known
  }

  advance(campaignId: string, step: string, rotation: string, share: string): void {
    const key = `${campaignId}\n${step}\n${rotation}\n${share}`
    const n = (this.#turns.get(key)?.n ?? 0) + 1
    this.#turns.set(key, { campaignId, step, rotation, share, n })
    this.#add({ campaignId, step, rotation, share, n: 1 })
  }

  write(): Work<void> {
    return addTurns([...this.#turns.values()])
  }

  #add({ campaignId, step, rotation, share, n }: RotationCount): void {
    const taken = within(within(within(this.#taken, campaignId), step), rotation)
    taken.set(share, (taken.get(share) ?? 0) + n)
  }
}

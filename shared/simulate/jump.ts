import type { Clock } from '../time/clock'

/** What jumps from one due instant to the next: an engine with its clock and its wire. */
export interface Jumper {
  readonly now: () => number
  /** One turn of the engine; answers whether there is more to do at once. */
  readonly tick: () => Promise<boolean>
  /** How long nothing happens (ms); null: nothing will. */
  readonly untilNext: () => Promise<number | null>
  readonly pass: (ms: number) => void
  /** What comes back by now is delivered, and what may begin by now begins. */
  readonly land: () => unknown
  /** How late the next timer rings (ms). Left out: all ring in time. */
  readonly late?: () => number
}

/**
 * Lets everything happen that is due up to this instant (ms), and time pass until then. Answers false, and stands where it came to, when it has jumped
 * `most` times before.
 */
export async function jumpTo(until: number, jumper: Jumper, most: number): Promise<boolean> {
  for (let jumps = 0; ; jumps++) {
    while (await jumper.tick());
    const wait = await jumper.untilNext()
    if (wait === null || jumper.now() + wait > until) break
    if (jumps === most) return false
    jumper.pass(wait + (jumper.late?.() ?? 0))
    await jumper.land()
  }
  jumper.pass(Math.max(0, until - jumper.now()))
  while (await jumper.tick());
  return true
}

/** How long it takes until the engine's clock shows this instant (ms): while it runs ahead it is slowed to half its speed. */
export function untilShows(clock: Pick<Clock, 'now' | 'behind'>, at: number): number {
  const left = Math.max(0, at - clock.now())
  const behind = clock.behind()
  return left <= behind ? 2 * left : left + behind
}

/** The shortest of these waits; null: there is none. */
export function shortest(...waits: readonly (number | null)[]): number | null {
  const known = waits.filter(wait => wait !== null)
  return known.length === 0 ? null : Math.min(...known)
}

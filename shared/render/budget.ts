/** Signs that a text may come out with; bytes for a body. */
export const OUTPUT_LIMIT = 262_144

/** What can be charged: a budget of ours, or one of Liquid's. */
export interface Limiter {
  use(count: number): void
  check(count: number): void
}

/**
 * What one rendering may spend. Counted in signs and steps, never in milliseconds: a clock would refuse a good template during a long
 * garbage collection, and the same seed would not give the same journal (law 9).
 */
export class Budget implements Limiter {
  constructor(
    private left: number,
    private readonly sentence: string,
    private readonly price = 1,
  ) {}

  use(count: number): void {
    // Liquid hands in differences and products of what authors wrote: negative ones and NaN cost nothing.
    if (!(count > 0)) return
    this.left -= count
    if (this.left < 0) throw new Error(this.sentence)
  }

  /** Liquid asks once per template node; the time that it passes is not looked at. */
  check(): void {
    this.use(this.price)
  }
}

/** Charges a value that a filter is about to work on: its signs and its members, two levels down. */
export function charge(limiter: Limiter, value: unknown, depth = 2): void {
  if (typeof value === 'string') limiter.use(value.length)
  if (typeof value !== 'object' || value === null) return
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  limiter.use(members.length + 1)
  if (depth > 0) for (const member of members) charge(limiter, member, depth - 1)
}

/** How JSON.stringify writes a half of a pair that stands alone: as an escape, behind an even number of backslashes. Nothing else is escaped so. */
const LONE_HALF = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g

/**
 * JSON text of a value, charged while it is written, so that no value can grow it beyond the budget. Lone halves of pairs become U+FFFD: an escape for one is
 * valid JSON that many receivers refuse (delivery R43).
 */
export function jsonText(limiter: Limiter, value: unknown): string {
  const text = JSON.stringify(value, (key, member: unknown) => {
    limiter.use(key.length + (typeof member === 'string' ? member.length : 1))
    return member
  })
  return text?.replace(LONE_HALF, '$1\ufffd') ?? 'null'
}

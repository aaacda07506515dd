/** What can be charged: one of our budgets, or one of Liquid's. */
export interface Limiter {
  use(count: number): void
  check(count: number): void
}

/** A rendering took longer than it may by the clock. */
export class TooLate extends Error {
  override readonly name = 'TooLate'
}

/** Units between two looks at the clock. A step or two takes 1 to 5 us, and a look 50 ns. */
const LOOK_EVERY = 200

/**
 * What the renderings of one request may spend together, in units of work. The units decide, so that the same seed
 * gives the same journal (law 9). The clock, where there is one, is a second fence for a slow machine. It is looked at
 * only after much work, so that a pause of the machine never refuses a plain template.
 */
export class Purse {
  private left: number
  private nextLook: number

  constructor(
    units: number,
    private readonly sentence: string,
    /** Asks the clock of the rendering that is spending. */
    public isLate?: () => boolean,
    private readonly lookEvery = LOOK_EVERY,
  ) {
    this.left = units
    this.nextLook = units - 5 * lookEvery
  }

  spend(units: number): void {
    this.left -= units
    if (this.left < 0) throw new Error(this.sentence)
    if (this.left >= this.nextLook) return
    this.nextLook = this.left - this.lookEvery
    if (this.isLate?.() === true) throw new TooLate()
  }
}

/** A purse as Liquid spends from it, at the price of a step of one template. */
export class Budget implements Limiter {
  private readonly purse: Purse

  constructor(
    purse: Purse | number,
    sentence: string,
    private readonly price = 1,
  ) {
    this.purse = typeof purse === 'number' ? new Purse(purse, sentence) : purse
  }

  use(count: number): void {
    // Liquid passes differences and products of what authors wrote. Negative ones and NaN cost nothing.
    if (count > 0) this.purse.spend(count)
  }

  /** Liquid asks once for each node of a template. The time that it passes along is ignored. */
  check(): void {
    this.purse.spend(this.price)
  }
}

/** Charges for a value that a filter is about to work on: its characters and its members, two levels down. */
export function charge(limiter: Limiter, value: unknown, depth = 2): void {
  if (typeof value === 'string') limiter.use(value.length)
  if (typeof value !== 'object' || value === null) return
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  limiter.use(members.length + 1)
  if (depth > 0) for (const member of members) charge(limiter, member, depth - 1)
}

/**
 * How JSON.stringify writes a lone half of a surrogate pair: as an escape behind an even number of backslashes. It
 * escapes nothing else that way.
 */
const LONE_HALF = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g

/**
 * A value as JSON text, charged while it is written, so that no value can grow the text beyond the budget. Lone halves
 * of pairs become U+FFFD, because an escape for one is valid JSON that many receivers refuse (delivery R43).
 */
export function jsonText(limiter: Limiter, value: unknown): string {
  const text = JSON.stringify(value, (key, member: unknown) => {
    limiter.use(key.length + (typeof member === 'string' ? member.length : 1))
    return member
  })
  return text?.replace(LONE_HALF, '$1\ufffd') ?? 'null'
}

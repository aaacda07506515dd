import type { Work } from '../store/work'

/**
 * The one queue of turns (law 16). A turn is one transaction with what the engine keeps in memory beside it: it begins
 * when the one before is over, whatever brought it about (the clock, an act, a setting, an experiment) and however long
 * the database takes, and it is committed or rolled back here and nowhere else. Each part of the memory is a book that
 * is told how the turn ended; so nothing that a failed turn thought stays in it.
 *
 * What comes in from outside while a turn is in its transaction waits until it is over (`between`): it changes the same
 * books.
 */
export class Turns<Turn> {
  readonly #parts: TurnParts<Turn>
  /** From the beginning of a turn until those that wait behind it are over too. */
  #isOpen = false
  readonly #waiting: (() => void)[] = []
  readonly #arrived: (() => void)[] = []
  readonly #closing: (() => void)[] = []

  constructor(parts: TurnParts<Turn>) {
    this.#parts = parts
  }

  /**
   * Takes a turn as soon as those are over that were asked for before. `work` decides, in the transaction. `after` does
   * what follows once it is committed and what came meanwhile has happened; when it answers a promise, whoever asked
   * for the turn waits for it, and the next turn does not. Rejects with what made the turn fail, after everything was
   * rolled back.
   */
  take<T, R>(work: (turn: Turn) => Work<T>, after: (done: T, turn: Turn) => R | Promise<R>): Promise<R> {
    if (!this.#isOpen) return this.#run(work, after)
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => void this.#run(work, after).then(resolve, reject))
    })
  }

  /** Does this between two turns: at once when none is open. */
  between(happens: () => void): void {
    if (this.#isOpen) this.#arrived.push(happens)
    else happens()
  }

  /** Resolves when no turn is open and none waits. */
  async over(): Promise<void> {
    while (this.#isOpen) await new Promise<void>(resolve => this.#closing.push(resolve))
  }

  async #run<T, R>(work: (turn: Turn) => Work<T>, after: (done: T, turn: Turn) => R | Promise<R>): Promise<R> {
    this.#isOpen = true
    const { transact, begin, end, books } = this.#parts
    let turn: Turn
    let done: T
    try {
      turn = begin()
      done = await transact(end === undefined ? work(turn) : withEnd(work(turn), end(turn)))
    } catch (error) {
      for (const book of books) book.rolledBack(error)
      this.#next()
      throw error
    }
    try {
      for (const book of books) book.committed(turn)
      this.#heed()
      return after(done, turn)
    } finally {
      this.#next()
    }
  }

  /** What came while the turn was open happens. */
  #heed(): void {
    for (let happens = this.#arrived.shift(); happens !== undefined; happens = this.#arrived.shift()) happens()
  }

  #next(): void {
    try {
      this.#heed()
    } finally {
      const next = this.#waiting.shift()
      if (next !== undefined) next()
      else {
        this.#isOpen = false
        for (const resolve of this.#closing.splice(0)) resolve()
      }
    }
  }
}

function* withEnd<T>(work: Work<T>, end: Work<void>): Work<T> {
  const done = yield* work
  yield* end
  return done
}

/** Runs storage operations in a turn of their own. Rejects with what they throw, and nothing of them is stored then. */
export type Write = <T>(work: Work<T>) => Promise<T>

/**
 * Something that the engine keeps in memory and that turns change. It is told how each turn ended, whether it had a
 * part in it or not.
 */
export interface Book<Turn = unknown> {
  /** The turn has committed: what it changed stays. */
  committed(turn: Turn): void
  /** Nothing of the turn was stored: the book is as it was before. */
  rolledBack(error: unknown): void
}

export interface TurnParts<Turn> {
  readonly transact: <T>(work: Work<T>) => Promise<T>
  /** Makes what a turn works with, at its beginning. */
  readonly begin: () => Turn
  /** Comes last in every turn, in its transaction. */
  readonly end?: (turn: Turn) => Work<void>
  /** In the order in which they are told. */
  readonly books: readonly Book<Turn>[]
}

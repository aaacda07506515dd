import type { Dice } from '#shared/simulate/chance'
import { type Row, run, type Statement, type Store, sql, type Work } from '#shared/store/work'

/**
 * A driver that really waits, as one over a network does: the statements of a transaction are sent one by one, and the event loop turns before each of them and before
 * the answer to the commit. Whatever comes meanwhile comes in the middle of a turn. SQLite has one connection, so transactions and reads wait for each other here.
 */
export interface WaitingStore extends Store {
  /** Does something while no transaction is open: it may read the tables with the store below. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  /** Does anybody use the connection, or wait for it? */
  readonly isBusy: () => boolean
}

/** A driver that answers while everybody else waits. */
export function atOnce(store: Store): WaitingStore {
  return {
    transact: work => store.transact(work),
    read: work => store.read(work),
    close: () => store.close(),
    alone: work => work(),
    isBusy: () => false,
  }
}

/** A transaction failed, and the process lives on. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull'
}

/** A store whose next transaction fails at its end when it is told to, as on a full disk. */
export function failingOnce(store: Store, disk: { fails: boolean }): Store {
  const fail = function* <T>(work: Work<T>): Work<T> {
    yield* work
    throw new DiskFull('database or disk is full')
  }
  return {
    ...store,
    transact: work => {
      const { fails } = disk
      disk.fails = false
      return store.transact(fails ? fail(work) : work)
    },
  }
}

/** When the event loop turns. */
export type Moment = 'statement' | 'commit' | 'committed'

export interface Waits {
  /** Before the first statement of a transaction: nobody else uses the connection. */
  readonly before: () => Promise<void>
  /** Before a statement of a transaction; before its commit; before it is told that it has committed. */
  readonly meanwhile: (at: Moment) => Promise<void>
}

export function yielding(store: Store, waits: Waits): WaitingStore {
  let last: Promise<unknown> = Promise.resolve()
  let users = 0

  return {
    transact: work => alone(() => transact(work)),
    read: work => alone(() => store.read(work)),
    alone,
    isBusy: () => users > 0,
    close: () => store.close(),
  }

  function alone<T>(work: () => Promise<T>): Promise<T> {
    users++
    const mine = last.then(work).finally(() => users--)
    last = mine.catch(() => {})
    return mine
  }

  async function transact<T>(work: Work<T>): Promise<T> {
    await waits.before()
    await store.read(run(sql`begin`))
    let result: T
    try {
      let step = work.next([])
      while (step.done !== true) {
        await waits.meanwhile('statement')
        step = work.next(await store.read(only(step.value)))
      }
      result = step.value
      await waits.meanwhile('commit')
    } catch (error) {
      await store.read(run(sql`rollback`))
      throw error
    }
    await store.read(run(sql`commit`))
    await waits.meanwhile('committed')
    return result
  }
}

/** Lets the event loop turn: a few microtasks, or all that is on its way. */
export async function turnOver(dice: Dice): Promise<void> {
  if (dice.happens(0.3)) await new Promise(resolve => setImmediate(resolve))
  else for (let n = dice.below(4); n > 0; n--) await undefined
}

/** A store of an engine, whose turns never overlap (law 16): says so when two do. */
export function neverOverlapping(store: Store): Store {
  let isOpen = false
  return {
    ...store,
    transact: async work => {
      if (isOpen) throw new Error('law 16: a turn began while another one was in its transaction')
      isOpen = true
      try {
        return await store.transact(work)
      } finally {
        isOpen = false
      }
    },
  }
}

function* only(statement: Statement): Work<readonly Row[]> {
  return yield statement
}

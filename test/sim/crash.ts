import type { Statement, Store, Work } from '#server/store/work'
import type { Dice } from './chance'

/** The process died here. Thrown between two stations of the way of an event; the world starts a new process on the same database. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

export interface CrashPlan {
  /** Share of transactions and hand-overs at which the process dies. 0: never. */
  share: number
}

/** A store whose process may die before a transaction, in the middle of one, or after its commit. */
export function crashing(store: Store, dice: Dice, plan: CrashPlan): Store {
  return {
    ...store,
    transact: async work => {
      if (!dice.happens(plan.share)) return store.transact(work)
      const where = dice.oneOf(['before', 'inside', 'after'] as const)
      if (where === 'before') throw new Crash('before a transaction')
      if (where === 'inside') return store.transact(cutShort(work, dice.below(12)))
      await store.transact(work)
      throw new Crash('after a commit')
    },
  }
}

/** Runs a work up to its n-th statement, and dies there. */
function* cutShort<T>(work: Work<T>, n: number): Work<T> {
  let step = work.next([])
  for (let i = 0; step.done !== true; i++) {
    if (i === n) throw new Crash(`before statement ${n} of a transaction`)
    const statement: Statement = step.value
    step = work.next(yield statement)
  }
  throw new Crash('before a commit')
}

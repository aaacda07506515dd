import type { Dice } from '#shared/simulate/chance'
import type { Statement, Store, Work } from '#shared/store/work'

/** The process died here. Thrown between two stations of the way of an event; the world starts a new process on the same database. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

export interface CrashPlan {
  /** Share of transactions and hand-overs at which the process dies. 0: never. */
  share: number
}

/** A process, from its start to its end. */
export interface Life {
  isOver: boolean
}

/** A store whose process may die before a transaction, in the middle of one, or after its commit. One that is dead does nothing any more. */
export function crashing(store: Store, dice: Dice, plan: CrashPlan, life: Life): Store {
  return {
    ...store,
    transact: async work => {
      if (life.isOver) throw new Crash('long ago')
      if (!dice.happens(plan.share)) return store.transact(alive(work, life))
      const where = dice.oneOf(['before', 'inside', 'after'] as const)
      if (where === 'inside') return store.transact(cutShort(work, dice.below(12), life))
      if (where === 'after') await store.transact(work)
      life.isOver = true
      throw new Crash(where === 'after' ? 'after a commit' : 'before a transaction')
    },
  }
}

/** Of a process that died while its turn was in the transaction nothing is stored. */
function* alive<T>(work: Work<T>, life: Life): Work<T> {
  const result = yield* work
  if (life.isOver) throw new Crash('before a commit')
  return result
}

/** Runs a work up to its n-th statement, and dies there. */
function* cutShort<T>(work: Work<T>, n: number, life: Life): Work<T> {
  let step = work.next([])
  for (let i = 0; step.done !== true; i++) {
    if (i === n) {
      life.isOver = true
      throw new Crash(`before statement ${n} of a transaction`)
    }
    const statement: Statement = step.value
    step = work.next(yield statement)
  }
  life.isOver = true
  throw new Crash('before a commit')
}

import type { Store, Work } from '#shared/store/work'

/** The text of every statement that a transaction runs from now on. */
export function overhear(store: Store): readonly string[] {
  const said: string[] = []
  const { transact } = store
  Object.assign(store, { transact: <T>(work: Work<T>) => transact(listening(work, said)) })
  return said
}

function* listening<T>(work: Work<T>, said: string[]): Work<T> {
  let next = work.next([])
  while (next.done !== true) {
    said.push(next.value.text)
    next = work.next(yield next.value)
  }
  return next.value
}

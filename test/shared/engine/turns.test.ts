import { describe, expect, it } from 'vitest'
import { type Book, Turns } from '#shared/engine/turns'
import { each, type Work } from '#shared/store/work'

describe('the queue of turns', () => {
  it('takes one after the other, in the order in which they were asked for', async () => {
    const { turns, told, database } = queue()

    const first = turns.take(
      () => nothing('a'),
      done => done,
    )
    const second = turns.take(
      () => nothing('b'),
      done => done,
    )
    expect(told).toEqual(['begin'])

    database.commits()
    expect(await first).toBe('a')
    expect(told).toEqual(['begin', 'committed', 'begin'])

    database.commits()
    expect(await second).toBe('b')
  })

  it('tells every book how a turn ended, and goes on with the next when one failed', async () => {
    const { turns, told, database } = queue()
    const first = turns.take(
      () => nothing('a'),
      () => told.push('after'),
    )
    const second = turns.take(
      () => nothing('b'),
      () => told.push('after'),
    )

    database.fails(new Error('no room'))
    await expect(first).rejects.toThrow('no room')
    database.commits()
    await second

    expect(told).toEqual(['begin', 'rolled back: no room', 'begin', 'committed', 'after'])
  })

  it('rolls back what could not even begin', async () => {
    const { turns, told } = queue()

    const failing = turns.take(
      () => {
        throw new Error('a bug')
      },
      () => {},
    )

    await expect(failing).rejects.toThrow('a bug')
    expect(told).toEqual(['begin', 'rolled back: a bug'])
  })

  it('lets happen between two turns what comes in the middle of one', async () => {
    const { turns, told, database } = queue()
    turns.between(() => told.push('before'))
    const turn = turns.take(
      () => nothing('a'),
      () => told.push('after'),
    )
    turns.between(() => told.push('answer 1'))
    turns.between(() => told.push('answer 2'))

    database.commits()
    await turn

    expect(told).toEqual(['before', 'begin', 'committed', 'answer 1', 'answer 2', 'after'])
  })

  it('does not wait for what follows from a turn before it takes the next', async () => {
    const { turns, told, database } = queue()
    let isRevoked = () => {}
    const first = turns.take(
      () => nothing('a'),
      () => new Promise<void>(resolve => (isRevoked = resolve)),
    )
    const second = turns.take(
      () => nothing('b'),
      () => told.push('second'),
    )

    database.commits()
    await Promise.resolve().then(() => {})
    database.commits()
    await second
    isRevoked()
    await first

    expect(told).toEqual(['begin', 'committed', 'begin', 'committed', 'second'])
  })

  it('is over when none is open and none waits', async () => {
    const { turns, told, database } = queue()
    for (const name of ['a', 'b'])
      void turns.take(
        () => nothing(name),
        () => told.push(name),
      )
    const over = turns.over().then(() => told.push('over'))

    database.commits()
    await Promise.resolve().then(() => {})
    database.commits()
    await over

    expect(told.filter(t => t.length < 5)).toEqual(['a', 'b', 'over'])
    await turns.over()
  })
})

/** A queue over a database that answers when it is told to, and a book that notes what it is told. */
function queue() {
  const told: string[] = []
  const book: Book = {
    committed: () => told.push('committed'),
    rolledBack: error => told.push(`rolled back: ${(error as Error).message}`),
  }
  const open: { resolve: () => void; reject: (error: Error) => void }[] = []
  const turns = new Turns({
    transact: <T>(work: Work<T>) =>
      new Promise<T>((resolve, reject) => {
        open.push({ resolve: () => resolve(work.next([]).value as T), reject })
      }),
    begin: () => told.push('begin'),
    books: [book],
  })
  const database = {
    commits: () => open.shift()?.resolve(),
    fails: (error: Error) => open.shift()?.reject(error),
  }
  return { turns, told, database }
}

function* nothing(result: string): Work<string> {
  yield* each('', [])
  return result
}

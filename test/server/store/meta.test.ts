import { describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { keepTime, lastInstant } from '#shared/store/meta'
import { all, type Store, sql, type Work } from '#shared/store/work'
import type { KeptClock } from '#shared/time/clock'

describe('the time that is kept', () => {
  it('is stored with a commit at most once a second, as it is at the end of the transaction', async () => {
    const { store, clock, tables } = kept()

    await store.transact(slow(clock, 5))
    expect(await tables.read(lastInstant())).toBe(1_005)

    clock.at = 1_900
    await store.transact(slow(clock, 0))
    expect(await tables.read(lastInstant())).toBe(1_005)

    clock.at = 2_100
    await store.transact(slow(clock, 0))
    expect(await tables.read(lastInstant())).toBe(2_100)
  })

  it('is stored by the next commit when the first one fails', async () => {
    const { store, clock, tables } = kept()
    const failing = function* () {
      yield* slow(clock, 0)
      throw new Error('the disk is full')
    }

    await expect(store.transact(failing())).rejects.toThrow('the disk is full')
    await store.transact(slow(clock, 0))

    expect(await tables.read(lastInstant())).toBe(1_000)
    expect(clock.told).toEqual([1_000])
  })

  it('does not go back when transactions that are under way at the same time end in another order', async () => {
    const ends: (() => void)[] = []
    const waiting: Store = {
      transact: () => new Promise(resolve => ends.push(() => resolve(undefined as never))),
      read: () => Promise.reject(new Error('nobody reads')),
      close: () => {},
    }
    const clock = clockAt(1_000)
    const store = keepTime(waiting, clock)
    const first = store.transact(slow(clock, 0))
    clock.at = 5_000
    const second = store.transact(slow(clock, 0))

    ends[1]?.()
    await second
    ends[0]?.()
    await first

    expect(clock.told).toEqual([5_000])
  })
})

function kept() {
  const tables = openSqlite(':memory:')
  const clock = clockAt(1_000)
  return { tables, clock, store: keepTime(tables, clock) }
}

/** A transaction that takes so long (ms). */
function* slow(clock: { at: number }, ms: number): Work<void> {
  yield* all(sql`select 1`)
  clock.at += ms
}

function clockAt(at: number) {
  const told: number[] = []
  const clock: KeptClock & { at: number; told: number[] } = {
    at,
    told,
    now: () => clock.at,
    monotonic: () => clock.at,
    behind: () => 0,
    after: () => () => {},
    keep: instant => void told.push(instant),
    standing: () => ({ now: clock.at, behind: 0, time: 'runs' }),
  }
  return clock
}

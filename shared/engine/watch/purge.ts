import { purgeDeliveries } from '../../store/deliveries'
import { sweepHistory } from '../../store/history'
import { purgeNotices } from '../../store/notices'
import { purgeNoted, purgePassing } from '../../store/retention'
import { loadSettings } from '../../store/settings'
import { allSubscriptions } from '../../store/subscriptions'
import { purgeTestSends } from '../../store/test-sends'
import { DAY } from '../../time/units'
import type { Env } from '../env'
import type { Write } from '../turns'

/**
 * Deletes what is older than the installation keeps it, in the background: a few rows at a time, so that events are
 * never held up for long.
 */
export interface Purge {
  /** Begins to look by itself, now and then. */
  readonly run: () => void
  /** All that is due, at once: for tests and the simulator. Answers how many touches were looked at. */
  readonly now: () => Promise<number>
  readonly close: () => Promise<void>
}

/** Some 3 ms of writing. */
const CHUNK = 200
/** What was not told yet is kept so many times as long at most. */
const LONGEST = 4
const PAUSE_MS = 25
const EVERY_MS = 15 * 60_000

export interface PurgeActs {
  /** Each chunk is a turn of the engine. */
  readonly write: Write
  /**
   * Lets go of the names of events that nobody asks about any more (engine/acts/forget.ts). Their rows are deleted
   * here.
   */
  readonly forget: () => Promise<unknown>
}

export function createPurge(
  { clock, store, log }: Pick<Env, 'clock' | 'store' | 'log'>,
  { write, forget }: PurgeActs,
): Purge {
  let isClosed = false
  let cancel: (() => void) | undefined
  let working: Promise<unknown> = Promise.resolve()

  return {
    run: () => later(EVERY_MS / 15),
    now: () => all(() => Promise.resolve()),
    close: async () => {
      isClosed = true
      cancel?.()
      await working
    },
  }

  function later(ms: number): void {
    if (isClosed) return
    cancel = clock.after(ms, () => {
      working = all(rest)
        .catch(error => log.error({ err: error }, 'old activity could not be deleted; trying again later'))
        .then(() => later(EVERY_MS))
    })
  }

  /** Resolves at once when it was closed meanwhile: nobody would wake it. */
  function rest(): Promise<void> {
    return new Promise(resolve => {
      if (isClosed) return resolve()
      const wake = clock.after(PAUSE_MS, resolve)
      cancel = () => {
        wake()
        resolve()
      }
    })
  }

  async function all(pause: () => Promise<void>): Promise<number> {
    const { retentionDays } = await store.read(loadSettings())
    const before = clock.now() - retentionDays * DAY
    let looked = 0
    for (let more = true; more && !isClosed; ) {
      const { looked: n, next } = await write(purgePassing(before, CHUNK, clock.now()))
      looked += n
      more = next !== null
      if (more) await pause()
    }
    for (let after: number | null = 0; after !== null && !isClosed; ) {
      const { looked: n, next }: Awaited<{ looked: number; next: number | null }> = await write(
        purgeNoted(before, after, CHUNK, clock.now()),
      )
      looked += n
      after = next
      if (after !== null) await pause()
    }
    await write(purgeTestSends(before))
    await purgeTold(pause)
    await forget()
    while (!isClosed && (await write(sweepHistory(CHUNK)))) await pause()
    return looked
  }

  /** What subscriptions were told, and how: kept as long as the settings say, and longer where one that was disabled was not told it yet. */
  async function purgeTold(pause: () => Promise<void>): Promise<void> {
    const { subscriptions } = await store.read(loadSettings())
    const now = clock.now()
    const [before, atLast] = [now - subscriptions.keepDays * DAY, now - LONGEST * subscriptions.keepDays * DAY]
    const told = (await store.read(allSubscriptions())).filter(({ state }) => state !== 'off')
    const through = Math.min(Number.MAX_SAFE_INTEGER, ...told.map(({ position }) => position))
    while (!isClosed && (await write(purgeNotices(before, through, CHUNK)))) await pause()
    while (!isClosed && (await write(purgeNotices(atLast, Number.MAX_SAFE_INTEGER, CHUNK)))) await pause()
    while (!isClosed && (await write(purgeDeliveries(before, CHUNK)))) await pause()
  }
}

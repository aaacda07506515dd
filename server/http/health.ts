import { Temporal } from 'temporal-polyfill'
import type { Health } from '#shared/api'
import type { Env } from '#shared/engine/env'
import type { KeptClock } from '#shared/time/clock'
import { A_LITTLE, type ClockReading } from '#shared/time/standing'
import { DAY, HOUR, MINUTE } from '#shared/time/units'
import { NEWEST_RULES, outdatedZones } from '#shared/time/zone-rules'
import type { SqliteStore } from '../store/sqlite'

type Warning = Health['warnings'][number]

/** What is wrong while the server works on: for /healthz and the screens, and once in the log when it begins. */
export interface Watch {
  readonly warnings: () => readonly Warning[]
  readonly zones: () => Health['zones']
  /** Call it about once a second. It logs what has begun or ended since. */
  readonly look: () => void
}

interface WatchParts {
  readonly clock: KeptClock
  readonly store: Pick<SqliteStore, 'trouble'>
  readonly log: Env['log']
  /** The release of the zone rules of this runtime, where it says so. */
  readonly rules: string | null
}

export function createWatch({ clock, store, log, rules }: WatchParts): Watch {
  let known = new Map<string, Warning>()
  const zones = { rules, newest: NEWEST_RULES, ...outdatedZones() }

  const warnings = () =>
    [sayClock(clock.standing()), sayStore(store.trouble()), sayZones(zones)].filter(warning => warning !== undefined)

  return {
    warnings,
    zones: () => ({ ...zones, mended: [...zones.mended], wrong: [...zones.wrong] }),
    look: () => {
      const now = new Map(warnings().map(warning => [warning.code, warning]))
      for (const [code, { message }] of now) if (!known.has(code)) log.warn({ code }, message)
      for (const [code] of known) if (!now.has(code)) log.info({ code }, 'what was warned of is over')
      known = now
    },
  }
}

function sayClock({ now, behind, time }: ClockReading): Warning | undefined {
  if (behind < A_LITTLE) return undefined
  const far = `The clock of this machine stands ${saySpan(behind)} behind what it has shown before`
  const message =
    time === 'slowed'
      ? `${far}. Until it has caught up, time goes on here at half its speed: it is ${Temporal.Instant.fromEpochMilliseconds(now)}. Set the clock right.`
      : `${far}. That is more than a day, so it is believed now, and what was decided at a later time counts wrong: caps, waits, and launches. Set the clock right; if it is right, launch again what was launched while it was wrong.`
  return { code: 'clock.behind', message }
}

function sayStore(trouble: string | undefined): Warning | undefined {
  return trouble === undefined
    ? undefined
    : { code: 'store.waits', message: `Nothing can be stored for the moment, and it is tried again: ${trouble}.` }
}

function sayZones({
  wrong,
  rules,
}: {
  readonly wrong: readonly string[]
  readonly rules: string | null
}): Warning | undefined {
  if (wrong.length === 0) return undefined
  const message = `The zone rules of this Node (${rules ?? 'of an unknown release'}) are older than ${NEWEST_RULES}: times are wrong in ${wrong.join(', ')}. Run a newer Node.`
  return { code: 'zones.outdated', message }
}

function saySpan(ms: number): string {
  const units = [
    ['day', DAY],
    ['hour', HOUR],
    ['minute', MINUTE],
    ['second', 1000],
  ] as const
  const [unit, size] = units.find(([, size]) => ms >= 2 * size) ?? ['second', 1000]
  return `${Math.round(ms / size).toLocaleString('en-US')} ${unit}s`
}

import { Temporal } from 'temporal-polyfill'
import { MINUTE } from './units'

/**
 * Changes of zone rules that a runtime may not know yet. Governments change clocks with weeks of notice, and a Node or
 * a browser knows only what was known when it was built. Node 20.20.2 has the rules of 2025c, which put Casablanca an
 * hour off since September 2026; the newest Node of that autumn (24.22.3) does not know yet what Cuba decided. So the
 * runtime is asked about each change, once, and what it does not know is mended here: every wall clock of ours goes
 * through offset.ts. A runtime that is right is left alone, even when it knows something newer.
 *
 * Sources: the NEWS of the IANA time zone database (eggert/tz) up to 2026c, google/cctz 377 for 2026d, the data of Node
 * 24.22.3 for 2026e, and that of 2026f as moment-timezone 0.6.6 packs it. That package is the judge in
 * test/shared/zone-rules.test.ts: a newer version of it there shows what is missing here.
 */
export const NEWEST_RULES = '2026f'

interface ZoneChange {
  /** The release of the database that brought it. */
  readonly release: string
  /** The zone and its other names. */
  readonly zones: readonly string[]
  readonly since: string
  /** An instant at which a runtime without the change is wrong, and the right minutes before UTC. */
  readonly asked: string
  readonly offset: number
  /**
   * What holds from then on: this offset for good, or until an instant; the rules of another zone; or something that
   * has no such short form.
   */
  readonly goesOn: 'stays' | { readonly until: string } | { readonly like: string } | 'rules'
}

/** Changes that hold today, the newest first. Those that are over are left out. */
const changes: readonly ZoneChange[] = [
  goes('2026f', ['America/Havana', 'Cuba'], '2026-11-01T05:00Z', -240, '2026-12-01T00:00Z', {
    until: '2027-03-14T05:00Z',
  }),
  stays('2026e', ['America/Winnipeg', 'America/Rainy_River', 'Canada/Central'], '2026-11-01T07:00Z', -300),
  stays('2026d', ['America/Inuvik'], '2026-11-01T08:00Z', -360),
  stays('2026c', ['America/Edmonton', 'America/Yellowknife', 'Canada/Mountain'], '2026-11-01T08:00Z', -360),
  stays('2026c', ['Africa/Casablanca', 'Africa/El_Aaiun'], '2026-09-20T01:00Z', 0),
  stays('2026b', ['America/Vancouver', 'Canada/Pacific'], '2026-11-01T09:00Z', -420),
  // Clocks change with the European Union's since 2022: an hour later than expected.
  goes('2026a', ['Europe/Chisinau', 'Europe/Tiraspol'], '2022-03-27T00:00Z', 180, '2026-10-25T00:30Z', {
    like: 'Europe/Athens',
  }),
  stays('2025b', ['America/Coyhaique'], '2025-03-20T03:00Z', -180),
  stays('2025a', ['America/Asuncion'], '2024-10-06T04:00Z', -180, '2025-06-01T00:00Z'),
  stays('2024a', ['Asia/Almaty', 'Asia/Qostanay'], '2024-02-29T18:00Z', 300),
  goes('2023d', ['America/Scoresbysund'], '2024-03-31T01:00Z', -60, '2024-06-01T00:00Z', { like: 'America/Nuuk' }),
  stays('2023d', ['Antarctica/Vostok'], '2023-12-17T19:00Z', 300),
  stays('2023d', ['Antarctica/Casey'], '2023-03-08T16:00Z', 480, '2024-01-01T00:00Z'),
  goes('2023a', ['Africa/Cairo', 'Egypt'], '2023-04-27T22:00Z', 180, '2023-06-01T00:00Z', 'rules'),
  goes('2023a', ['America/Nuuk', 'America/Godthab'], '2023-10-29T01:00Z', -60, '2024-06-01T00:00Z', 'rules'),
  goes('2022g', ['America/Ojinaga'], '2022-11-30T06:00Z', -300, '2023-06-01T00:00Z', { like: 'America/Chicago' }),
  goes('2022g', ['America/Ciudad_Juarez'], '2022-11-30T06:00Z', -420, '2023-01-01T00:00Z', { like: 'America/Denver' }),
  stays(
    '2022f',
    ['America/Mexico_City', 'America/Monterrey', 'America/Merida', 'America/Bahia_Banderas', 'Mexico/General'],
    '2022-10-30T07:00Z',
    -360,
    '2023-06-01T00:00Z',
  ),
  stays('2022f', ['America/Mazatlan', 'Mexico/BajaSur'], '2022-10-30T08:00Z', -420, '2023-06-01T00:00Z'),
  stays('2022f', ['America/Chihuahua'], '2022-10-30T08:00Z', -360),
  stays('2022f', ['Pacific/Fiji'], '2021-01-16T14:00Z', 720, '2023-01-01T00:00Z'),
  stays('2022e', ['Asia/Amman', 'Asia/Damascus'], '2022-10-28T00:00Z', 180, '2023-01-01T00:00Z'),
  stays('2022b', ['Asia/Tehran', 'Iran'], '2022-09-21T19:30Z', 210, '2023-06-01T00:00Z'),
]

function stays(
  release: string,
  zones: readonly string[],
  since: string,
  offset: number,
  asked = Temporal.Instant.from(since).add({ hours: 240 }).toString(),
): ZoneChange {
  return { release, zones, since, asked, offset, goesOn: 'stays' }
}

function goes(
  release: string,
  zones: readonly string[],
  since: string,
  offset: number,
  asked: string,
  goesOn: ZoneChange['goesOn'],
): ZoneChange {
  return { release, zones, since, asked, offset, goesOn }
}

/** What replaces the runtime's rules: from <= t < to, in ms. */
export interface Mend {
  readonly from: number
  readonly to: number
  /** How far the wall clock is ahead of UTC (ms); for the rules of another zone, that zone. */
  readonly clock: number | string
}

/** What this runtime does not know. */
export interface Outdated {
  /** Zones whose rules are mended here. */
  readonly mended: readonly string[]
  /** Zones that are wrong or unknown, and stay so: only a newer runtime knows them. */
  readonly wrong: readonly string[]
}

let judged: { readonly mends: ReadonlyMap<string, Mend>; readonly outdated: Outdated } | undefined

/** What replaces the runtime's rules for a zone; undefined when the runtime knows them. */
export function mendOf(zone: string): Mend | undefined {
  judged ??= judge()
  return judged.mends.get(zone.toLowerCase())
}

export function outdatedZones(): Outdated {
  judged ??= judge()
  return judged.outdated
}

function judge(): NonNullable<typeof judged> {
  const mends = new Map<string, Mend>()
  const mended: string[] = []
  const wrong: string[] = []
  for (const change of changes) {
    const [zone = ''] = change.zones
    const asked = msOf(change.asked)
    const found = offsetOf(zone, asked)
    if (found === change.offset) continue
    const mend = found === undefined ? undefined : toMend(change, asked)
    ;(mend === undefined ? wrong : mended).push(zone)
    if (mend !== undefined) for (const name of change.zones) mends.set(name.toLowerCase(), mend)
  }
  return { mends, outdated: { mended: mended.sort(), wrong: wrong.sort() } }
}

function toMend({ since, offset, goesOn }: ZoneChange, asked: number): Mend | undefined {
  const [from, to] = [msOf(since), Number.POSITIVE_INFINITY]
  if (goesOn === 'stays') return { from, to, clock: offset * MINUTE }
  if (goesOn === 'rules') return undefined
  if ('until' in goesOn) return { from, to: msOf(goesOn.until), clock: offset * MINUTE }
  // The runtime must know the other zone better.
  return offsetOf(goesOn.like, asked) === offset ? { from, to, clock: goesOn.like } : undefined
}

/** Minutes before UTC by the runtime; undefined when it does not know the zone. */
function offsetOf(zone: string, at: number): number | undefined {
  try {
    return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 6e10
  } catch {
    return undefined
  }
}

function msOf(instant: string): number {
  return Temporal.Instant.from(instant).epochMilliseconds
}

import { describe, expect, it } from 'vitest'
import { daysLater, nextLanding } from '#shared/time/landing'
import { nextOpening, planOf, type QuietWindow } from '#shared/time/quiet'
import { DAY, HOUR, MINUTE, slowWall } from './wall'

/**
 * The outside judge of time rules. What the wall clock of a zone showed comes from ICU (Intl), minute by minute, and is judged by the definition in words; none of
 * the product's arithmetic takes part. Forty zones, every clock change that ICU knows from 2024 to 2030, each quarter of an hour around it, and the
 * millisecond before.
 */

/** Every habit of clocks: none, an hour, half an hour, two hours, at midnight, in Ramadan, at half past, quarters of an hour from UTC, both hemispheres. */
const ZONES =
  `Africa/Cairo Africa/Casablanca Africa/El_Aaiun America/Adak America/Asuncion America/Chicago America/Havana America/Los_Angeles America/New_York
  America/Nuuk America/Port-au-Prince America/Sao_Paulo America/Santiago America/Scoresbysund America/St_Johns America/Tijuana Antarctica/Casey
  Antarctica/Troll Asia/Almaty Asia/Beirut Asia/Gaza Asia/Jerusalem Asia/Kathmandu Asia/Kolkata Asia/Nicosia Asia/Seoul Atlantic/Azores Atlantic/Reykjavik
  Australia/Adelaide Australia/Lord_Howe Australia/Sydney Europe/Berlin Europe/Chisinau Europe/Dublin Europe/London Pacific/Apia Pacific/Auckland
  Pacific/Chatham Pacific/Easter UTC`.split(/\s+/)

const [FIRST, LAST] = [Date.UTC(2024, 0, 1), Date.UTC(2031, 0, 1)]
const QUARTER = 15 * MINUTE
const daily = [1, 2, 3, 4, 5, 6, 7]

// What ICU says

/** Every clock change of a zone from 2024 to 2030. All come at the beginning of a quarter of an hour (UTC), which is looked at here. */
function clockChanges(zone: string): readonly number[] {
  const ahead = (at: number) => slowWall(zone, at) - at
  const changes: number[] = []
  for (let day = FIRST, before = ahead(FIRST); day < LAST; day += DAY) {
    const after = ahead(day + DAY)
    if (after !== before) {
      let at = day
      while (ahead(at) === before) at += QUARTER
      if (ahead(at - MINUTE) !== before) throw new Error(`${zone} changes its clock within a quarter of an hour`)
      changes.push(at)
    }
    before = after
  }
  return changes
}

/** What a clock showed in one minute. */
interface Shown {
  readonly wall: number
  readonly date: string
  readonly minute: number
  /** Monday is 1. */
  readonly today: number
  readonly yesterday: number
}

/** `shown[i]` is for `from + i` minutes. */
interface Clock {
  readonly from: number
  readonly shown: readonly Shown[]
}

/** ICU is asked once for each quarter of an hour, within which no clock changes. */
function lookAtClock(zone: string, from: number, until: number): Clock {
  const shown: Shown[] = []
  for (let quarter = from; quarter < until; quarter += QUARTER) {
    const first = slowWall(zone, quarter)
    const [date, today, minute] = [dateOf(first), weekdayOf(first), (first - midnightOf(first)) / MINUTE]
    const yesterday = weekdayOf(first - DAY)
    for (let i = 0; i < 15; i++) shown.push({ wall: first + i * MINUTE, date, minute: minute + i, today, yesterday })
  }
  return { from, shown }
}

function partOf({ from, shown }: Clock, begin: number, end: number): Clock {
  return { from: begin, shown: shown.slice((begin - from) / MINUTE, (end - from) / MINUTE) }
}

interface Changing {
  readonly change: number
  readonly clock: Clock
}

let known: { readonly zone: string; readonly clocks: readonly Changing[] } | undefined

/** The clock of a zone around each of its changes; around a leap day where it never changes. One zone is remembered: the clocks of all are a gigabyte. */
function clocksOf(zone: string): readonly Changing[] {
  if (known?.zone === zone) return known.clocks
  const changes = clockChanges(zone)
  const clocks = (changes.length > 0 ? changes : [Date.UTC(2028, 1, 29)]).map(change => ({
    change,
    clock: lookAtClock(zone, change - 3 * DAY, change + 9 * DAY),
  }))
  known = { zone, clocks }
  return clocks
}

// The definition, in words (braze section 3)

interface Policy {
  readonly windows: readonly QuietWindow[]
  readonly holidays: readonly string[]
}

/** Asks about one minute: is it quiet? */
function quietBy({ windows, holidays }: Policy): (shown: Shown) => boolean {
  const told = windows.map(({ days, start, end }) => ({ days, start: msOf(start) / MINUTE, end: msOf(end) / MINUTE }))
  return ({ date, minute, today, yesterday }) =>
    holidays.includes(date) ||
    told.some(({ days, start, end }) =>
      start < end
        ? days.includes(today) && minute >= start && minute < end
        : (days.includes(today) && minute >= start) || (days.includes(yesterday) && minute < end),
    )
}

/** For each minute the first one from it on that is not quiet. Found from the back: a quiet minute opens when the next one does. */
function slowOpenings({ from, shown }: Clock, policies: readonly Policy[]): readonly number[] {
  const isQuiet = policies.map(quietBy)
  const openings: number[] = new Array(shown.length)
  for (let i = shown.length - 1, open = Number.NaN; i >= 0; i--) {
    const minute = shown[i]!
    if (!isQuiet.some(quiet => quiet(minute))) open = from + i * MINUTE
    openings[i] = open
  }
  return openings
}

/** Compares the product with the judge at each quarter of an hour, and in the last millisecond before it. Answers what differs. */
function differences(zone: string, clock: Clock, policies: readonly Policy[], until: number): string[] {
  const openings = slowOpenings(clock, policies)
  const plans = policies.map(({ windows, holidays }) => planOf(windows, holidays))
  const wrong: string[] = []
  for (let at = clock.from + QUARTER; at <= until; at += QUARTER)
    for (const instant of [at - 1, at]) {
      const minute = Math.floor((instant - clock.from) / MINUTE)
      const opening = openings[minute]!
      // An open minute is open in all of its milliseconds.
      const expected = opening === clock.from + minute * MINUTE ? instant : opening
      const found = nextOpening(plans, zone, instant)
      if (found !== expected)
        wrong.push(`${JSON.stringify(policies)} in ${zone} at ${iso(instant)}: ${iso(found)}, not ${iso(expected)}`)
    }
  return wrong
}

/** Quiet hours that have something to do with a change: around it, into the gap, out of the doubled hour, on that date. */
function policiesAround(zone: string, change: number): readonly (readonly Policy[])[] {
  const before = slowWall(zone, change - MINUTE) + MINUTE
  const after = slowWall(zone, change)
  const [early, late] = [Math.min(before, after), Math.max(before, after)]
  const [weekday, date] = [weekdayOf(early), dateOf(early)]
  const between = early + Math.floor((late - early) / 2 / MINUTE) * MINUTE
  const alone = (days: readonly number[], start: number, end: number): Policy => ({
    windows: [{ days: [...days], start: timeOf(start), end: timeOf(end) }],
    holidays: [],
  })
  const night: Policy = { windows: [{ days: daily, start: '22:00', end: '08:00' }], holidays: [] }
  return [
    [night],
    // Into the skipped or doubled time, out of it, within it, and all of it.
    [alone(daily, early - 90 * MINUTE, between)],
    [alone(daily, between, late + 45 * MINUTE)],
    [alone(daily, early, late)],
    [alone(daily, early + 5 * MINUTE, late - 5 * MINUTE)],
    // Over midnight from the day of the change, and into it.
    [alone([weekday], early - 20 * MINUTE, late + 23 * HOUR)],
    [alone([weekday === 1 ? 7 : weekday - 1], early + 30 * MINUTE, late + 10 * MINUTE)],
    // Several windows by weekday, and dates.
    [
      {
        windows: [
          { days: [1, 2, 3, 4, 5], start: '20:30', end: '06:15' },
          { days: [6], start: '00:00', end: '24:00' },
          { days: [7], start: '23:45', end: '00:15' },
          { days: [7], start: '00:00', end: '09:00' },
        ],
        holidays: [],
      },
    ],
    [{ windows: [], holidays: [date] }],
    [{ windows: [{ days: [7], start: '23:30', end: '01:30' }], holidays: [date, dateOf(early + DAY)] }],
    // Two levels.
    [night, alone(daily, early - HOUR, late + 2 * HOUR)],
    // Where no clock changes, some of these would start where they end, which no policy may.
  ].filter(policies => policies.every(({ windows }) => windows.every(({ start, end }) => start !== end)))
}

describe.each(ZONES)('before an outside judge, around every clock change of %s from 2024 to 2030,', zone => {
  const clocks = () => clocksOf(zone)

  it('quiet hours end exactly when a minute by minute search over ICU says so (braze section 3)', () => {
    for (const { change, clock } of clocks()) {
      const near = partOf(clock, change - 28 * HOUR, change + 4 * DAY)
      for (const policies of policiesAround(zone, change))
        expect(differences(zone, near, policies, change + 26 * HOUR)).toEqual([])
    }
  })

  it('waits for a weekday at a time, and for calendar days, land where such a search does (braze R14, R15)', () => {
    const wrong: string[] = []
    for (const { change, clock } of clocks())
      for (const time of ['00:00', timeOf(slowWall(zone, change) - 20 * MINUTE), '23:30'])
        wrong.push(...wrongLandings(zone, clock, time, change))
    expect(wrong).toEqual([])
  })
})

describe('before an outside judge', () => {
  it.each(['Asia/Kathmandu', 'America/New_York'])(
    'quiet hours end exactly so around every end of a month, 29 February and new year of %s',
    zone => {
      const policies: readonly Policy[] = [
        {
          windows: [{ days: [1, 3, 5, 7], start: '21:00', end: '07:30' }],
          holidays: ['2024-02-29', '2028-02-29', '2027-01-01'],
        },
        { windows: [], holidays: ['2025-03-01', '2028-03-01', '2026-12-31', '2025-02-28'] },
      ]
      for (let month = 0; month < 84; month++) {
        const end = Date.UTC(2024, month, 1)
        const clock = lookAtClock(zone, end - 30 * HOUR, end + 4 * DAY)
        for (const policy of policies) expect(differences(zone, clock, [policy], end + 26 * HOUR)).toEqual([])
        expect(differences(zone, clock, policies, end + 26 * HOUR)).toEqual([])
      }
    },
  )

  it('stand zones with all habits of clocks', () => {
    const steps = (zone: string) =>
      new Set(clockChanges(zone).map(at => (slowWall(zone, at) - slowWall(zone, at - MINUTE)) / MINUTE - 1))

    expect(new Set(ZONES).size).toBe(40)
    expect(steps('Asia/Seoul')).toEqual(new Set())
    expect(steps('Europe/Berlin')).toEqual(new Set([60, -60]))
    expect(steps('Australia/Lord_Howe')).toEqual(new Set([30, -30]))
    expect(steps('Antarctica/Troll')).toEqual(new Set([120, -120]))
    // What a government may change is asked of what is known here: never a count.
    const changing = ZONES.filter(zone => clockChanges(zone).length > 0)
    expect(changing.length).toBeGreaterThan(15)
    expect(changing.length).toBeLessThan(ZONES.length)
  })
})

/** Compares where the product lands with where the clock first showed the time, from moments before and after a change. */
function wrongLandings(zone: string, clock: Clock, time: string, change: number): string[] {
  const landings = slowLandings(clock, time)
  const wrong: string[] = []
  const check = (what: string, at: number, found: number, slow: number | undefined) => {
    if (found !== slow) wrong.push(`${what} ${time} after ${iso(at)}: ${iso(found)}, not ${iso(slow ?? null)}`)
  }
  for (let at = change - 26 * HOUR; at <= change + 26 * HOUR; at += 105 * MINUTE) {
    const today = midnightOf(slowWall(zone, at))
    for (const weekdays of [daily, [1, 6], [weekdayOf(slowWall(zone, change))]]) {
      const slow = landings.find(l => l.at >= at && weekdays.includes(weekdayOf(l.date)))
      check(`weekdays ${weekdays},`, at, nextLanding({ weekdays, time }, zone, at), slow?.at)
    }
    for (const days of [1, 2]) {
      const slow = landings.find(l => l.date === today + days * DAY)
      check(`${days} days`, at, daysLater(days, time, zone, at), slow?.at)
    }
  }
  return wrong
}

/** For each date that the clock came to: when it first showed the time on that date, or anything later. */
function slowLandings({ from, shown }: Clock, time: string): readonly { readonly date: number; readonly at: number }[] {
  const landings: { date: number; at: number }[] = []
  const [after, last] = [msOf(time), shown.at(-1)!.wall]
  for (let date = midnightOf(shown[0]!.wall) + DAY; date < last - DAY; date += DAY) {
    const minute = shown.findIndex(({ wall }) => wall >= date + after)
    landings.push({ date, at: from + minute * MINUTE })
  }
  return landings
}

function midnightOf(wall: number): number {
  return Math.floor(wall / DAY) * DAY
}

function weekdayOf(wall: number): number {
  return new Date(wall).getUTCDay() || 7
}

function msOf(time: string): number {
  return Number(time.slice(0, 2)) * HOUR + Number(time.slice(3)) * MINUTE
}

function timeOf(wall: number): string {
  return new Date(wall).toISOString().slice(11, 16)
}

function dateOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10)
}

function iso(at: number | null): string {
  return at === null ? 'never' : new Date(at).toISOString()
}

import { describe, expect, it } from 'vitest'
import type { Json } from '#shared/json'
import { type Cap, type CapTerms, type PastTouch, plainCap } from '#shared/rules/caps'
import { frequencyCap } from '#shared/rules/gates/frequency-cap'
import { type Dice, dice as roll } from '#shared/simulate/chance'
import { partOf } from '../length'
import { slowWall } from './wall'

/**
 * The caps against a judge by brute force, which shares no line with them: it walks back through the calendar date by date, with Intl, and looks at each touch by
 * itself. Leads send, fly to other zones and send again; a case is one send that is asked for.
 */

const CASES = partOf(100_000)
const DAY = 86_400_000
const QUARTER = 900_000
const zones = [
  'UTC',
  'Asia/Seoul',
  'America/Havana',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'America/St_Johns',
]
const tags = ['promo', 'Promo/Spring', 'promo/spring/easter', 'promotion', 'news']

// The judge

/** Dates that were asked for, because Intl takes its time. */
const dates = new Map<string, string>()

function dateOf(at: number, zone: string): string {
  const key = `${zone} ${at}`
  const known = dates.get(key)
  if (known !== undefined) return known
  const date = new Date(slowWall(zone, at)).toISOString().slice(0, 10)
  dates.set(key, date)
  return date
}

/** The last `n` dates of a calendar, today among them. */
function lastDates(today: string, n: number): Set<string> {
  const dates = new Set<string>()
  for (let noon = Date.parse(`${today}T12:00:00Z`); dates.size < n; noon -= DAY)
    dates.add(new Date(noon).toISOString().slice(0, 10))
  return dates
}

function judge(cap: Cap, history: readonly PastTouch[], zone: string, now: number): number {
  const days = cap.amount * (cap.unit === 'weeks' ? 7 : 1)
  const rolling = cap.unit === 'minutes' ? cap.amount * 60 : cap.window === 'rolling' ? days * 86_400 : null
  const dates = rolling === null ? lastDates(dateOf(now, zone), days) : new Set<string>()
  let counted = 0
  for (const { at, status, by } of history) {
    if (at > now) continue
    if (rolling === null ? !dates.has(dateOf(at, zone)) : (now - at) / 1000 >= rolling) continue
    if (by.capped === 'ignores' || !isAbout(cap, by)) continue
    if (status === 'failed' && cap.counts === 'received') continue
    counted++
  }
  return counted
}

function isAbout({ of }: Cap, { tags, folders }: CapTerms): boolean {
  if (of.what === 'tag') {
    const wanted = of.tag.toLowerCase().split('/')
    return tags.some(tag => wanted.every((part, i) => tag.toLowerCase().split('/')[i] === part))
  }
  return of.what === 'all' || folders.some(folder => folder === of.folder)
}

// Random leads

function randomCap(dice: Dice): Cap {
  return {
    ...plainCap,
    most: 1 + dice.below(3),
    ...dice.oneOf([
      { amount: dice.oneOf([15, 60, 1440]), unit: 'minutes' as const },
      { amount: 1 + dice.below(3), unit: 'days' as const },
      { amount: 1, unit: 'weeks' as const },
      { amount: 30, unit: 'days' as const },
    ]),
    window: dice.oneOf(['calendar', 'calendar', 'rolling']),
    of: dice.oneOf<Cap['of']>([
      { what: 'all' },
      { what: 'all' },
      { what: 'tag', tag: dice.oneOf(tags) },
      { what: 'folder', folder: 'f' },
    ]),
    counts: dice.oneOf(['received', 'attempted']),
  }
}

function randomStanding(dice: Dice): CapTerms {
  return {
    tags: tags.filter(() => dice.happens(0.4)),
    folders: dice.happens(0.5) ? ['f'] : [],
    capped: dice.oneOf(['obeys', 'obeys', 'obeys', 'ignores', 'ignores-but-counts']),
    priority: 5,
  }
}

/** Soon after, or at the very edge of a window: so long after an earlier touch, a quarter of an hour on the dot, a millisecond beside it. */
function later(dice: Dice, now: number, caps: readonly Cap[], history: readonly PastTouch[]): number {
  const cap = dice.oneOf(caps)
  const length = cap.unit === 'minutes' ? cap.amount * 60_000 : cap.amount * (cap.unit === 'weeks' ? 7 : 1) * DAY
  const edge = (history[dice.below(history.length || 1)]?.at ?? now) + length
  const next = dice.happens(0.3) && edge > now ? edge : Math.floor(now / QUARTER) * QUARTER + dice.below(200) * QUARTER
  return Math.max(now, next + dice.below(3) - 1)
}

describe('frequency caps', () => {
  it(`agree with a judge by brute force in ${CASES.toLocaleString('en-US')} cases, also after flights to other zones`, () => {
    const dice = roll(20)
    const verdicts = { pass: 0, skip: 0 }
    for (let cases = 0; cases < CASES; ) {
      dates.clear()
      const campaigns = Array.from({ length: 3 }, () => randomStanding(dice))
      const caps = Array.from({ length: 1 + dice.below(3) }, () => randomCap(dice))
      const history: { at: number; status: PastTouch['status']; by: CapTerms }[] = []
      let zone = dice.oneOf(zones)
      let now = Date.UTC(2026, dice.below(12), 1 + dice.below(28), dice.below(24))
      for (let n = 0; n < 16; n++, cases++) {
        now = later(dice, now, caps, history)
        if (dice.happens(0.15)) zone = dice.oneOf(zones)
        const by = dice.oneOf(campaigns)
        const found = ask(caps, { ...by, capped: 'obeys' }, history, zone, now)
        const mine = caps.filter(cap => isAbout(cap, by))
        const counts = mine.map(cap => judge(cap, history, zone, now))
        const full = mine.filter((cap, i) => (counts[i] ?? 0) >= cap.most)

        const agreed =
          mine.length === 0
            ? found.is === 'pass' && found.saw === undefined
            : full.length === 0
              ? found.is === 'pass' && JSON.stringify(countsSeen(found.saw)) === JSON.stringify(counts)
              : found.is === 'skip' && isFreedBy(full, Number(found.saw['freeAt']), history, zone, now)
        if (!agreed) expect.fail(JSON.stringify({ cases, caps, zone, now, counts, found, history }, null, 1))

        verdicts[found.is === 'pass' ? 'pass' : 'skip']++
        if (found.is === 'pass' || dice.happens(0.2)) history.push({ at: now, status: 'reserved', by })
        const old = history[dice.below(history.length || 1)]
        if (old !== undefined)
          old.status = dice.oneOf(['reserved', 'received', 'received', 'failed', 'abandoned', 'uncertain'])
      }
    }

    expect(Math.min(verdicts.pass, verdicts.skip)).toBeGreaterThan(CASES / 10)
  }, 60_000)
})

function countsSeen(saw: { readonly [name: string]: Json } | undefined): readonly number[] {
  return ((saw?.['rules'] ?? []) as unknown as { count: number }[]).map(rule => rule.count)
}

/** At that instant every rule that is full has room again, and a millisecond before one of them had none. */
function isFreedBy(
  full: readonly Cap[],
  freeAt: number,
  history: readonly PastTouch[],
  zone: string,
  now: number,
): boolean {
  const hasRoom = (at: number) => full.every(cap => judge(cap, history, zone, at) < cap.most)
  return freeAt > now && hasRoom(freeAt) && !hasRoom(freeAt - 1)
}

function ask(caps: readonly Cap[], standing: CapTerms, touches: readonly PastTouch[], zone: string, now: number) {
  const rules = caps.map(cap => ({ cap, level: 'campaign' as const, name: '' }))
  return frequencyCap.ask({
    world: {
      now,
      lead: { id: 1, externalId: 'ada', attributes: {}, zone },
      zone,
      zoneFrom: 'lead',
      system: { sandbox: '' },
    },
    campaign: {
      mode: 'trigger',
      status: 'live',
      stepAllowed: true,
      quiet: null,
      capping: { rules, standing, ignoredBy: null, whenCapped: 'skip', deferAtMost: 'P1D' },
    },
    touches,
    retry: false,
    host: null,
  })
}

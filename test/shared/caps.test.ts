import { describe, expect, it } from 'vitest'
import { settingsSchema } from '#shared/api/settings'
import { explain } from '#shared/explain/explain'
import { emptyGraph } from '#shared/graph/schema'
import {
  type Cap,
  type CapTerms,
  isCounted,
  isTooLong,
  type PastTouch,
  plainCap,
  speaksOf,
  tagSchema,
} from '#shared/rules/caps'
import { checkCaps } from '#shared/rules/check-caps'
import { isOverByPlan } from '#shared/rules/gates/frequency-cap'
import { freeAgainAt, windowStart } from '#shared/time/window'

const ms = Date.parse
const by: CapTerms = { tags: ['promo/spring'], folders: ['inner', 'outer'], capped: 'obeys', priority: 5 }

describe('a tag', () => {
  it.each(['promo', 'promo/spring', 'Black Friday/2026', 'été', 'a/b/c'])('may be "%s"', tag => {
    expect(tagSchema.safeParse(tag).success).toBe(true)
  })

  it.each(['', ' ', '/', 'promo/', '/promo', 'a//b', ' a', 'a ', 'a  b', 'a, b', 'a\nb', 'x'.repeat(61)])(
    'is not "%s"',
    tag => {
      expect(tagSchema.safeParse(tag).success).toBe(false)
    },
  )
})

describe('a cap speaks of', () => {
  it.each<[string, Cap['of'], boolean]>([
    ['every campaign', { what: 'all' }, true],
    ['the tag itself', { what: 'tag', tag: 'promo/spring' }, true],
    ['tags below its own (braze section 4, rule 4)', { what: 'tag', tag: 'promo' }, true],
    ['tags in whatever capitals', { what: 'tag', tag: 'PROMO' }, true],
    ['no tag that only begins alike', { what: 'tag', tag: 'pro' }, false],
    ['no tag above its own', { what: 'tag', tag: 'promo/spring/easter' }, false],
    ['nobody while no tag is named', { what: 'tag', tag: '' }, false],
    ['the folder', { what: 'folder', folder: 'inner' }, true],
    ['folders below', { what: 'folder', folder: 'outer' }, true],
    ['no other folder', { what: 'folder', folder: 'other' }, false],
    ['nobody while no folder is chosen', { what: 'folder', folder: '' }, false],
  ])('%s', (_, of, speaks) => {
    expect(speaksOf(of, by)).toBe(speaks)
  })
})

describe('a cap counts a touch that', () => {
  it.each<[PastTouch['status'], boolean, boolean]>([
    ['received', true, true],
    ['reserved', true, true],
    ['abandoned', true, true],
    ['uncertain', true, true],
    ['failed', false, true],
  ])('is %s: by what was received %s, by what was tried %s', (status, received, attempted) => {
    const counts = (counts: Cap['counts']) => isCounted({ of: { what: 'all' }, counts }, { at: 0, status, by })

    expect([counts('received'), counts('attempted')]).toEqual([received, attempted])
  })

  it.each([
    ['obeys', true],
    ['ignores-but-counts', true],
    ['ignores', false],
  ] as const)('was sent by a campaign that %s caps: %s (braze R23)', (capped, counted) => {
    expect(isCounted(plainCap, { at: 0, status: 'received', by: { ...by, capped } })).toBe(counted)
  })
})

describe('a send of an earlier run of a schedule', () => {
  const day: Cap = { ...plainCap, most: 1, amount: 1, unit: 'days', window: 'rolling' }
  const hour: Cap = { ...plainCap, most: 1, amount: 60, unit: 'minutes' }
  const isOver = (cap: Cap, sent: string, now: string, plan: readonly [string | null, string], clock = 'UTC') =>
    isOverByPlan(
      cap,
      { at: ms(sent), plannedAt: plan[0] === null ? null : ms(plan[0]), status: 'received', by },
      { at: ms(plan[1]), clock },
      ms(now),
    )
  const [monday, tuesday] = ['2026-05-04T09:00Z', '2026-05-05T09:00Z']
  const spring = ['2026-03-28T08:00Z', '2026-03-29T07:00Z'] as const

  it.each<[string, boolean, boolean]>([
    [
      'of the day before, a millisecond nearer',
      true,
      isOver(day, '2026-05-04T09:00:00.900Z', tuesday, [monday, tuesday]),
    ],
    ['22:59 h before', true, isOver(day, '2026-05-04T10:01Z', tuesday, [monday, tuesday])],
    ['a millisecond nearer than that', false, isOver(day, '2026-05-04T10:01:00.001Z', tuesday, [monday, tuesday])],
    ['held to 14:00', false, isOver(day, '2026-05-04T14:00Z', tuesday, [monday, tuesday])],
    ['of a run a minute too near', false, isOver(day, monday, tuesday, ['2026-05-04T09:01Z', tuesday])],
    ['of the same run', false, isOver(day, monday, tuesday, [tuesday, tuesday])],
    ['that no run led to', false, isOver(day, '2026-05-04T09:00:00.900Z', tuesday, [null, tuesday])],
    ['over a day of 23 hours', true, isOver(day, '2026-03-28T08:00:00.900Z', spring[1], spring, 'Europe/Berlin')],
    ['over 23 hours on a clock that does not change', false, isOver(day, spring[0], spring[1], spring, 'Asia/Seoul')],
    [
      'under a cap of dates',
      false,
      isOver({ ...day, window: 'calendar' }, '2026-05-04T09:00:00.900Z', tuesday, [monday, tuesday]),
    ],
    ['of an hour before, 57 min', true, isOver(hour, '2026-05-05T08:03Z', tuesday, ['2026-05-05T08:00Z', tuesday])],
    ['of an hour before, 56 min', false, isOver(hour, '2026-05-05T08:04Z', tuesday, ['2026-05-05T08:00Z', tuesday])],
    [
      'of half an hour before, where the clock jumps',
      false,
      isOver(
        hour,
        '2026-03-29T00:30Z',
        '2026-03-29T01:00Z',
        ['2026-03-29T00:30Z', '2026-03-29T01:00Z'],
        'Europe/Berlin',
      ),
    ],
  ])('%s: over is %s', (_, over, found) => {
    expect(found).toBe(over)
  })
})

describe('the window of a cap', () => {
  const week = { amount: 1, unit: 'weeks' } as const
  const day = { amount: 1, unit: 'days' } as const
  const monWed = ['2026-05-04T09:00Z', '2026-05-06T09:00Z'].map(ms)

  it('of two a week keeps back Thursday after Monday and Wednesday (braze section 4)', () => {
    const thursday = ms('2026-05-07T09:00Z')

    expect(monWed.filter(at => at >= windowStart(week, 'UTC', thursday))).toHaveLength(2)
  })

  it('of seven days begins at midnight by the calendar, and to the second when it rolls (marketo-alm E)', () => {
    const at = ms('2026-05-11T08:00Z')

    expect(freeAgainAt({ ...week, most: 2 }, 'UTC', monWed, at - 1)).toBe(at - 1)
    expect(freeAgainAt({ ...week, most: 2 }, 'UTC', monWed, ms('2026-05-10T23:59Z'))).toBe(ms('2026-05-11T00:00Z'))
    expect(freeAgainAt({ ...week, window: 'rolling', most: 2 }, 'UTC', monWed, at)).toBe(ms('2026-05-11T09:00Z'))
  })

  it('of one rolling day is 86,400 seconds, whatever the clocks do', () => {
    const sent = ms('2026-03-28T08:30Z')

    // Berlin loses an hour in between.
    expect(freeAgainAt({ ...day, window: 'rolling', most: 1 }, 'Europe/Berlin', [sent], sent)).toBe(sent + 86_400_000)
  })

  it('of one calendar day is over an hour after 23:00, and 24 hours after when it rolls (braze R21)', () => {
    const sent = ms('2026-05-04T14:00Z')

    expect(freeAgainAt({ ...day, most: 1 }, 'Asia/Seoul', [sent], sent)).toBe(sent + 3_600_000)
    expect(freeAgainAt({ ...day, window: 'rolling', most: 1 }, 'Asia/Seoul', [sent], sent)).toBe(sent + 86_400_000)
  })

  it('goes by the zone in which the lead is now: whoever flies east over midnight is free (braze section 4)', () => {
    const [sent, now] = [ms('2026-05-04T09:00Z'), ms('2026-05-04T16:00Z')]

    expect(sent >= windowStart(day, 'UTC', now)).toBe(true)
    expect(sent >= windowStart(day, 'Asia/Seoul', now)).toBe(false)
  })

  it.each([
    [30, 'days', false],
    [31, 'days', true],
    [4, 'weeks', false],
    [5, 'weeks', true],
    [43_200, 'minutes', false],
    [43_201, 'minutes', true],
  ] as const)('of %i %s is too long: %s (braze R20)', (amount, unit, tooLong) => {
    expect(isTooLong({ amount, unit })).toBe(tooLong)
  })
})

describe('the settings of a campaign', () => {
  const codes = (settings: Partial<Parameters<typeof checkCaps>[0]>) =>
    checkCaps({ caps: [], capped: 'obeys', whenCapped: 'skip', deferAtMost: 'P7D', tags: [], ...settings }).map(
      f => `${f.severity} ${f.code}`,
    )

  it.each<[string, Parameters<typeof codes>[0], readonly string[]]>([
    ['are fine', { caps: [plainCap] }, []],
    ['look back too far', { caps: [{ ...plainCap, amount: 5 }] }, ['error settings.cap-too-long']],
    ['name no tag', { caps: [{ ...plainCap, of: { what: 'tag', tag: '' } }] }, ['error settings.cap-no-tag']],
    [
      'choose no folder',
      { caps: [{ ...plainCap, of: { what: 'folder', folder: '' } }] },
      ['error settings.cap-no-folder'],
    ],
    [
      'cap a tag that the campaign has not',
      { caps: [{ ...plainCap, of: { what: 'tag', tag: 'a' } }], tags: ['b'] },
      ['warning settings.cap-not-ours'],
    ],
    ['cap a tag that the campaign has', { caps: [{ ...plainCap, of: { what: 'tag', tag: 'a' } }], tags: ['a/b'] }, []],
    ['have caps that are ignored', { caps: [plainCap], capped: 'ignores' }, ['warning settings.caps-ignored']],
    ['wait for no time', { whenCapped: 'defer', deferAtMost: 'PT0S' }, ['error settings.defer-time']],
    ['wait for ever', { whenCapped: 'defer', deferAtMost: 'P31D' }, ['error settings.defer-time']],
    ['do not wait at all', { whenCapped: 'skip', deferAtMost: 'P31D' }, []],
  ])('%s', (_, settings, expected) => {
    expect(codes(settings)).toEqual(expected)
  })
})

describe('the caps of the whole installation', () => {
  it.each<[string, Partial<Cap>, string]>([
    [
      'look back 30 days at most (braze R20)',
      { amount: 31, unit: 'days' },
      'A cap looks back at most 30 days (4 weeks).',
    ],
    ['name their tag', { of: { what: 'tag', tag: '' } }, 'Name the tag.'],
    ['choose their folder', { of: { what: 'folder', folder: '' } }, 'Choose the folder.'],
  ])('%s', (_, change, said) => {
    const parsed = settingsSchema.safeParse({ caps: [{ ...plainCap, ...change }] })

    expect(parsed.error?.issues.map(issue => issue.message)).toEqual([said])
  })

  it('are ten at most (braze R20)', () => {
    const caps = (n: number) => settingsSchema.safeParse({ caps: Array.from({ length: n }, () => plainCap) })

    expect([caps(10).success, caps(11).success]).toEqual([true, false])
  })
})

describe('the journal says what a cap saw', () => {
  const seen = {
    rule: 'Weekly cap',
    level: 'campaign',
    amount: 1,
    unit: 'weeks',
    window: 'calendar',
    counts: 'received',
    count: 3,
    most: 3,
  }
  const free = { freeAt: ms('2026-05-11T15:00Z'), zone: 'Asia/Seoul' }
  const say = (verdict: 'pass' | 'hold' | 'skip' | 'exit', saw: object, until: number | null = null) =>
    explain(
      {
        is: 'gate',
        step: 'call',
        gate: 'frequency-cap',
        verdict,
        until,
        code: null,
        saw: saw as Record<string, never>,
        at: ms('2026-05-07T09:00Z'),
      },
      { graph: emptyGraph, zone: 'UTC' },
    )

  it.each([
    [
      'Not sent: 3 of 3 webhooks this week (rule "Weekly cap"), free again on Tue 12 May, 00:00.',
      say('skip', { ...seen, ...free }),
    ],
    [
      'Not sent, and leaves the campaign: 3 of 3 webhooks of tag "promo" in any 7 days (rule "Weekly cap" of the whole installation), free again on Tue 12 May, 00:00.',
      say('exit', { ...seen, ...free, of: 'tag "promo"', window: 'rolling', level: 'account' }),
    ],
    [
      'Held until Tue 12 May, 00:00 (Asia/Seoul): 3 of 3 webhooks of folder "Spring" in 2 days (rule "Weekly cap").',
      say('hold', { ...seen, ...free, of: 'folder "Spring"', amount: 2, unit: 'days' }, free.freeAt),
    ],
    [
      'Held until Fri 8 May, 18:00 (Asia/Seoul): 3 of 3 webhooks this week (rule "Weekly cap"), free again on Tue 12 May, 00:00.',
      say('hold', { ...seen, ...free }, ms('2026-05-08T09:00Z')),
    ],
    [
      'Not sent: 3 of 3 webhooks today (rule "Weekly cap"), free again on Tue 12 May, 00:00; it has waited since Tue 5 May, 18:00, and 2 days is the most.',
      say('skip', { ...seen, ...free, unit: 'days', deferredAt: ms('2026-05-05T09:00Z'), deferAtMost: 'P2D' }),
    ],
    [
      'May be sent: 2 of 3 webhooks in the last 30 minutes (rule "Weekly cap"), 0 of 3 webhooks in the last 24 hours (rule "Weekly cap").',
      say('pass', {
        rules: [
          { ...seen, count: 2, amount: 30, unit: 'minutes' },
          { ...seen, count: 0, unit: 'days', window: 'rolling' },
        ],
      }),
    ],
    ['May be sent: this step does not keep to frequency caps.', say('pass', { ignoredBy: 'step' })],
  ])('%s', (expected, said) => {
    expect(said).toBe(expected)
  })
})

import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import { advance, type Moved, prepare, start } from '#shared/journey/journey'
import type { Json } from '#shared/json'
import { kindOf } from '#shared/steps/index'
import type { World } from '#shared/world'
import { anybody, graph, step } from '../sim/graphs'

// Monday, 11:00 in Berlin.
const now = Date.parse('2026-05-04T09:00:00Z')
const at = (iso: string) => ({ ...berlin, now: Date.parse(iso) })
const iso = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z')

const berlin: World = {
  now,
  lead: { id: 1, externalId: 'ada', attributes: {}, zone: 'Europe/Berlin' },
  zone: 'Europe/Berlin',
  zoneFrom: 'lead',
  system: { sandbox: '' },
}
const knowing = (attributes: Record<string, Json>): World => ({ ...berlin, lead: { ...berlin.lead, attributes } })
const event = { id: 'e1', name: 'booked', at: now, properties: { starts_at: '2026-06-10T18:00:00+02:00' } }

/** A campaign whose only step, after the trigger, waits until something; its own zone is Seoul. */
function waiting(config: Record<string, unknown>, ...more: Record<string, unknown>[]) {
  const waits = [config, ...more].map((c, i) => [`wait-${i}`, step('wait-until', c)] as const)
  return prepare(
    graph(
      {
        in: step('trigger', { event: 'booked', where: anybody }),
        ...Object.fromEntries(waits),
        late: step('exit', { reason: 'Too late' }),
      },
      [
        'in -> wait-0',
        ...more.map((_, i) => `wait-${i}:next -> wait-${i + 1}`),
        ...(config['whenPassed'] === 'port' ? ['wait-0:passed -> late'] : []),
      ],
      { zone: 'Asia/Seoul' },
    ),
    'c',
  )
}

function arrive(config: Record<string, unknown>, world = berlin): Moved {
  return start(waiting(config), world, event)
}

function endOf({ effects }: Moved): string | undefined {
  const timer = effects.find(effect => effect.type === 'timer.set')
  return timer && iso(timer.at)
}

function story(moved: Moved): string[] {
  const about = { graph: waiting({}).graph, zone: 'UTC' }
  return moved.notes.map(note => explain({ ...note, at: now }, about))
}

const late = { until: 'date', date: '2026-05-04T10:59' }

describe('a wait until a date and time', () => {
  it("is read in the lead's zone, or in the campaign's", () => {
    expect(endOf(arrive({ until: 'date', date: '2026-06-01T09:00' }))).toBe('2026-06-01T07:00Z')
    expect(endOf(arrive({ until: 'date', date: '2026-06-01T09:00', zone: 'campaign' }))).toBe('2026-06-01T00:00Z')
  })

  it('says until when, in which zone, and what for', () => {
    expect(story(arrive({ until: 'date', date: '2026-06-01T09:00' })).at(-1)).toBe(
      'Waits until Mon 1 Jun, 09:00 (Europe/Berlin): Mon 1 Jun 2026, 09:00.',
    )
  })

  it("uses the campaign's zone for a lead who has none, and says so", () => {
    const nowhere = { ...berlin, zone: 'Asia/Seoul', zoneFrom: 'campaign' as const }

    expect(story(arrive({ until: 'weekday', weekdays: [5] }, nowhere)).at(-1)).toBe(
      "Waits until Fri 8 May, 09:00 (Asia/Seoul): the next Fri, 09:00; the lead's own zone is not known, so the campaign's counts.",
    )
  })

  it('does not move when the step is edited later: the end is fixed on entering (rule 27)', () => {
    const waits = arrive({ until: 'date', date: '2026-06-01T09:00' })
    const edited = waiting({ until: 'date', date: '2027-06-01T09:00' })

    expect(advance(edited, waits, at('2026-06-01T07:00Z'), { type: 'timer' })?.ended?.as).toBe('finished')
  })

  it('ends at once when it is exactly now', () => {
    expect(endOf(arrive({ until: 'date', date: '2026-05-04T11:00' }))).toBe('2026-05-04T09:00Z')
  })
})

describe('a lead who comes after the moment', () => {
  it('goes on, and the journal says why there was no wait', () => {
    const moved = arrive(late)

    expect(moved.ended?.as).toBe('finished')
    expect(story(moved)).toContain('Did not wait: 10:59 (Europe/Berlin) has passed already.')
  })

  it('takes the way Passed when the step says so', () => {
    expect(arrive({ ...late, whenPassed: 'port' }).notes).toContainEqual({
      is: 'left',
      step: 'wait-0',
      port: 'passed',
      to: 'late',
    })
  })

  it('goes on by Next when nobody connected Passed', () => {
    const moved = start(
      waiting({ until: 'days', days: 3 }, { ...late, whenPassed: 'port' }),
      at('2026-05-01T09:00Z'),
      event,
    )
    const later = advance(waiting({ until: 'days' }, { ...late, whenPassed: 'port' }), moved, berlin, { type: 'timer' })

    expect(later?.notes).toContainEqual({ is: 'left', step: 'wait-1', port: 'next', to: null, instead: 'passed' })
  })

  it('leaves the campaign when the step says so (braze R16)', () => {
    expect(arrive({ ...late, whenPassed: 'exit' }).ended).toMatchObject({
      as: 'exited',
      reason: '10:59 (Europe/Berlin) has passed already',
    })
  })

  it('leaves at the second of two dates when that is the earlier (braze R16)', () => {
    const two = waiting(
      { until: 'date', date: '2026-06-10T09:00', whenPassed: 'exit' },
      { until: 'date', date: '2026-06-09T09:00', whenPassed: 'exit' },
    )
    const first = start(two, berlin, event)
    const second = advance(two, first, at('2026-06-10T07:00Z'), { type: 'timer' })

    expect(second?.ended).toMatchObject({ as: 'exited', step: 'wait-1' })
  })
})

describe('a wait for calendar days or a weekday', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'one day at 09:00 after Monday 21:00 is Tuesday (braze R15)',
      { until: 'days', days: 1 },
      '2026-05-04T19:00Z',
      '2026-05-05T07:00Z',
    ],
    [
      'one day at 00:00 is the next midnight (braze R15)',
      { until: 'days', days: 1, time: '00:00' },
      '2026-05-04T19:00Z',
      '2026-05-04T22:00Z',
    ],
    ['the same day at 18:00', { until: 'days', days: 0, time: '18:00' }, '2026-05-04T09:00Z', '2026-05-04T16:00Z'],
    [
      'the next Saturday is tomorrow on a Friday',
      { until: 'weekday', weekdays: [6] },
      '2026-05-08T09:00Z',
      '2026-05-09T07:00Z',
    ],
    [
      'the next Saturday is in a week on a Saturday after the time',
      { until: 'weekday', weekdays: [6] },
      '2026-05-09T09:00Z',
      '2026-05-16T07:00Z',
    ],
  ])('%s', (_, config, arrives, expected) => {
    expect(endOf(arrive(config, at(arrives)))).toBe(expected)
  })

  it('never comes too late for a weekday, so it has one way out', () => {
    expect(kindOf('wait-until').ports({ ...kindOf('wait-until').example, whenPassed: 'port' })).toHaveLength(1)
  })
})

describe('a wait for a date of the lead or the event', () => {
  it.each<[string, Record<string, unknown>, Record<string, Json>, string]>([
    ['is that date at the time of the step', { field: 'lead.renewal' }, { renewal: '2026-06-01' }, '2026-06-01T07:00Z'],
    [
      'is days before it (rule 27)',
      { field: 'lead.renewal', offset: -3 },
      { renewal: '2026-06-01' },
      '2026-05-29T07:00Z',
    ],
    [
      'is days after it (rule 27)',
      { field: 'lead.renewal', offset: 3 },
      { renewal: '2026-06-01' },
      '2026-06-04T07:00Z',
    ],
    [
      'is its next anniversary (rule 27)',
      { field: 'lead.born', repeats: 'yearly' },
      { born: '1990-05-03' },
      '2027-05-03T07:00Z',
    ],
    ['keeps the time that the date has', { field: 'lead.call' }, { call: '2026-06-01T15:30' }, '2026-06-01T13:30Z'],
    ['may stand in the event', { field: 'event.starts_at', offset: -1 }, {}, '2026-06-09T16:00Z'],
  ])('%s', (_, config, attributes, expected) => {
    expect(endOf(arrive({ until: 'field', ...config }, knowing(attributes)))).toBe(expected)
  })

  it.each<[string, Record<string, Json>, string]>([
    ['is not known', {}, 'Did not wait: lead.renewal is not known.'],
    ['is blank', { renewal: ' ' }, 'Did not wait: lead.renewal is not known.'],
    ['is null', { renewal: null }, 'Did not wait: lead.renewal is not known.'],
    ['has passed', { renewal: '2026-05-03' }, 'Did not wait: Sun 3 May, 09:00 (Europe/Berlin) has passed already.'],
  ])('goes on and says so when the date %s', (_, attributes, sentence) => {
    const moved = arrive({ until: 'field', field: 'lead.renewal' }, knowing(attributes))

    expect(moved.ended?.as).toBe('finished')
    expect(story(moved)).toContain(sentence)
  })

  it('leaves the campaign without a date when the step says so', () => {
    const moved = arrive({ until: 'field', field: 'lead.renewal', whenPassed: 'exit' })

    expect(moved.ended).toMatchObject({ as: 'exited', reason: 'lead.renewal is not known' })
  })

  it('cannot be pulled out of an object by a name like __proto__', () => {
    expect(story(arrive({ until: 'field', field: 'lead.__proto__' }))).toContain(
      'Did not wait: lead.__proto__ is not known.',
    )
  })
})

describe('a date that is there and cannot be waited for (found C1)', () => {
  const unread: [Json, string][] = [
    ['next week', 'lead.renewal cannot be read: "next week" is no date'],
    ['2026-02-30', 'lead.renewal cannot be read: "2026-02-30" is in no calendar: February 2026 has the days 1 to 28'],
    ['03/04/2026', 'lead.renewal cannot be read: "03/04/2026" may be 3 April or 4 March'],
    [42, 'lead.renewal cannot be read: 42 has too few digits for a time'],
    [true, 'lead.renewal cannot be read: true is no date'],
    [['2026-06-01'], 'lead.renewal cannot be read: a list is no date'],
    ['2028-06-01', 'Thu 1 Jun 2028, 09:00 (Europe/Berlin) is more than two years ahead'],
  ]

  it.each(unread)('%j: the lead leaves as failed, with the value in the journal', (renewal, reason) => {
    const moved = arrive({ until: 'field', field: 'lead.renewal' }, knowing({ renewal }))

    expect(moved.ended).toMatchObject({ as: 'failed', reason })
    expect(story(moved).at(-1)).toBe(`Ended in failure: ${reason}.`)
  })

  it.each(unread)(
    '%j: the lead goes the way "Not a date" when the step says so, also where too late goes on',
    (renewal, reason) => {
      const compiled = prepare(
        graph(
          {
            in: step('trigger', { event: 'booked', where: anybody }),
            wait: step('wait-until', { until: 'field', field: 'lead.renewal', whenUnread: 'port' }),
            ask: step('exit', { reason: 'Ask for the date' }),
          },
          ['in -> wait', 'wait:no-date -> ask'],
        ),
        'c',
      )
      const moved = start(compiled, knowing({ renewal }), event)

      expect(moved.notes).toContainEqual({ is: 'left', step: 'wait', port: 'no-date', to: 'ask' })
      expect(story(moved)).toContain(`Did not wait: ${reason}.`)
    },
  )

  it('never goes on by Next, whatever is said of those who come too late, and wherever nothing is connected', () => {
    for (const whenPassed of ['go-on', 'port', 'exit'])
      for (const whenUnread of ['fail', 'port'])
        for (const [renewal] of unread) {
          const moved = arrive({ until: 'field', field: 'lead.renewal', whenPassed, whenUnread }, knowing({ renewal }))
          const left = moved.notes.filter(note => note.is === 'left' && note.step === 'wait-0')
          expect(left.filter(note => note.is === 'left' && note.port !== 'no-date')).toEqual([])
        }
  })

  it('is a failure for a date of the step itself that is too far away', () => {
    expect(arrive({ until: 'date', date: '2099-01-01T00:00' }).ended).toMatchObject({
      as: 'failed',
      reason: 'Thu 1 Jan 2099, 00:00 (Europe/Berlin) is more than two years ahead',
    })
  })

  it('is read in every spelling: one day before what Salesforce writes is a day before', () => {
    const booked = { ...event, properties: { starts_at: '2026-05-10T15:00:00.000+0000' } }
    const moved = start(waiting({ until: 'field', field: 'event.starts_at', offset: -1 }), berlin, booked)

    expect(endOf(moved)).toBe('2026-05-09T15:00Z')
  })
})

describe('the step says', () => {
  const of = (config: Record<string, unknown>) => ({ ...kindOf('wait-until').example, ...config })

  it.each<[string, Record<string, unknown>]>([
    ['Until Mon 4 May 2026, 10:59', late],
    ['Until … (no date yet)', { until: 'date', date: '' }],
    ['Until Mon 4 May 2026, 10:59', { until: 'date', date: 'May 4, 2026 10:59 AM' }],
    ['Until Mon 4 May 2026, 09:00', { until: 'date', date: '4 May 2026' }],
    ['Until Mon 4 May 2026, 10:59 (UTC)', { until: 'date', date: '2026-05-04T10:59Z' }],
    ['Until the next Mon to Fri, 09:00', { until: 'weekday' }],
    ['Until 2 days later, 09:00', { until: 'days', days: 2 }],
    ['Until 09:00 the same day', { until: 'days', days: 0 }],
    ['Until 3 days before trial end', { until: 'field', field: 'lead.trial_end', offset: -3 }],
    ['Until the next anniversary of birthday', { until: 'field', field: 'lead.birthday', repeats: 'yearly' }],
  ])('%s', (said, config) => {
    expect(kindOf('wait-until').summary(of(config))).toBe(said)
  })

  it.each<[string, Record<string, unknown>]>([
    ['wait-until.no-date', { until: 'date', date: '' }],
    ['wait-until.bad-date', { until: 'date', date: '2026-02-30T09:00' }],
    ['wait-until.too-far', { until: 'days', days: 732 }],
    ['wait-until.too-far', { until: 'field', field: 'lead.x', offset: -732 }],
    ['wait-until.no-field', { until: 'field', field: '' }],
    ['wait-until.no-field', { until: 'field', field: 'response.x' }],
  ])('%s before the launch', (code, config) => {
    expect(
      kindOf('wait-until')
        .check(of(config))
        .map(p => p.code),
    ).toEqual([code])
  })

  it('nothing about what the choice does not use', () => {
    expect(
      kindOf('wait-until').check(of({ until: 'weekday', date: '2026-02-30T09:00', days: 999, field: '' })),
    ).toEqual([])
  })

  it('which of its fields the choice uses', () => {
    const { fields } = kindOf('wait-until')
    const shown = (config: Record<string, unknown>) =>
      Object.keys(fields).filter(key => fields[key]?.when?.(of(config)) ?? true)

    expect(shown({ until: 'date' })).toEqual(['until', 'date', 'zone', 'whenPassed'])
    expect(shown({ until: 'weekday' })).toEqual(['until', 'weekdays', 'time', 'zone'])
    expect(shown({ until: 'days' })).toEqual(['until', 'days', 'time', 'zone', 'whenPassed'])
    expect(shown({ until: 'field' })).toEqual([
      'until',
      'field',
      'offset',
      'repeats',
      'time',
      'zone',
      'whenPassed',
      'whenUnread',
    ])
  })
})

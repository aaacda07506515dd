import { describe, expect, it } from 'vitest'
import { toIncoming } from '#server/http/handlers/events'
import { toLead } from '#server/http/imports/rows'
import { Refused } from '#server/http/problem'
import type { EventInput } from '#shared/api'
import { prepare, start } from '#shared/journey/journey'
import type { Json } from '#shared/json'
import { renderRequest, renderText } from '#shared/render'
import { coerce } from '#shared/rules/coerce'
import { evaluate, explainCondition } from '#shared/rules/conditions'
import type { Operator } from '#shared/rules/conditions/operators'
import { fieldsOf } from '#shared/rules/fields'
import type { World } from '#shared/world'
import { anybody, graph, step } from '../sim/graphs'

// found C1: six places read dates, and each spelling is the same instant, or refused in the same words, in all of them.

const now = Date.parse('2026-05-04T09:00:00Z')

function worldIn(zone: string): World {
  return {
    now,
    lead: { id: 1, externalId: 'ada', attributes: {}, zone },
    zone,
    zoneFrom: 'lead',
    system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' },
  }
}

/** What a reader made of a value: an instant, or what it said instead. */
type Reading = { readonly at: string } | { readonly said: string }
type Reader = (value: Json, zone: string) => Reading

const instant = (ms: number): Reading => ({ at: new Date(ms).toISOString() })

/** A wait until the date of an event, at 00:00 where it has no time. */
const wait: Reader = (value, zone) => {
  const config = { until: 'field', field: 'event.when', time: '00:00', whenPassed: 'go-on' }
  const drawn = graph({ in: step('trigger', { event: 'booked', where: anybody }), it: step('wait-until', config) }, [
    'in -> it',
  ])
  const event = { id: 'e', name: 'booked', at: now, properties: { when: value } }
  const moved = start(prepare(drawn, 'c'), worldIn(zone), event)
  const timer = moved.effects.find(effect => effect.type === 'timer.set')
  if (timer !== undefined) return instant(timer.at)
  // Whoever cannot be waited for goes nowhere.
  expect(moved.ended?.as).toBe('failed')
  return { said: moved.ended?.reason ?? '' }
}

/** Conditions: the instant is found by asking whether it is before and after others, to the second. */
const condition: Reader = (value, zone) => {
  const lead = { id: 1, externalId: 'ada', attributes: { when: value }, zone }
  const asked = (op: Operator, other?: string) =>
    evaluate(
      { match: 'all', rules: [{ field: 'lead.when', op, ...(other === undefined ? {} : { value: other }) }] },
      { now, zone, lead, memory: { event: null, response: null } },
    )
  const [first, last] = ['1900-01-01T00:00:00Z', '2300-01-01T00:00:00Z']
  const never = asked('before', last)
  if (!never.result) {
    for (const op of ['before', 'after', 'on', 'at-least', 'at-most'] as const)
      expect(asked(op, first).result).toBe(false)
    for (const [op, span] of [
      ['in-last', 'P99Y'],
      ['in-next', 'P99Y'],
      ['longer-ago', 'P0D'],
    ] as const)
      expect(asked(op, span).result).toBe(false)
    expect(asked('anniversary').result).toBe(false)
    return { said: explainCondition(never) }
  }
  let [low, high] = [Date.parse(first) / 1000, Date.parse(last) / 1000]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (asked('before', new Date(middle * 1000).toISOString()).result) high = middle
    else low = middle
  }
  const found = new Date(low * 1000).toISOString()
  expect(asked('at-least', found).result && asked('at-most', found).result).toBe(true)
  return { at: found }
}

/** A field of leads with a type: a date for a day alone, a date with a time for the rest. */
const field: Reader = value => {
  const time = coerce('datetime', value, 'json')
  if (time.is === 'value') return instant(Date.parse(String(time.value)))
  const day = coerce('date', value, 'json')
  return day.is === 'value' ? instant(Date.parse(String(day.value))) : { said: time.reason }
}

/** The time of an event, as the API takes it. */
const event: Reader = value => {
  const given: EventInput = { id: 'e', lead: 'ada', name: 'booked', at: value as string, properties: {} }
  try {
    // It arrives in far future, so that no time is too early for it.
    return instant(toIncoming([given], Date.parse('2290-01-01T00:00Z'))[0]?.event.at ?? Number.NaN)
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused
    return { said: refused.problems[0]?.message ?? '' }
  }
}

/** Liquid's `date`. */
const liquid: Reader = (value, zone) => {
  const world = worldIn(zone)
  const tokens = {
    world: { ...world, lead: { ...world.lead, attributes: { when: value } } },
    memory: { event: null, variants: {}, response: null },
    campaign: { id: 'c' },
  }
  const template = "{{ lead.when | date: '%Q' }}"
  const text = { as: 'text', contentType: 'text/plain', text: template } as const
  const request = renderRequest({ method: 'POST', url: 'https://example.com/', headers: [], body: text }, tokens)
  if (request.is !== 'rendered') throw new Error(request.reason)
  if (request.notes === undefined) return instant(Number(request.request.body))
  expect(renderText(template, tokens)).toEqual(renderText('{{ lead.when }}', tokens))
  return { said: request.notes.join() }
}

/** A row of a file; there everything is text. */
const csv: Reader = value => {
  const of = (type: 'date' | 'datetime') => {
    const fields = fieldsOf([{ name: 'when', type, label: '', description: '' }], false)
    return toLead(['ada', String(value)], { id: 0, zone: null, attributes: [{ column: 1, name: 'when' }] }, 2, fields)
  }
  const rows = [of('datetime'), of('date')]
  const lead = rows.find(row => row.is === 'lead')
  if (lead !== undefined) return instant(Date.parse(String(lead.lead.attributes?.['when'])))
  return { said: rows[0]?.is === 'rejected' ? rows[0].reason : '' }
}

const readers: { readonly [name: string]: Reader } = { wait, condition, field, event, liquid, csv }
/** Those who read on the clock of the lead. An event, a field and a file name no lead's zone: UTC. */
const ofLead = ['wait', 'condition', 'liquid']

const at = '2026-05-10T15:00:00.000Z'
const midnight = '2026-05-10T00:00:00.000Z'

const spellings: readonly (readonly [Json, string])[] = [
  ['2026-05-10T15:00:00Z', at],
  ['2026-05-10T15:00Z', at],
  ['2026-05-10T15:00:00.000Z', at],
  ['2026-05-10T15:00:00.000000000Z', at],
  ['2026-05-10T15:00:00+00:00', at],
  ['2026-05-10T17:00:00+02:00', at],
  ['2026-05-10T11:00:00-0400', at],
  ['2026-05-10T17:00+02', at],
  ['2026-05-10T15:00:00.000+0000', at],
  ['2026-05-10 15:00:00 UTC', at],
  ['2026-05-10 11:00:00 -0400', at],
  ['2026-05-10 15:00:00+00', at],
  ['2026-05-10 15:00:00.0000000 +00:00', at],
  ['20260510T150000Z', at],
  ['20260510T110000-0400', at],
  ['2026-W19-7T15:00:00Z', at],
  ['2026-130T15:00:00Z', at],
  ['2026-05-10T17:00:00[Europe/Berlin]', at],
  ['2026-05-10T17:00:00+02:00[Europe/Berlin]', at],
  ['2026-05-10 17:00 Europe/Berlin', at],
  ['Sun, 10 May 2026 15:00:00 GMT', at],
  ['Sun, 10 May 2026 11:00:00 -0400', at],
  ['10 May 2026 11:00:00 EDT (east coast)', at],
  ['Sunday, 10-May-2026 15:00:00 GMT', at],
  ['Sun May 10 15:00:00 UTC 2026', at],
  ['Sun May 10 2026 15:00:00 GMT+0000 (Coordinated Universal Time)', at],
  ['May 10, 2026 3:00 PM UTC', at],
  ['Sunday, May 10, 2026 at 3:00 pm +0000', at],
  ['2026/05/10 15:00:00 +0000', at],
  ['/Date(1778425200000)/', at],
  [1778425200, at],
  [1778425200000, at],
  ['1778425200', at],
  ['1778425200000', at],
]

/** On the clock of whoever reads. */
const local: readonly (readonly [Json, string])[] = [
  ['2026-05-10T15:00:00', at],
  ['2026-05-10 15:00', at],
  ['2026-05-10 15:00:00.000', at],
  ['20260510T150000', at],
  ['20260510150000', at],
  ['Sun May 10 15:00:00 2026', at],
  ['Sun, 10 May 2026 15:00:00', at],
  ['May 10 2026 3:00 PM', at],
  ['10-May-2026 15:00', at],
  ['2026-05-10', midnight],
  ['20260510', midnight],
  ['May 10, 2026', midnight],
  ['10 May 2026', midnight],
  ['2026/5/10', midnight],
  ['2026-130', midnight],
]

const refused: readonly (readonly [Json, string])[] = [
  ['03/04/2026', '"03/04/2026" may be 3 April or 4 March'],
  ['03.04.2026 10:00', '"03.04.2026 10:00" may be 3 April or 4 March'],
  ['2026-02-30', '"2026-02-30" is in no calendar: February 2026 has the days 1 to 28'],
  ['2026-02-30T10:00:00Z', '"2026-02-30T10:00:00Z" is in no calendar'],
  ['2026-05-10T25:00:00Z', '"2026-05-10T25:00:00Z" is on no clock'],
  ['0000-00-00 00:00:00', '"0000-00-00 00:00:00" is in the year 0'],
  ['17 May 26', '"17 May 26" has a year of two digits'],
  ['17 May', '"17 May" has no year'],
  ['2026-05-10 15:00 CEST', '"2026-05-10 15:00 CEST" has "CEST" behind its time'],
  ['next week', '"next week" is no date'],
  ['12345678', '"12345678" has 8 digits'],
  ['1778425200000000', '"1778425200000000" has too many digits'],
  [42, '42" has too few digits'],
]

describe('each spelling of a date means the same to whoever reads it (found C1)', () => {
  it.each(Object.entries(readers))('%s', (_, read) => {
    const found = [...spellings, ...local].map(([value]) => [value, read(value, 'UTC')])

    expect(found).toEqual([...spellings, ...local].map(([value, expected]) => [value, { at: expected }]))
  })

  it.each(ofLead)('%s reads what names no offset on the clock of the lead, and nothing else', name => {
    const read = readers[name] as Reader
    const inSeoul = (expected: string) => new Date(Date.parse(expected) - 9 * 3_600_000).toISOString()
    const expected = [
      ...spellings.map(([value, when]) => [value, { at: when }]),
      ...local.map(([value, when]) => [value, { at: inSeoul(when) }]),
    ]

    expect([...spellings, ...local].map(([value]) => [value, read(value, 'Asia/Seoul')])).toEqual(expected)
  })

  it.each(Object.entries(readers))('%s refuses what is not clear, in the words of the reader', (name, read) => {
    for (const [value, why] of refused) {
      const reading = read(value, 'UTC')
      const said = 'said' in reading ? reading.said : reading.at
      // A condition shows what it found.
      if (name === 'condition') expect(said).toContain(`${JSON.stringify(value)}, which is no date`)
      // In a file a number is text.
      else expect(said.replaceAll('"', ''), String(value)).toContain(why.replaceAll('"', ''))
    }
  })
})

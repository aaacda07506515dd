import { describe, expect, it } from 'vitest'
import type { Json } from '#shared/json'
import { renderRequest, renderText } from '#shared/render'
import { momentAt, strftime } from '#shared/render/dates'

// found E4: dates of templates. What strftime must say was written down from Ruby's own test suite (test/ruby/test_time.rb), which Liquid's `date` follows.

const at = (iso: string, zone = 'UTC') => momentAt(Date.parse(iso), zone)
const y2k = at('2000-01-01T00:00:00Z')
const october = at('2001-10-01T02:00:00Z')
const afternoon = at('2001-10-01T14:00:00Z')
const precise = momentAt(Date.parse('2000-01-01T00:00:00.123Z'), 'UTC').add({ nanoseconds: 456_789 })

describe('strftime, as Ruby has it', () => {
  it.each([
    ['%a', 'Sat'],
    ['%A', 'Saturday'],
    ['%b', 'Jan'],
    ['%B', 'January'],
    ['%h', 'Jan'],
    ['%c', 'Sat Jan  1 00:00:00 2000'],
    ['%C', '20'],
    ['%d', '01'],
    ['%D', '01/01/00'],
    ['%F', '2000-01-01'],
    ['%H', '00'],
    ['%I', '12'],
    ['%j', '001'],
    ['%m', '01'],
    ['%M', '00'],
    ['%p', 'AM'],
    ['%S', '00'],
    ['%U', '00'],
    ['%W', '00'],
    ['%V', '52'],
    ['%G', '1999'],
    ['%g', '99'],
    ['%u', '6'],
    ['%w', '6'],
    ['%x', '01/01/00'],
    ['%X', '00:00:00'],
    ['%R', '00:00'],
    ['%T', '00:00:00'],
    ['%y', '00'],
    ['%Y', '2000'],
    ['%Z', 'UTC'],
    ['%%', '%'],
    ['%-S', '0'],
    ['%3S', '000'],
    ['%r', '12:00:00 AM'],
    ['%v', ' 1-JAN-2000'],
    ['%+', 'Sat Jan  1 00:00:00 UTC 2000'],
    ['%3a %FT%T', 'Sat 2000-01-01T00:00:00'],
    ['%s', '946684800'],
    ['%12s', '000946684800'],
    ['%_12s', '   946684800'],
    ['%Q', '946684800000'],
    ['%^Z', 'UTC'],
    ['%#Z', 'utc'],
    ['%^c', 'SAT JAN  1 00:00:00 2000'],
    ['%28c', '    Sat Jan  1 00:00:00 2000'],
    ['%#a', 'SAT'],
    ['%#A', 'SATURDAY'],
    ['%#b', 'JAN'],
    ['%#B', 'JANUARY'],
    ['%^h', 'JAN'],
    ['%10A', '  Saturday'],
    ['%010A', '00Saturday'],
    ['%10Y', '0000002000'],
    ['%_10Y', '      2000'],
    ['%t', '\t'],
    ['%0t', '\t'],
    ['%1t', '\t'],
    ['%3t', '  \t'],
    ['%03t', '00\t'],
    ['%n', '\n'],
    ['%3n', '  \n'],
    ['%z', '+0000'],
    ['%-z', '-0000'],
    ['%-:z', '-00:00'],
    ['%-::z', '-00:00:00'],
    ['%Ey %Od %EC', '00 01 20'],
    // What is none of it stays as it is.
    ['%4^p', '%4^p'],
    ['%!', '%!'],
    ['%:d %Ed 100%', '%:d %Ed 100%'],
  ])('%s of the year 2000 is %j', (format, said) => {
    expect(strftime(y2k, format)).toBe(said)
  })

  it.each([
    ['%d|%0d|%_d|%-d', '01|01| 1|1'],
    ['%e|%0e|%_e|%-e', ' 1|01| 1|1'],
    ['%p|%#p|%P|%#P', 'AM|am|am|AM'],
    ['%H|%0H|%_H', '02|02| 2'],
    ['%I|%0I|%_I|%-I', '02|02| 2|2'],
    ['%k|%0k|%_k', ' 2|02| 2'],
    ['%l|%0l|%_l|%-l', ' 2|02| 2|2'],
    ['%^a|%^b', 'MON|OCT'],
    ['%-m/%-d/%-y', '10/1/1'],
    ['%U|%W|%V|%j', '39|40|40|274'],
    ['%-q%q', 'stst'],
  ])('%s in the night of a Monday is %j', (format, said) => {
    expect(strftime(october, format)).toBe(said)
  })

  it.each([
    ['%p|%#p|%P|%#P', 'PM|pm|pm|PM'],
    ['%H|%I|%_I|%k|%l|%0l', '14|02| 2|14| 2|02'],
    ['%r', '02:00:00 PM'],
  ])('%s in the afternoon is %j', (format, said) => {
    expect(strftime(afternoon, format)).toBe(said)
  })

  it.each([
    ['%L', '123'],
    ['%3L|%6L', '123|123456'],
    ['%N', '123456789'],
    ['%1N|%3N|%6N|%9N', '1|123|123456|123456789'],
    ['%10N', '1234567890'],
    ['%0N', '123456789'],
  ])('%s of a second is %j: cut, never rounded', (format, said) => {
    expect(strftime(precise, format)).toBe(said)
  })

  it.each([
    ['+09:00', '%z|%:z|%::z|%:::z', '+0900|+09:00|+09:00:00|+09'],
    ['+09:00', '%_10z|%10z', '      +900|+000000900'],
    ['+09:00', '%_10:z|%10:z', '     +9:00|+000009:00'],
    ['+09:00', '%_10::z|%10::z|%10:::z', '  +9:00:00|+009:00:00|+000000009'],
    ['-05:00', '%z|%:z', '-0500|-05:00'],
    ['-05:00', '%_10z|%10z|%_10:z|%10:z', '      -500|-000000500|     -5:00|-000005:00'],
    ['-05:00', '%_10::z|%10::z|%10:::z', '  -5:00:00|-005:00:00|-000000005'],
    ['+00:36', '%_10z|%10z|%_10:z|%10:z', '      +036|+000000036|     +0:36|+000000:36'],
    ['+00:36', '%_10::z|%10::z|%10:::z', '  +0:36:00|+000:36:00|+000000:36'],
    ['-00:55', '%_10z|%10z|%_10:z|%10:z', '      -055|-000000055|     -0:55|-000000:55'],
    ['-00:55', '%_10::z|%10::z|%10:::z', '  -0:55:00|-000:55:00|-000000:55'],
    ['+00:00', '%-z|%-:z', '+0000|+00:00'],
  ])('on a clock %s ahead %s is %j', (zone, format, said) => {
    expect(strftime(at('2000-01-01T00:00:00Z', zone), format)).toBe(said)
  })

  it('counts weeks from Sunday, from Monday, and as ISO does', () => {
    const weeks = (day: string) => strftime(at(`${day}T12:00:00Z`), '%U %W %V %G %u %w')

    expect(weeks('1970-01-18')).toBe('03 02 03 1970 7 0')
    expect(weeks('2027-01-03')).toBe('01 00 53 2026 7 0')
    expect(weeks('2024-12-30')).toBe('52 53 01 2025 1 1')
  })
})

const world = {
  now: Date.parse('2026-05-10T15:00:00Z'),
  lead: { id: 1, externalId: 'ada', attributes: {} as Record<string, Json>, zone: 'America/New_York' },
  zone: 'America/New_York',
  zoneFrom: 'lead',
  system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' },
} as const

function tokens(attributes: Record<string, Json> = {}) {
  return {
    world: { ...world, lead: { ...world.lead, attributes } },
    memory: { event: null, variants: {}, response: null },
    campaign: { id: 'c' },
  }
}

function say(template: string, attributes: Record<string, Json> = {}): string {
  const rendered = renderText(template, tokens(attributes))
  return rendered.is === 'rendered' ? rendered.text : `${rendered.is}: ${rendered.reason}`
}

describe('the date filter (found E4)', () => {
  it.each<[Json, string]>([
    ['2026-05-17 10:00:00 UTC', '2026-05-17 06:00'],
    ['2026-05-17 10:00:00 -0400', '2026-05-17 10:00'],
    ['Sun, 17 May 2026 10:00:00 GMT', '2026-05-17 06:00'],
    ['May 17, 2026', '2026-05-17 00:00'],
    ['2026-05-17 06:00:00 -0400', '2026-05-17 06:00'],
    ['2026-05-17T10:00:00.000+0000', '2026-05-17 06:00'],
    [1779012000, '2026-05-17 06:00'],
    ['1779012000000', '2026-05-17 06:00'],
    // The hour that New York skips on 8 March: right after the gap.
    ['2026-03-08T02:30', '2026-03-08 03:00'],
  ])("reads %j, on the lead's own clock", (value, said) => {
    expect(say("{{ lead.when | date: '%F %R' }}", { when: value })).toBe(said)
  })

  it('reads what it has written itself', () => {
    for (const format of [
      '%F %T %z',
      '%a, %d %b %Y %H:%M:%S %z',
      '%c',
      '%FT%T%:z',
      '%s',
      '%Q',
      '%B %-d, %Y %l:%M:%S %p',
      '%d-%b-%Y %T',
      '%+',
    ])
      expect(say(`{{ lead.when | date: '${format}' | date: '%s' }}`, { when: '2026-05-17T10:00:00Z' }), format).toBe(
        '1779012000',
      )
  })

  it.each<[Json]>([['soon'], ['03/04/2026'], ['2026-02-30'], [42], ['17 May 26'], [['2026-05-17']]])(
    'prints %j unchanged, as Liquid does',
    value => {
      expect(say("{{ lead.when | date: '%F' }}", { when: value })).toBe(say('{{ lead.when }}', { when: value }))
    },
  )

  it('takes now and today from the world, in any case', () => {
    expect(say("{{ 'now' | date: '%R' }} {{ 'Today' | date: '%F' }}")).toBe('11:00 2026-05-10')
  })
})

describe("Braze's time_zone filter (found E4)", () => {
  it.each([
    ["{{ 'now' | time_zone: 'Asia/Seoul' | date: '%F %R' }}", '2026-05-11 00:00'],
    ["{{ lead.when | time_zone: 'America/Los_Angeles' | date: '%l:%M %p' }}", ' 3:00 AM'],
    ["{{ lead.when | time_zone: 'Asia/Kolkata' }}", '2026-05-17 15:30:00 +0530'],
    ["{{ lead.when | time_zone: 'Asia/Kolkata' | append: '!' }}", '2026-05-17 15:30:00 +0530!'],
    ["{{ lead.when | time_zone: 'Asia/Kolkata' | time_zone: 'UTC' }}", '2026-05-17 10:00:00 +0000'],
    ["{% assign t = lead.when | time_zone: 'Asia/Kolkata' %}{{ t | date: '%R %Z' }}", '15:30 Asia/Kolkata'],
    ["{{ lead.when | time_zone: 'Asia/Kolkata' | json }}", '"2026-05-17 15:30:00 +0530"'],
    ["{{ lead.local | time_zone: 'Asia/Seoul' | date: '%s' }}", String(Date.parse('2026-05-17T01:00Z') / 1000)],
  ])('%s', (template, said) => {
    expect(say(template, { when: '2026-05-17T10:00:00Z', local: '2026-05-17 10:00' })).toBe(said)
  })
})

describe('what a template could not read as a date (found E4)', () => {
  const notesOf = (body: string, attributes: Record<string, Json>) => {
    const text = { as: 'text', contentType: 'text/plain', text: body } as const
    const request = { method: 'POST', url: 'https://example.com/', headers: [], body: text } as const
    const rendered = renderRequest({ ...request, headers: [] }, tokens(attributes))
    return rendered.is === 'rendered' ? rendered.notes : rendered.reason
  }

  it('leaves a note for the journal of the send, once for each value', () => {
    expect(
      notesOf("{{ lead.x | date: '%F' }} {{ lead.x | date: '%R' }} {{ lead.y | date: '%F' }}", {
        x: 'soon',
        y: '03/04/2026',
      }),
    ).toEqual([
      'A date of the template was printed as it stands: "soon" is no date.',
      'A date of the template was printed as it stands: "03/04/2026" may be 3 April or 4 March.',
    ])
  })

  it('says so of a zone that nobody knows', () => {
    expect(notesOf("{{ 'now' | time_zone: 'Mars/Base' | date: '%F' }}", {})).toEqual([
      'A date of the template was printed as it stands: "Mars/Base" is no time zone.',
    ])
  })

  it('says nothing where there was nothing to read, or where all was read', () => {
    expect(notesOf("{{ lead.x | date: '%F' }}{{ lead.y | date: '%F' }}", { x: '', y: '2026-05-17' })).toBeUndefined()
  })

  it('tells of a few values of a long list', () => {
    const list = Array.from({ length: 50 }, (_, i) => `text ${i}`)

    expect(notesOf("{% for x in lead.list %}{{ x | date: '%F' }}{% endfor %}", { list })).toHaveLength(5)
  })
})

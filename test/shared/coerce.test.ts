import { describe, expect, it } from 'vitest'
import type { Json } from '#shared/json'
import { coerce, fieldTypeWords } from '#shared/rules/coerce'
import { type FieldType, fieldTypes } from '#shared/rules/field-types'
import { fieldsOf, fitField } from '#shared/rules/fields'

const R = Symbol('refused')
const asked = (type: FieldType, value: Json, from: 'json' | 'text' = 'json', current: Json = null) => {
  const { is, ...rest } = coerce(type, value, from, current)
  return is === 'value' ? (rest as { value: Json }).value : R
}

/** Every sort of JSON value, in this order: text, digits, number, fraction, true, 1, null, list, object. */
const sorts: readonly Json[] = ['abc', '12', 12, 3.5, true, 1, null, ['a', 1], { a: 1 }]

describe('the coercion table (marketo-alm rule 11)', () => {
  const cells: { readonly [T in FieldType]: readonly (Json | typeof R)[] } = {
    string: ['abc', '12', '12', '3.5', 'true', '1', R, R, R],
    text: ['abc', '12', '12', '3.5', 'true', '1', R, R, R],
    integer: [R, R, 12, R, R, 1, R, R, R],
    percent: [R, R, 12, R, R, 1, R, R, R],
    float: [R, R, 12, 3.5, R, 1, R, R, R],
    currency: [R, R, 12, 3.5, R, 1, R, R, R],
    score: [R, R, 12, R, R, 1, R, R, R],
    boolean: [R, R, R, R, true, true, R, R, R],
    date: [R, R, R, R, R, R, R, R, R],
    datetime: [R, R, R, R, R, R, R, R, R],
    email: [R, R, R, R, R, R, R, R, R],
    phone: [R, R, R, R, R, R, R, R, R],
    url: [R, R, R, R, R, R, R, R, R],
    list: [R, R, R, R, R, R, R, ['a', 1], R],
  }
  it.each(fieldTypes)('of values of JSON into %s', type => {
    expect(sorts.map(value => asked(type, value))).toEqual(cells[type])
  })

  it.each([
    ['integer', '12', 12],
    ['integer', ' -7 ', -7],
    ['integer', '3.5', R],
    ['integer', '1e3', R],
    ['integer', '', R],
    ['integer', '2147483647', 2147483647],
    ['integer', '2147483648', R],
    ['integer', '-2147483649', R],
    ['integer', '-0', R],
    ['integer', '9007199254740993', R],
    ['float', '3.50', 3.5],
    ['float', '1e400', R],
    ['float', '0x10', R],
    ['currency', '19.90', 19.9],
    ['currency', '19,90', R],
    ['boolean', 'TRUE', true],
    ['boolean', '0', false],
    ['boolean', 'yes', R],
    ['list', 'a; b;;c', ['a', 'b', 'c']],
    ['score', '7', 7],
  ] as const)('where everything is text, %s reads %j', (type, text, value) => {
    expect(asked(type, text, 'text')).toEqual(value)
  })

  it.each([
    ['boolean', 'true', true],
    ['boolean', 'False', false],
    ['boolean', '1', R],
    ['boolean', 0, false],
    ['boolean', 2, R],
    ['date', '2024-02-29', '2024-02-29'],
    ['date', '2026-02-29', R],
    ['date', '1900-02-29', R],
    ['date', '2026-13-01', R],
    ['date', '2026-05-04T09:00Z', R],
    ['datetime', '2026-05-04T09:00:00.123+02:00', '2026-05-04T09:00:00+02:00'],
    ['datetime', '2026-05-04 09:00+0530', '2026-05-04T09:00:00+05:30'],
    ['datetime', '2026-05-04T09:00:01', '2026-05-04T09:00:01Z'],
    ['datetime', '2026-05-04T24:00:00Z', R],
    ['datetime', '2026-05-04', R],
    // found C1, E9: the one reader of dates, kept in one form.
    ['datetime', '2026-05-04T09:00:00.999Z', '2026-05-04T09:00:00Z'],
    ['datetime', '2026-05-10T15:00:00.000+0000', '2026-05-10T15:00:00Z'],
    ['datetime', 'Sun, 10 May 2026 11:00:00 -0400', '2026-05-10T11:00:00-04:00'],
    ['datetime', '2026-05-10T17:00[Europe/Berlin]', '2026-05-10T17:00:00+02:00'],
    ['datetime', 'May 10, 2026 3:00 PM', '2026-05-10T15:00:00Z'],
    ['datetime', 1778425200, '2026-05-10T15:00:00Z'],
    ['datetime', '1778425200000', '2026-05-10T15:00:00Z'],
    ['datetime', 42, R],
    ['datetime', '2026-02-30T09:00:00Z', R],
    ['date', '20260510', '2026-05-10'],
    ['date', 'May 10, 2026', '2026-05-10'],
    ['date', '13/04/2026', '2026-04-13'],
    ['date', '03/04/2026', R],
    ['date', '2026-02-30', R],
    ['date', 1778425200, R],
    ['email', ' ada@example.com ', 'ada@example.com'],
    ['email', 'ada@example', R],
    ['phone', '+49 (30) 123-45', '+49 (30) 123-45'],
    ['phone', 4930123, '4930123'],
    ['phone', '12', R],
    ['url', 'https://example.com/a?b', 'https://example.com/a?b'],
    ['url', 'javascript:alert(1)', R],
    ['string', 'x'.repeat(255), 'x'.repeat(255)],
    ['string', 'x'.repeat(256), R],
    ['text', 'ä'.repeat(15_000), 'ä'.repeat(15_000)],
    ['text', `${'ä'.repeat(15_000)}x`, R],
    ['string', 'a\0b', R],
    ['string', '\ud800', R],
    ['list', [{}], R],
    ['list', Array.from({ length: 501 }, () => 1), R],
    ['integer', -0, 0],
  ] as const)('%s takes or refuses %j', (type, value, expected) => {
    expect(asked(type, value as Json)).toEqual(expected)
  })

  it.each([
    ['date', '2026-02-30', '"2026-02-30" is in no calendar: February 2026 has the days 1 to 28, and the field takes'],
    ['date', '2026-05-04T09:00', 'the text "2026-05-04T09:00" has a time, and the field takes a date without one'],
    [
      'datetime',
      '2026-05-04',
      'the text "2026-05-04" has no time, and the field takes one like 2026-05-04T09:00:00+02:00',
    ],
    ['datetime', '03/04/2026', '"03/04/2026" may be 3 April or 4 March, and the field takes a time like'],
  ] as const)('says why a %s cannot be %j', (type, value, reason) => {
    expect(coerce(type, value, 'json')).toMatchObject({ is: 'refused', reason: expect.stringContaining(reason) })
  })

  it('counts a score with a sign from the score before, and takes a number as the score (A4)', () => {
    expect(asked('score', '+5', 'json', 10)).toBe(15)
    expect(asked('score', '-5', 'json', null)).toBe(-5)
    expect(asked('score', -5, 'json', 10)).toBe(-5)
    expect(asked('score', '+5', 'json', 'ten')).toBe(R)
    expect(asked('score', '+1', 'json', 2 ** 31 - 1)).toBe(R)
  })

  it('says of every type what it takes', () => {
    for (const type of fieldTypes) expect(fieldTypeWords[type].takes).toMatch(/\.$/)
  })

  it('takes a phone number of any length in time that grows with it', () => {
    expect(asked('phone', `${'1 '.repeat(24)}x`)).toBe(R)
  })
})

describe('attributes without a field', () => {
  const field = { name: 'visits', type: 'integer', label: '', description: '' } as const
  it('are free, unless only known fields are taken', () => {
    expect(fitField(fieldsOf([field], false), 'shoe', { size: 43 }, 'json')).toEqual({
      is: 'value',
      value: { size: 43 },
    })
    expect(fitField(fieldsOf([field], true), 'shoe', 43, 'json')).toMatchObject({ is: 'refused' })
    expect(fitField(fieldsOf([field], true), 'visits', 43, 'json')).toEqual({ is: 'value', value: 43 })
  })
})

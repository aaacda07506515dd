import { describe, expect, it } from 'vitest'
import {
  type AttributeRow,
  changesOf,
  emptyRow,
  faultsOf,
  isBlank,
  meantBy,
  toRows,
} from '../../client/leads/attribute-rows'

const row = (name: string, text: string, type: AttributeRow['type'] = 'text', key = 0): AttributeRow => ({
  key,
  name,
  type,
  text,
})

describe('the attributes of a lead, as rows', () => {
  it('keep their order, and each has the type of its value', () => {
    const rows = toRows({ plan: 'pro', visits: 3, vip: false, tags: ['a', 'b'], gone: null })

    expect(rows.map(({ name, type, text }) => [name, type, text])).toEqual([
      ['plan', 'text', 'pro'],
      ['visits', 'number', '3'],
      ['vip', 'yes-no', 'false'],
      ['tags', 'json', '["a","b"]'],
      ['gone', 'json', 'null'],
    ])
  })

  it('mean the values that they were made of, text that looks like a number included', () => {
    const attributes = { zip: '01067', n: -0.5, vip: true, empty: '', blank: ' ', deep: { a: [1, null] } }

    expect(changesOf(attributes, toRows(attributes))).toEqual({})
    expect(Object.fromEntries(toRows(attributes).map(each => [each.name, meantBy(each)]))).toEqual(attributes)
  })

  it('are told apart by keys that no two rows share, whichever of them was removed', () => {
    expect(emptyRow([])).toEqual({ key: 0, name: '', type: 'text', text: '' })
    expect(emptyRow([row('b', 'x', 'text', 7), row('a', 'x', 'text', 2)], 'email')).toMatchObject({
      key: 8,
      name: 'email',
    })
  })
})

describe('a row that is edited', () => {
  it.each([
    ['', '', true],
    ['  ', ' ', true],
    ['a', '', false],
    ['', 'x', false],
  ])('with the name "%s" and the text "%s" is blank: %s', (name, text, blank) => {
    expect(isBlank(row(name, text))).toBe(blank)
  })

  it.each([
    ['', 'Name this attribute.'],
    ['   ', 'Name this attribute.'],
    ['2fa', 'Letters, digits and underscores; no digit first.'],
    ['first name', 'Letters, digits and underscores; no digit first.'],
    ['Größe', 'Letters, digits and underscores; no digit first.'],
    [' first_name ', undefined],
    ['_2fa', undefined],
  ])('called "%s" is told: %s', (name, says) => {
    expect(faultsOf([row(name, 'x')]).get(0)?.name).toBe(says)
  })

  it.each([
    ['number', '12', undefined],
    ['number', '-3.5e2', undefined],
    ['number', '', 'Write a number like 12 or 3.5.'],
    ['number', '1,5', 'Write a number like 12 or 3.5.'],
    ['number', '"12"', 'Write a number like 12 or 3.5.'],
    ['number', 'NaN', 'Write a number like 12 or 3.5.'],
    ['yes-no', 'true', undefined],
    ['yes-no', 'yes', 'Write true or false.'],
    ['yes-no', '1', 'Write true or false.'],
    ['json', '{"a": [1]}', undefined],
    ['json', '{a: 1}', 'This is not JSON.'],
    ['json', '', 'This is not JSON.'],
    ['text', '{a: 1}', undefined],
    ['text', '', undefined],
  ] as const)('of the type %s with the text "%s" is told: %s', (type, text, says) => {
    expect(faultsOf([row('a', text, type)]).get(0)?.value).toBe(says)
  })

  it('may not take a name that stands above, and only the lower of the two is told', () => {
    const rows = [row('plan', 'a', 'text', 0), row(' plan ', 'b', 'text', 1), row('', '', 'text', 2)]

    expect([...faultsOf(rows)]).toEqual([[1, { name: 'This name is used above.' }]])
  })

  it('says both what is wrong with its name and what is wrong with its value', () => {
    expect(faultsOf([row('', 'twelve', 'number')]).get(0)).toEqual({
      name: 'Name this attribute.',
      value: 'Write a number like 12 or 3.5.',
    })
  })
})

describe('what is sent when attributes are saved', () => {
  it('is what changed, what is new, and null for what was taken away', () => {
    const before = { plan: 'free', visits: 3, vip: true, tags: ['a'] }
    const rows = [row('plan', 'pro'), row('visits', '3', 'number', 1), row(' country ', 'India', 'text', 2)]

    expect(changesOf(before, rows)).toEqual({ plan: 'pro', country: 'India', vip: null, tags: null })
  })

  it('is the new value where only the type changed', () => {
    expect(changesOf({ n: '1' }, [row('n', '1', 'number')])).toEqual({ n: 1 })
  })

  it('does not mistake an attribute of every object for one that the lead has', () => {
    expect(Object.keys(changesOf({}, [row('__proto__', '{}', 'json')]))).toEqual(['__proto__'])
  })

  it('leaves blank rows out', () => {
    expect(changesOf({}, [emptyRow([])])).toEqual({})
  })
})

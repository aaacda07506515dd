import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '#shared/json'
import { renderText, type Tokens } from '#shared/render'
import { renderBody } from '#shared/render/body'
import { checkTemplate } from '#shared/render/check-templates'
import type { Renderers } from '#shared/render/rendered'
import { coerce } from '#shared/rules/coerce'
import { evaluate } from '#shared/rules/conditions'
import { mapReply, readAnswer } from '#shared/rules/reply-map'
import { compareNumbers, isKept, lostNumber, readJsonText } from '#shared/values/numbers'
import { fromText } from '../../client/canvas/files'
import { faultsOf } from '../../client/leads/attribute-rows'

describe('a number that is written down', () => {
  it.each([
    '0',
    '0.0',
    '-1',
    '12.50',
    '1e3',
    '1E+3',
    '9007199254740993000',
    '0.30000000000000004',
    '1.7976931348623157e308',
    '5e-324',
    '9007199254740992',
  ])('%s is kept', literal => {
    expect(isKept(literal)).toBe(true)
  })

  it.each([
    '9007199254740993',
    '7615917337495251231',
    '-7615917337495251231',
    '0.1234567890123456789',
    '12345678901234567.89',
    '1e400',
    '1e-400',
    '-0',
    '-0.0',
    '-0e5',
    '1.7976931348623159e308',
  ])('%s is not kept by a double', literal => {
    expect(isKept(literal)).toBe(false)
  })

  it('is kept whenever a double wrote it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), number =>
        isKept(JSON.stringify(Object.is(number, -0) ? 0 : number)),
      ),
    )
  })

  it('is kept just when exact arithmetic says so', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), number => {
        // What JavaScript writes of the double stands for it, with zeros behind the digits that tell it apart.
        const written = BigInt(Number(number).toLocaleString('fullwide', { useGrouping: false }))
        return isKept(String(number)) === (written === number)
      }),
    )
  })

  it('is compared by all of its digits', () => {
    expect(compareNumbers('7615917337495251231', '7615917337495251232')).toBeLessThan(0)
    expect(compareNumbers('-7615917337495251231', '-7615917337495251232')).toBeGreaterThan(0)
    expect(compareNumbers('1e400', '2')).toBeGreaterThan(0)
    expect(compareNumbers('1.50000000000000000', '1.5')).toBe(0)
    expect(compareNumbers('0.0000000000000000001', '0')).toBeGreaterThan(0)
    expect(compareNumbers('many', '2')).toBeUndefined()
  })
})

describe('JSON from elsewhere', () => {
  it('keeps numbers that a double cannot keep as their digits', () => {
    const read = readJsonText(
      '{"id": 7615917337495251231, "n": [1e400, -0, 1.5], "text": "7615917337495251231 \\" 1e400"}',
    )

    expect(read).toEqual({
      id: '7615917337495251231',
      n: ['1e400', '-0', 1.5],
      text: '7615917337495251231 " 1e400',
    })
  })

  it('may begin with a byte order mark', () => {
    expect(readJsonText('\ufeff{"a":1}')).toEqual({ a: 1 })
  })

  it('names the first number that would change', () => {
    expect(lostNumber('{"1e400": "1e400", "a": 0.1, "b": 12345678901234567890}')).toBe('12345678901234567890')
    expect(lostNumber('{"a": 1234567890.12}')).toBeUndefined()
  })
})

describe('an answer with a long id', () => {
  const mapped = (type: 'string' | 'float' | 'integer' | undefined) => {
    const fields = { types: new Map(type === undefined ? [] : [['crm_id', type] as const]), onlyKnown: false }
    const answer = readAnswer('json', '{"id":7615917337495251231}')
    return mapReply([{ path: 'id', field: 'crm_id' }], answer, { fields, attributes: {} })[0]
  }

  it('keeps its digits in a text field and in a free attribute', () => {
    expect(mapped('string')).toMatchObject({ is: 'write', value: '7615917337495251231' })
    expect(mapped(undefined)).toMatchObject({ is: 'write', value: '7615917337495251231' })
  })

  it('is refused with its digits by a field of numbers', () => {
    expect(mapped('float')).toMatchObject({ is: 'refused', reason: expect.stringContaining('7615917337495251231') })
    expect(mapped('integer')).toMatchObject({ is: 'refused', reason: expect.stringContaining('7615917337495251231') })
  })
})

describe('an answer', () => {
  const kept = (body: string, path: string) =>
    mapReply([{ path, field: 'x' }], readAnswer('json', body), { fields: undefined, attributes: {} })[0]

  it('that is a list is reached by [0].id and by 0.id', () => {
    expect(kept('[{"id":"a"}]', '[0].id')).toMatchObject({ is: 'write', value: 'a' })
    expect(kept('[{"id":"a"}]', '0.id')).toMatchObject({ is: 'write', value: 'a' })
    expect(kept('[[{"id":"a"}]]', '[0][0].id')).toMatchObject({ is: 'write', value: 'a' })
  })

  it('with a sign that could not be read writes nothing there', () => {
    expect(kept('{"city":"K\ufffdln","n":1}', 'city')).toMatchObject({
      is: 'refused',
      reason: expect.stringContaining('charset'),
    })
    expect(kept('{"city":"K\ufffdln","n":1}', 'n')).toMatchObject({ is: 'write', value: 1 })
  })
})

describe('a field of numbers', () => {
  it.each(['12345678901234567.89', '1e400', '-0', '0.1234567890123456789'])('refuses the cell %s', cell => {
    expect(coerce('float', cell, 'text')).toEqual({ is: 'refused', reason: expect.stringContaining(cell) })
  })

  it('takes 19.90', () => {
    expect(coerce('currency', '19.90', 'text')).toEqual({ is: 'value', value: 19.9 })
  })
})

describe('a number that stands in a template', () => {
  const tokens = {
    world: { lead: { externalId: 'a', attributes: {} }, zone: 'UTC', now: 0, system: {} },
    memory: { event: null, response: null },
    campaign: { id: 'c', name: 'Campaign' },
  } as unknown as Tokens

  it('keeps its digits, where a double would change them', () => {
    const printed = (template: string) => renderText(template, tokens)

    expect(printed('{{ 7615917337495251231 }}')).toEqual({ is: 'rendered', text: '7615917337495251231' })
    expect(printed('{{ 7615917337495251231 | plus: 1 }}')).toEqual({ is: 'rendered', text: '7615917337495251232' })
    expect(printed('{{ 1.23456789012345678 }}')).toEqual({ is: 'rendered', text: '1.23456789012345678' })
    expect(printed('{% if "7615917337495251231" == 7615917337495251231 %}same{% endif %}')).toMatchObject({
      text: 'same',
    })
    expect(checkTemplate('{{ 7615917337495251231 }}', 'url')).toEqual([])
  })

  it('is untouched in a raw part and in quotes', () => {
    expect(checkTemplate('{% raw %}{{ 7615917337495251231 }}{% endraw %}{{ "7615917337495251231" }}', 'url')).toEqual(
      [],
    )
  })
})

describe('comparing text that is made of digits', () => {
  const is = (found: Json, value: string | number) =>
    evaluate(
      { match: 'all', rules: [{ field: 'lead.x', op: 'is', value }] },
      {
        now: 0,
        zone: 'UTC',
        lead: { externalId: 'a', zone: null, attributes: { x: found } },
        memory: { event: null, response: null },
      },
    ).result

  it.each([
    ['01067', '1067', false],
    ['1067', '1067', true],
    ['1067', '01067', false],
    ['1e3', '1000', false],
    ['7615917337495251231', '7615917337495251232', false],
    ['+49', '49', false],
  ])('the text %s is "%s": %s', (found, value, result) => {
    expect(is(found, value)).toBe(result)
  })

  it('goes by value where one is a number, and by its digits where those are an id', () => {
    expect(is(2, '2')).toBe(true)
    expect(is(2, '2.0')).toBe(true)
    expect(is('2', 2)).toBe(true)
    expect(is(1067, '01067')).toBe(false)
    expect(is('01067', 1067)).toBe(false)
  })
})

describe('a number that is sent', () => {
  const pair = (value: string, type: 'number' | 'json' | 'liquid') =>
    renderBody({ as: 'pairs', pairs: [{ key: 'id', value, type }] }, 'application/json', {
      text: text => ({ is: 'rendered', text }),
      json: text => ({ is: 'rendered', text }),
    } as Renderers)

  it('leaves as it came out, or not at all', () => {
    const id = '7615917337495251231'

    expect(pair(id, 'number')).toMatchObject({ is: 'broken', reason: expect.stringContaining(id) })
    expect(pair(`{"id":${id}}`, 'json')).toMatchObject({ is: 'broken', reason: expect.stringContaining(id) })
    expect(pair(id, 'liquid')).toEqual({ is: 'rendered', text: `{"id":"${id}"}` })
    expect(pair('12.50', 'number')).toEqual({ is: 'rendered', text: '{"id":12.5}' })
  })
})

describe('a number that is typed', () => {
  it('is refused where it would change', () => {
    const faults = faultsOf([
      { key: 0, name: 'id', type: 'number', text: '7615917337495251231' },
      { key: 1, name: 'list', type: 'json', text: '[12345678901234567890]' },
      { key: 2, name: 'text', type: 'text', text: '7615917337495251231' },
    ])

    expect(faults.get(0)?.value).toContain('7615917337495251231')
    expect(faults.get(1)?.value).toContain('12345678901234567890')
    expect(faults.has(2)).toBe(false)
  })

  it('is refused in the file of a campaign', () => {
    expect(fromText('{"hookline":1,"steps":{"x":7615917337495251231}}')).toMatchObject({
      is: 'refused',
      why: expect.stringContaining('7615917337495251231'),
    })
  })
})

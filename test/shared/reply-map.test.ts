import { describe, expect, it } from 'vitest'
import { fieldsOf, type LeadField } from '#shared/rules/fields'
import { checkMappings, type Mapping, mapReply, parsePath, readAnswer, remembered } from '#shared/rules/reply-map'
import { kindOf } from '#shared/steps/index'

const field = (name: string, type: LeadField['type']): LeadField => ({ name, type, label: '', description: '' })
const fields = fieldsOf([field('visits', 'integer'), field('points', 'score')], false)
const map = (form: 'json' | 'xml', body: string, ...mappings: Mapping[]) =>
  mapReply(mappings, readAnswer(form, body), { fields, attributes: { points: 10 } }).map(m =>
    m.is === 'write' ? m.value : m.is === 'clear' ? m.is : `refused: ${m.reason}`,
  )

describe('a JSON path (marketo-alm rule 9)', () => {
  it.each(['orders[0].orderDate', 'a b.c-d.e:f', 'matrix[0][1]', 'größe'])('%j is one', path => {
    expect(parsePath(path)).toBeDefined()
  })

  it.each(['orders["0"]', "orders['a']", 'a.b$c', '', '.a', 'a.', 'a[-1]', 'a[1.5]', 'a[]', '@a'])(
    '%j is none, and is refused at save',
    path => {
      expect(parsePath(path)).toBeUndefined()
      expect(checkMappings([{ path, field: 'x' }], 'config.mappings')).toMatchObject([{ code: 'mapping.bad-path' }])
    },
  )

  it.each(['external_id', 'time_zone'])('is not kept as %s, which is the lead itself', field => {
    expect(checkMappings([{ path: 'a', field }], 'm')).toMatchObject([{ code: 'mapping.leads-own', severity: 'error' }])
    for (const [kind, config] of [
      ['update-lead', { changes: [{ field, do: 'set', value: 'x' }] }],
      ['score', { ...kindOf('score').example, field }],
    ] as const)
      expect(kindOf(kind).check(config as never)).toMatchObject([{ code: expect.stringContaining('leads-own') }])
  })

  it('that leads nowhere writes nothing, and no null', () => {
    expect(map('json', '{"a":{}}', { path: 'a.b', field: 'x' })).toEqual(['refused: the answer has nothing there'])
  })
})

describe('an XML path (marketo-alm rule 10)', () => {
  const body = '<order id="7"><line><sku>a</sku></line><line><sku>b</sku></line><total cur="EUR">19.90</total></order>'
  const at = (path: string) => map('xml', body, { path, field: 'x' })[0]

  it('begins with the root element', () => {
    expect(at('order.total')).toBe('19.90')
    expect(at('total')).toContain('its root element is "order"')
  })

  it('takes a repeated element as a list, and the name alone as its first', () => {
    expect([at('order.line[0].sku'), at('order.line[1].sku'), at('order.line.sku')]).toEqual(['a', 'b', 'a'])
    expect(at('order.line[2].sku')).toContain('nothing there')
  })

  it('takes [0] of a single element as itself, so that one order line reads as two do', () => {
    expect([at('order.total[0]'), at('order.total[1]')]).toEqual(['19.90', 'refused: the answer has nothing there'])
  })

  it('may end with an attribute', () => {
    expect([at('order.@id'), at('order.total.@cur')]).toEqual(['7', 'EUR'])
    expect(parsePath('order.@id.x', 'xml')).toBeUndefined()
  })

  it('is refused at save where it has a space', () => {
    expect(checkMappings([{ path: 'a b', field: 'x' }], 'm', 'xml')).toMatchObject([{ code: 'mapping.bad-path' }])
  })
})

describe('a mapping into a typed field (marketo-alm rule 11)', () => {
  it('is refused by itself, with what was found and what the field is; the others apply', () => {
    const [visits, name] = map(
      'json',
      '{"v":"many","n":"Ada"}',
      { path: 'v', field: 'visits' },
      { path: 'n', field: 'name' },
    )

    expect(visits).toBe('refused: the text "many" is no whole number, and the field is of the type integer')
    expect(name).toBe('Ada')
  })

  it('refuses a numeric text of JSON, and reads it from XML, where everything is text', () => {
    expect(map('json', '{"v":"7"}', { path: 'v', field: 'visits' })[0]).toContain('refused')
    expect(map('xml', '<v>7</v>', { path: 'v', field: 'visits' })).toEqual([7])
  })

  it('adds to a score, each mapping to what the one before left', () => {
    const twice = [
      { path: 'p', field: 'points' },
      { path: 'p', field: 'points' },
    ]

    expect(map('json', '{"p":"+5"}', ...twice)).toEqual([15, 20])
  })
})

describe('null', () => {
  it('clears only where the mapping says so', () => {
    expect(map('json', '{"a":null}', { path: 'a', field: 'x' }, { path: 'a', field: 'x', clear: true })).toEqual([
      'refused: the answer has null there',
      'clear',
    ])
  })
})

describe('an answer', () => {
  it.each([
    ['json', '', 'code 1001'],
    ['xml', ' \n', 'code 1001'],
    ['json', '<a/>', 'not JSON'],
    ['xml', '{}', 'not XML'],
    ['xml', '<!DOCTYPE a [<!ENTITY b "c">]><a/>', 'DTD'],
  ] as const)('declared as %s that is %j maps nothing, and says why', (form, body, reason) => {
    expect(map(form, body, { path: 'a', field: 'x' })[0]).toContain(reason)
  })

  it('that is not read keeps nothing, and mappings on it are warned about', () => {
    expect(remembered(readAnswer('none', '{"a":1}'), '{"a":1}')).toBeNull()
    expect(checkMappings([{ path: 'a', field: 'x' }], 'm', 'none')).toMatchObject([
      { code: 'mapping.no-answer', severity: 'warning' },
    ])
  })

  it('is remembered up to 64 KiB', () => {
    const kept = JSON.stringify('x'.repeat(65_534))
    const over = JSON.stringify('x'.repeat(65_535))

    expect(remembered(readAnswer('json', kept), kept)).not.toBeNull()
    expect(remembered(readAnswer('json', over), over)).toBeNull()
  })
})

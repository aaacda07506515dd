import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBroken, mended } from '#shared/json-mend'

/** By hand, because what JSON.parse itself answers is in question. */
const parse = mended(JSON.parse)

describe('JSON on an engine that reads names with escapes wrong (nodejs/node issue 63785)', () => {
  it('is read right by whoever imported shared/json', async () => {
    await import('#shared/json')

    expect(isBroken(JSON.parse)).toBe(false)
    expect(Object.keys(JSON.parse('{"x":1,"\\\\":""}'))).toEqual(['x', '\\'])
    expect(Object.keys(JSON.parse('{"x":2,"\\n":""}'))).toEqual(['x', '\n'])
    expect(Object.keys(JSON.parse('{"x":3,"\\u0041":""}'))).toEqual(['x', 'A'])
  })

  it.each<[string, [string, unknown][]]>([
    ['{"\\n":1}', [['\n', 1]]],
    ['{"a" : {"\\t" \n :[1,{"\\u0041\\\\":null}]}}', [['a', { '\t': [1, { 'A\\': null }] }]]],
    ['{"\\"}:\\"":"\\":"}', [['"}:"', '":']]],
    [
      '{"v":"a \\"quoted\\": text","\\\\":"\\\\"}',
      [
        ['v', 'a "quoted": text'],
        ['\\', '\\'],
      ],
    ],
    // The later of two wins, at the place of the first; numbers come first.
    [
      '{"b":0,"\\u0061":1,"a":2,"\\u0031":3}',
      [
        ['1', 3],
        ['b', 0],
        ['a', 2],
      ],
    ],
    ['{"\\u005f_proto__":{"x":1}}', [['__proto__', { x: 1 }]]],
    [
      '{"\ue000":1,"\ue0000":2,"\\n":3}',
      [
        ['\ue000', 1],
        ['\ue0000', 2],
        ['\n', 3],
      ],
    ],
  ])('%s keeps its names, their order and their values', (text, entries) => {
    const value = parse(text) as object

    expect(Object.entries(value)).toEqual(entries)
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it('of any value, written and read, is that value', () => {
    const name = fc.oneof(
      fc.constantFrom('\\', '\n', '"', '\\"', '\t', 'a', '1', '\ue000', '\u0000digits'),
      fc.string(),
    )
    const { value: any } = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(name, tie('value')),
      ),
    }))

    fc.assert(
      fc.property(any, fc.constantFrom(undefined, 2), (value, indent) => {
        expect(parse(JSON.stringify(value, null, indent))).toEqual(value)
      }),
      { numRuns: 5000, seed: 63785 },
    )
  })

  it('hands every member to a reviver, the inner ones first', () => {
    const seen: string[] = []

    const value = parse('{"\\n":{"a":1,"b":[2]},"c":3}', (key, member) => {
      seen.push(key)
      return key === 'a' ? undefined : member
    })

    expect(seen).toEqual(['a', '0', 'b', '\n', 'c', ''])
    expect(value).toEqual({ '\n': { b: [2] }, c: 3 })
  })

  it('that is none is refused as ever, and takes no longer for many signs', () => {
    for (const text of ['{"\\n":1', '{"\\n"}', '"\\', '{"a\\":1}', '\\"\\":'])
      expect(() => parse(text)).toThrow(SyntaxError)
    const long = `{"v":"${'\\\\\\"'.repeat(300_000)}","\\n":${'['.repeat(5000)}${']'.repeat(5000)}}`

    expect(Object.keys(parse(long) as object)).toEqual(['v', '\n'])
  })
})

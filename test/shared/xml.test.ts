import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readXml } from '#shared/rules/xml'

const read = (text: string) => {
  const xml = readXml(text)
  return xml.is === 'read' ? xml.value : xml.reason
}

describe('a document type', () => {
  it.each([
    '<!DOCTYPE r>',
    '<!DOCTYPE r SYSTEM "r.dtd">',
    "<!doctype html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'http://x/y>z.dtd'>",
    '<!DOCTYPE r [<!ELEMENT r (#PCDATA)>]>',
  ])('without entities is passed over: %s', text => {
    expect(readXml(`<?xml version="1.0"?>\n${text}\n<r>1</r>`)).toEqual({ is: 'read', value: { r: '1' } })
  })

  it.each([
    '<!DOCTYPE r [<!ENTITY a "b">]><r>1</r>',
    '<!DOCTYPE r [<!ENTITY % a "b">]><r>1</r>',
    '<!DOCTYPE r [%a;]><r>1</r>',
    '<!DOCTYPE r><!DOCTYPE r><r>1</r>',
    '<r><!DOCTYPE r></r>',
    '<r>1</r><!DOCTYPE r>',
    '<!DOCTYPE r><r>&a;</r>',
    '<!DOCTYPE r "x',
  ])('is refused where it could do something: %s', text => {
    expect(readXml(text).is).toBe('refused')
  })
})

describe('XML', () => {
  it.each([
    ['an element without children is its text', '<a> x </a>', { a: 'x' }],
    ['an empty element is an empty text', '<a><b/><c></c></a>', { a: { b: '', c: '' } }],
    ['a name that occurs once is a property', '<a><b>1</b></a>', { a: { b: '1' } }],
    ['a name that occurs more often is a list', '<a><b>1</b><c/><b>2</b></a>', { a: { b: ['1', '2'], c: '' } }],
    [
      'attributes are @name, text beside them #text',
      `<a id="1" x='y'>t</a>`,
      { a: { '@id': '1', '@x': 'y', '#text': 't' } },
    ],
    ['CDATA is text as it stands', '<a><![CDATA[<&]]>]]&gt;</a>', { a: '<&]]>' }],
    [
      'the five entities and numeric ones are read',
      '<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</a>',
      { a: `<>&"'A😀` },
    ],
    [
      'comments, instructions and the declaration are passed over',
      '<?xml version="1.0"?><!-- c --><a>1<!-- 2 --><?p?>3</a>',
      { a: '13' },
    ],
    ['prefixes stay', '<soap:Body><m:x>1</m:x></soap:Body>', { 'soap:Body': { 'm:x': '1' } }],
    [
      '__proto__ is an element like any other',
      '<a><__proto__>1</__proto__></a>',
      JSON.parse('{"a":{"__proto__":"1"}}'),
    ],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual(value)
  })

  it.each([
    ['a DTD', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'DTD'],
    ['an entity of its own', '<a>&b;</a>', 'entity'],
    ['a bare ampersand', '<a>x & y</a>', 'entity'],
    ['NUL by its number', '<a>&#0;</a>', 'entity'],
    ['half a surrogate pair by its number', '<a>&#xd800;</a>', 'entity'],
    ['a control character', '<a>\u0001</a>', 'characters'],
    ['an element that is not closed', '<a><b></a>', 'not closed'],
    ['a document that ends early', '<a><b>', 'not closed'],
    ['a tag that closes nothing', '<a/></a>', 'closes nothing'],
    ['two roots', '<a/><b/>', 'more than one root'],
    ['text outside', 'x<a/>', 'outside'],
    ['no element', '  ', 'no element'],
    ['an attribute twice', '<a b="1" b="2"/>', 'twice'],
    ['an attribute without quotes', '<a b=1/>', 'well formed'],
    ['too much depth', '<a>'.repeat(65) + '</a>'.repeat(65), 'nested'],
    ['too many elements', `<a>${'<b/>'.repeat(20_000)}</a>`, '20000'],
    ['too much text', `<a>${'x'.repeat(1_000_000)}</a>`, 'longer'],
    ['JSON', '{"a":1}', 'outside'],
  ])('refuses %s', (_, text, reason) => {
    expect(readXml(text)).toMatchObject({ is: 'refused', reason: expect.stringContaining(reason) })
  })

  it('reads back every structure that was written', () => {
    const name = fc.constantFrom('a', 'b', 'c-d', 'e:f', 'g_1')
    const leaf = fc.string({ unit: 'grapheme', maxLength: 12 }).map(s =>
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML forbids
      s.replaceAll(/[\0-\x1f\ufffe\uffff]/g, '').trim(),
    )
    type Tree = string | { [key: string]: Tree | Tree[] }
    const { tree } = fc.letrec<{ tree: Tree }>(tie => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.dictionary(name, fc.oneof(tie('tree'), fc.array(tie('tree'), { minLength: 2, maxLength: 3 })), {
          minKeys: 1,
          maxKeys: 4,
        }) as fc.Arbitrary<Tree>,
      ),
    }))
    const escaped = (s: string) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    const write = (tag: string, value: Tree | Tree[]): string =>
      Array.isArray(value)
        ? value.map(one => write(tag, one)).join('')
        : `<${tag}>${
            typeof value === 'string'
              ? escaped(value)
              : Object.entries(value)
                  .map(([k, v]) => write(k, v))
                  .join('\n')
          }</${tag}>`

    fc.assert(
      fc.property(tree, value => {
        expect(read(write('root', value))).toEqual({ root: value })
      }),
      { numRuns: 500 },
    )
  })

  it('answers every text, and in time that grows with its length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '/', 'a', ' ', '"', '=', '&', ';', '#', '!', '[', ']', '-', '?')),
        parts => {
          expect(['read', 'refused']).toContain(readXml(parts.join('')).is)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

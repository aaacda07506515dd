// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Braze's syntax that is tested here
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { piecesOf } from '../../client/forms/code/colour'

/** `mark:{{ name:lead.email mark:}}` */
const said = (text: string) =>
  piecesOf(text)
    .map(({ from, to, is }) => `${is}:${text.slice(from, to)}`)
    .join(' ')

describe('colours of templates', () => {
  it.each([
    ['plain text, and {"json": [1, true]}', ''],
    ['https://a.example/{{ lead.email }}/x', 'mark:{{ name:lead.email mark:}}'],
    [
      "{{- lead.name | default: 'a }} b' | upcase -}}",
      "mark:{{- name:lead.name mark:| filter:default text:'a }} b' mark:| filter:upcase mark:-}}",
    ],
    ['{{ lead.visits | plus: 1.5 }}', 'mark:{{ name:lead.visits mark:| filter:plus number:1.5 mark:}}'],
    [
      '{% if lead.vip == true and lead.age > 17 %}x{% endif %}',
      'mark:{% word:if name:lead.vip word:true word:and name:lead.age number:17 mark:%} mark:{% word:endif mark:%}',
    ],
    ['{"plan":{{ lead.plan }}}', 'mark:{{ name:lead.plan mark:}}'],
    // Marketo
    [
      '{{lead.First Name:default=there, {you}}} {{my.Event Date}}',
      'mark:{{ name:lead.First name:Name filter::default= text:there, {you mark:}} mark:{{ name:my.Event name:Date mark:}}',
    ],
    // Braze
    [
      '{{${first_name}}} {{custom_attribute.${favourite colour} | upcase}}',
      'mark:{{ mark:${ text:first_name mark:} mark:}} mark:{{ name:custom_attribute mark:${ text:favourite colour mark:} mark:| filter:upcase mark:}}',
    ],
    ['{% if {{${x}}} > 0 %}', 'mark:{% word:if mark:{{ mark:${ text:x mark:} mark:}} number:0 mark:%}'],
    // What is no template
    ['{% raw %}{{ lead.email }}{% endraw %}', 'mark:{% word:raw mark:%} mark:{% word:endraw mark:%}'],
    [
      '{% comment %}{{ x }}{% endcomment %}',
      'mark:{% word:comment mark:%} note:{{ x }} mark:{% word:endcomment mark:%}',
    ],
    // What is still being typed
    ['{{ lead.na', 'mark:{{ name:lead.na'],
    ['{{ "ab', 'mark:{{ text:"ab'],
    ['{{', 'mark:{{'],
  ])('of %j', (text, pieces) => {
    expect(said(text)).toBe(pieces)
  })

  it('cover any text from left to right, each sign once, and in time that grows with it', () => {
    const bits = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      '${',
      '}',
      '|',
      '"',
      ':default=',
      ' raw ',
      'comment',
      'a.b',
      ' ',
      '1',
    )
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 40 }), parts => {
        const text = parts.join('')
        let at = 0
        for (const { from, to } of piecesOf(text)) {
          expect(from).toBeGreaterThanOrEqual(at)
          expect(to).toBeGreaterThan(from)
          at = to
        }
        expect(at).toBeLessThanOrEqual(text.length)
      }),
    )
    for (const part of ['{{', '{{${', '{% comment', '{{ a | ', "{{ '"])
      expect(piecesOf(part.repeat(5_000)).length).toBeGreaterThan(0)
  })
})

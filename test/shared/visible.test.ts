import { describe, expect, it } from 'vitest'
import { visible } from '#shared/values/visible'

describe('a text of somebody else’s', () => {
  it.each([
    ['ada\u202emoc.live', 'ada[U+202E]moc.live'],
    ['\u2066a\u2069', '[U+2066]a[U+2069]'],
    ['\u202aa\u202c', '[U+202A]a[U+202C]'],
    ['a\0b\u001bc\u0085', 'a[U+0000]b[U+001B]c[U+0085]'],
    ['line\nline\u2028line', 'line[U+000A]line[U+2028]line'],
    ['\ufeffid', '[U+FEFF]id'],
  ])('has nothing in it that moves what stands around it: %j', (text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  it.each(['Ada', 'مرحبا', 'שלום', 'José 👩‍👩‍👧', 'नमस्ते', 'a\u200fb'])('stays as it is: %s', text => {
    expect(visible(text)).toBe(text)
  })
})

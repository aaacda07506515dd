import { describe, expect, it } from 'vitest'
import { HIDDEN, maskText, spellings } from '#shared/render/spellings'

const hidden = 'sk_live-"4f/9+é& x'

describe('a secret in a text that somebody else wrote', () => {
  const bytes = Buffer.from(hidden)
  const json = JSON.stringify(hidden).slice(1, -1)

  it.each([
    ['as it is', hidden],
    ['in capitals', hidden.toUpperCase()],
    ['in a URL', encodeURIComponent(hidden)],
    ['in a URL, in small letters', encodeURIComponent(hidden).toLowerCase()],
    ['in a URL, all of it', Array.from(bytes, byte => `%${byte.toString(16)}`).join('')],
    ['in a URL in a URL', encodeURIComponent(encodeURIComponent(hidden))],
    ['in a form', new URLSearchParams([['', hidden]]).toString().slice(1)],
    ['in JSON', json],
    ['in JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ['in JSON as PHP writes it', json.replaceAll('/', '\\/').replaceAll('é', '\\u00e9')],
    ['in JSON as Python and Ruby write it', json.replaceAll('é', '\\u00E9').replaceAll('&', '\\u0026')],
    ['in JSON in HTML', json.replaceAll('"', '&quot;').replaceAll('&', '&amp;')],
    ['in HTML', 'sk_live-&quot;4f/9+é&amp; x'],
    ['in HTML by numbers', Array.from(hidden, sign => `&#${sign.codePointAt(0)};`).join('')],
    ['in XML by hex numbers', Array.from(hidden, sign => `&#x${sign.codePointAt(0)?.toString(16)};`).join('')],
    ['in hex', bytes.toString('hex')],
    [
      'in hex, in capitals, with blanks',
      bytes
        .toString('hex')
        .toUpperCase()
        .replaceAll(/..(?=.)/g, '$& '),
    ],
    ['as a text of Python', Array.from(bytes, byte => `\\x${byte.toString(16)}`).join('')],
  ])('is hidden when it is written %s', (_, written) => {
    expect(maskText(`<${written}>`, [spellings(hidden)])).toBe(`<${HIDDEN}>`)
  })

  it.each(['', 'a', 'ab', 'Bearer ', 'user:', 'a longer name of somebody:'])(
    'is hidden in base64 behind "%s"',
    before => {
      for (const encoding of ['base64', 'base64url'] as const)
        for (const after of ['', 'z', 'zz', ':more']) {
          const text = Buffer.from(`${before}${hidden}${after}`).toString(encoding)
          const masked = maskText(text, [spellings(hidden)])
          const [left = '', right = ''] = masked.split(HIDDEN)

          expect([text, masked.includes(HIDDEN)]).toEqual([text, true])
          // Nothing but what stood around it is left.
          expect(Buffer.from(left, 'base64').toString()).toBe(before.slice(0, Buffer.from(left, 'base64').length))
          expect(right.replaceAll('=', '').length).toBeLessThanOrEqual(Math.ceil((after.length * 4) / 3))
        }
    },
  )

  it('is hidden in base64 that stands in a URL or in JSON', () => {
    const text = Buffer.from('ab?>~ÿÿÿ').toString('base64')
    const values = [spellings('ab?>~ÿÿÿ')]

    expect(text).toMatch(/[+/]/)
    expect(maskText(encodeURIComponent(text), values)).toBe(HIDDEN)
    expect(maskText(text.replaceAll('/', '\\/'), values)).toBe(HIDDEN)
  })

  it('leaves all else as it is', () => {
    const text = 'sk_live is no secret, {"ok":true}, YWJjZGVmZ2hpamtsbW5vcA=='

    expect(maskText(text, [spellings(hidden)])).toBe(text)
  })

  it('is sought in no time in a text that was made to take long', () => {
    for (const part of ['\\', '%25', '&amp;', '&#0', '\\u', 'sk_live-\\', 'c2tfbGl2ZS0i'])
      expect(maskText(part.repeat(65_536 / part.length), [spellings(hidden)])).not.toContain('\n')
  })
})

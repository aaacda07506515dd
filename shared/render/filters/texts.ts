import { type Filter, filters as liquidFilters, toValue } from 'liquidjs/dist/liquid.browser.mjs'
import * as numbers from '../numbers'
import { textOf } from '../text-of'

const ENTITIES: { readonly [sign: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * In place of Liquid's own: HTML entities as Ruby writes them, texts cut to the exact length, and base64 for addresses
 * (`-` and `_` for `+` and `/`).
 */
export const textFilters: { readonly [name: string]: Filter } = {
  escape: value => textOf(value).replaceAll(/[&<>"']/g, sign => ENTITIES[sign] ?? sign),
  escape_once: value => textOf(value).replaceAll(/[<>"']|&(?!(?:[a-zA-Z]+|#\d+);)/g, sign => ENTITIES[sign] ?? sign),
  truncatewords: (value, most, ending) => {
    const words = textOf(value).trim().split(/\s+/)
    const kept = Math.max(1, most === undefined ? 15 : Number(numbers.floor(numbers.exact(toValue(most))).units))
    if (words.length <= kept) return value
    return words.slice(0, kept).join(' ') + (ending === undefined ? '...' : textOf(ending))
  },
  base64_url_safe_encode: function (value) {
    const text = (liquidFilters['base64_encode'] as Filter).call(this, value) as string
    return text.replaceAll('+', '-').replaceAll('/', '_')
  },
  base64_url_safe_decode: function (value) {
    const text = textOf(value).replaceAll('-', '+').replaceAll('_', '/')
    return (liquidFilters['base64_decode'] as Filter).call(this, text)
  },
}

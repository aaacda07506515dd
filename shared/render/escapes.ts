import { toValue } from 'liquidjs/dist/liquid.browser.mjs'
import { formEncode } from '../rules/content-type'
import { ENCODING_FILTERS, JSON_FILTERS, XML_FILTERS } from './allowed'
import { Budget, jsonText } from './budget'
import { OUTPUT_LIMIT, TOO_MUCH } from './limits'
import { textOf } from './text-of'
import { InXml } from './writers'

/** Where a token is printed. Its value is escaped for that place. */
export type Where = 'text' | 'url' | 'json' | 'form' | 'xml'

export const escapes: { readonly [where in Where]: (value: unknown) => unknown } = {
  text: textOf,
  url: value => encodeURIComponent(textOf(value).toWellFormed()),
  json: value => jsonText(new Budget(OUTPUT_LIMIT, TOO_MUCH), toValue(value)),
  form: value => formEncode(textOf(value)),
  xml: value => new InXml(textOf(value)),
}

/** Filters that escape: a token that ends in one is not escaped again. */
export const encoders: { readonly [where in Where]: readonly string[] } = {
  text: [],
  url: ENCODING_FILTERS,
  json: JSON_FILTERS,
  form: ENCODING_FILTERS,
  xml: XML_FILTERS,
}

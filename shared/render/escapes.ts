import { toValue } from 'liquidjs/dist/liquid.browser.mjs'
import { formEncode } from '../rules/content-type'
import { ENCODING_FILTERS, JSON_FILTERS, XML_FILTERS } from './allowed'
import { Budget, jsonText } from './budget'
import { OUTPUT_LIMIT, TOO_MUCH } from './limits'
import { textOf } from './text-of'
import { InXml } from './writers'

/** What tokens print is written for the place that it is printed into. */
export type Where = 'text' | 'url' | 'json' | 'form' | 'xml'

export const escapes: { readonly [where in Where]: (value: unknown) => unknown } = {
  text: textOf,
  url: value => encodeURIComponent(textOf(value).toWellFormed()),
  json: value => jsonText(new Budget(OUTPUT_LIMIT, TOO_MUCH), toValue(value)),
  form: value => formEncode(textOf(value)),
  xml: value => new InXml(textOf(value)),
}

/** The last filter of a token that is encoded already. */
export const encoders: { readonly [where in Where]: readonly string[] } = {
  text: [],
  url: ENCODING_FILTERS,
  json: JSON_FILTERS,
  form: ENCODING_FILTERS,
  xml: XML_FILTERS,
}

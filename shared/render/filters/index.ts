import { type Context, type Filter, filters as liquidFilters, toValue } from 'liquidjs/dist/liquid.browser.mjs'
import { MEMBER_FILTERS, OTHER_FILTERS, type OWN_FILTERS, TEXT_FILTERS } from '../allowed'
import { jsonText } from '../budget'
import { textOf } from '../text-of'
import { brazeFilters } from './braze'
import { charged, costly, making, onText, perMember } from './charged'
import { date, timeZone } from './dates'
import { listFilters } from './lists'
import { numberFilters, onNumbers } from './numbers'
import { textFilters } from './texts'

const ownFilters: { readonly [name in (typeof OWN_FILTERS)[number]]: Filter } = {
  date,
  time_zone: timeZone,
  json,
  as_json_string: json,
  header_escape: value =>
    textOf(value)
      .toWellFormed()
      .replaceAll(/[^\t\x20-\x7e]+/g, encodeURIComponent),
}

/** A value as JSON, quotes and all; null when there is none. */
function json(this: { readonly context: Context }, value: unknown): string {
  return jsonText(this.context.memoryLimit, toValue(value))
}

/** Liquid's own filters that turn a list into another list. */
const MAKERS: readonly string[] = ['concat', 'map', 'slice', 'sort', 'sort_natural']

/** Every filter that a template may use. Each of them pays for its work. */
export function fencedFilters(): { readonly [name: string]: Filter } {
  const known = (name: string) => {
    const filter = listFilters[name] ?? textFilters[name] ?? (liquidFilters[name] as Filter)
    return MAKERS.includes(name) ? making(filter) : filter
  }
  return {
    ...Object.fromEntries(TEXT_FILTERS.map(name => [name, charged(onText(known(name)))])),
    ...Object.fromEntries(OTHER_FILTERS.map(name => [name, charged(known(name))])),
    ...Object.fromEntries(Object.entries(numberFilters).map(([name, filter]) => [name, charged(onNumbers(filter))])),
    ...Object.fromEntries(MEMBER_FILTERS.map(name => [name, charged(perMember(known(name)))])),
    ...Object.fromEntries(Object.entries<Filter>(ownFilters).map(([name, filter]) => [name, charged(filter)])),
    ...Object.fromEntries(Object.entries(brazeFilters).map(([name, filter]) => [name, charged(costly(filter))])),
  }
}

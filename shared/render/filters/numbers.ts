import { type Filter, toValue } from 'liquidjs/dist/liquid.browser.mjs'
import type { NUMBER_FILTERS } from '../allowed'
import type { Exact } from '../numbers'
import * as numbers from '../numbers'

/** What each filter of numbers does. Its second value is 0 where none is given. */
export const numberFilters: { readonly [name in (typeof NUMBER_FILTERS)[number]]: (a: Exact, b: Exact) => Exact } = {
  abs: numbers.absolute,
  at_least: (a, b) => (numbers.less(a, b) ? b : a),
  at_most: (a, b) => (numbers.less(b, a) ? b : a),
  ceil: numbers.ceil,
  divided_by: numbers.dividedBy,
  floor: numbers.floor,
  minus: numbers.minus,
  modulo: numbers.modulo,
  plus: numbers.plus,
  round: (a, b) => numbers.round(a, Math.max(-1000, Math.min(1000, Number(numbers.floor(b).units)))),
  times: numbers.times,
}

export function onNumbers(calculate: (a: Exact, b: Exact) => Exact): Filter {
  return (value, other) => numbers.toTemplate(calculate(numbers.exact(toValue(value)), numbers.exact(toValue(other))))
}

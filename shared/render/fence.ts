/// <reference path="./liquidjs.d.ts" />
// The fence around Liquid (delivery R37): no files, own properties only, only tags and filters that ask neither clock
// nor chance, and a budget for everything that grows.
import { type Context, defaultOperators, Liquid, type Operator, toValue } from 'liquidjs/dist/liquid.browser.mjs'
import { TAGS } from './allowed'
import { charge } from './budget'
import { encoders, escapes, type Where } from './escapes'
import { fencedFilters } from './filters/index'
import { TEMPLATE_LIMIT } from './limits'
import { exactLiterals, quickPositions } from './patches'
import { AbortMessage, ChargedAssign, ChargedCapture, Doc, IfChanged, TableRow } from './tags'

exactLiterals()
quickPositions()

/** A fenced Liquid that escapes what tokens print for the place `where`. */
export function fencedLiquid(where: Where): Liquid {
  const liquid = new Liquid({
    templates: {},
    strictFilters: true,
    ownPropertyOnly: true,
    // The author's text was measured before it was translated. No dialect grows it more than fourfold.
    parseLimit: 4 * TEMPLATE_LIMIT,
    operators: chargedOperators(),
    ...(where === 'text' ? {} : { outputEscape: escapeOutput(escapes[where]) }),
  })
  for (const tag of Object.keys(liquid.tags)) if (!TAGS.includes(tag)) delete liquid.tags[tag]
  liquid.registerTag('capture', ChargedCapture)
  liquid.registerTag('assign', ChargedAssign)
  liquid.registerTag('abort_message', AbortMessage)
  liquid.registerTag('doc', Doc)
  liquid.registerTag('ifchanged', IfChanged)
  liquid.registerTag('tablerow', TableRow)
  for (const name of Object.keys(liquid.filters)) delete liquid.filters[name]
  for (const [name, handler] of Object.entries(fencedFilters()))
    liquid.registerFilter(name, { handler, raw: encoders[where].includes(name) })
  return liquid
}

function chargedOperators(): { readonly [name: string]: Operator } {
  const paying = (operator: Operator): Operator => {
    return (left, right, context) => {
      charge(context.memoryLimit, toValue(left))
      return operator(left, right, context)
    }
  }
  const own = Object.entries(defaultOperators).map(([name, operator]) =>
    ['contains', '==', '!='].includes(name) ? [name, paying(operator)] : [name, operator],
  )
  return Object.fromEntries(own)
}

/** Escapes what a token prints. What is captured is not printed yet. */
function escapeOutput(encode: (value: unknown) => unknown) {
  return function (this: { readonly context: Context }, value: unknown): unknown {
    return this.context.getRegister('capturing') === true ? value : encode(value)
  }
}

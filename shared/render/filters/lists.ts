import { defaultOperators, type Filter, type Operator, toValue } from 'liquidjs/dist/liquid.browser.mjs'
import { Budget, jsonText } from '../budget'
import { OUTPUT_LIMIT, TOO_MUCH } from '../limits'
import * as lists from '../lists'
import * as numbers from '../numbers'
import { textOf } from '../text-of'

/** In place of Liquid's own: they work as in current Shopify Liquid, and print nothing for what is absent. */
export const listFilters: { readonly [name: string]: Filter } = {
  split: (value, separator) => lists.madeList(lists.split(textOf(value), textOf(separator))),
  compact: (value, name) =>
    lists.madeList(
      lists.membersOf(toValue(value)).filter(member => {
        const found = name === undefined ? toValue(member) : lists.propertyOf(member, textOf(name))
        return found !== undefined && found !== null
      }),
    ),
  reverse: value => lists.madeList([...lists.membersOf(toValue(value))].reverse()),
  uniq: (value, name) => {
    const seen = new Set<string>()
    const key = (member: unknown) => jsonText(new Budget(OUTPUT_LIMIT, TOO_MUCH), toValue(member))
    return lists.madeList(
      lists.membersOf(toValue(value)).filter(member => {
        const is = key(name === undefined ? member : lists.propertyOf(member, textOf(name)))
        return !seen.has(is) && seen.add(is)
      }),
    )
  },
  join(value, glue) {
    const members = lists.membersOf(toValue(value)).map(textOf)
    const between = glue === undefined ? ' ' : textOf(glue)
    // Paid for before it is made: 20,000 members and a long glue are 400 million characters in one go.
    this.context.memoryLimit.use(members.length * between.length)
    return members.join(between)
  },
  size: value => lists.sizeOf(toValue(value)),
  where: choosing(fits => fits),
  reject: choosing(fits => !fits),
  has: function* (value, name, wanted) {
    return (yield* firstFit(value, name, wanted)) !== -1
  },
  find: function* (value, name, wanted) {
    return lists.membersOf(toValue(value))[yield* firstFit(value, name, wanted)]
  },
  find_index: function* (value, name, wanted) {
    const at = yield* firstFit(value, name, wanted)
    return at === -1 ? undefined : at
  },
  sum: (value, name) =>
    numbers.toTemplate(
      lists
        .membersOf(toValue(value))
        .map(member => numbers.exact(toValue(name === undefined ? member : lists.propertyOf(member, textOf(name)))))
        .reduce(numbers.plus, numbers.exact(0)),
    ),
}

/**
 * Which members have the property: true, or equal to the wanted value. Undefined when one of the members cannot have
 * properties.
 */
function* fitting(
  value: unknown,
  name: unknown,
  wanted: unknown,
): Generator<unknown, readonly boolean[] | undefined, unknown> {
  const fits: boolean[] = []
  for (const member of lists.membersOf(toValue(value))) {
    if (member === null || member === undefined || typeof member === 'boolean') return undefined
    const found = lists.propertyOf(member, textOf(name))
    const isAsked = wanted !== undefined && toValue(wanted) !== null
    fits.push(
      isAsked
        ? ((yield equal(found, wanted, undefined as never)) as boolean)
        : found !== undefined && found !== null && found !== false,
    )
  }
  return fits
}

const equal = defaultOperators['=='] as Operator

function choosing(isChosen: (fits: boolean) => boolean): Filter {
  return function* (value, name, wanted) {
    const fits = yield* fitting(value, name, wanted)
    return lists.madeList(
      lists.membersOf(toValue(value)).filter((_, i) => fits !== undefined && isChosen(fits[i] === true)),
    )
  }
}

/** The index of the first member that fits; -1 when none does. */
function* firstFit(value: unknown, name: unknown, wanted: unknown): Generator<unknown, number, unknown> {
  return (yield* fitting(value, name, wanted))?.indexOf(true) ?? -1
}

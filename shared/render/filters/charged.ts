import { type Filter, toValue } from 'liquidjs/dist/liquid.browser.mjs'
import { charge, jsonText } from '../budget'
import * as lists from '../lists'
import { Even } from '../numbers'
import { textOf } from '../text-of'

/**
 * Hashing a short text takes 20 to 50 us, as much as 30 pieces of a template. A long text takes another 0.1 us per
 * character.
 */
export function costly(filter: (text: string, key: string) => string): Filter {
  return onText(function (text, key) {
    this.context.renderLimit.use(30)
    this.context.memoryLimit.use(4 * textOf(text).length)
    return filter(textOf(text), textOf(key))
  })
}

/** Pays for what a filter goes through. Liquid's own charges leave out comparisons, encodings and members. */
export function charged(filter: Filter): Filter {
  return function (value, ...args) {
    charge(this.context.memoryLimit, value)
    for (const arg of args) charge(this.context.memoryLimit, arg)
    return filter.call(this, value, ...args)
  }
}

/**
 * Looking into a member costs as much as a piece of the template (`where` over 3,000 members: 20 ms), and is charged
 * like one or two.
 */
export function perMember(filter: Filter): Filter {
  return function (value, ...args) {
    if (Array.isArray(value)) this.context.renderLimit.use(2 * value.length)
    return filter.call(this, value, ...args)
  }
}

/** Marks the list that a filter makes, so that it prints as Liquid prints lists. */
export function making(filter: Filter): Filter {
  return function* (value, ...args): Generator<unknown, unknown, unknown> {
    const list = yield filter.call(this, value, ...args)
    return Array.isArray(list) ? lists.madeList(list) : list
  }
}

/** Hands lists and objects to a filter of text as JSON. */
export function onText(filter: Filter): Filter {
  return function (value, ...args) {
    const [text, ...rest] = [value, ...args].map(each => {
      const plain = toValue(each)
      if (typeof plain === 'string') return plain.toWellFormed()
      if (plain instanceof Even || lists.isMade(plain)) return textOf(plain)
      return typeof plain === 'object' && plain !== null ? jsonText(this.context.memoryLimit, plain) : plain
    })
    return filter.call(this, text, ...rest)
  }
}

import { toValue } from 'liquidjs/dist/liquid.browser.mjs'
import { Budget, jsonText } from './budget'
import { OUTPUT_LIMIT, TOO_MUCH } from './limits'
import * as lists from './lists'
import { Even } from './numbers'

/**
 * A value as a token prints it: nothing for what is absent, lists of filters member by member, everything else as JSON.
 */
export function textOf(value: unknown): string {
  const plain = toValue(value)
  if (typeof plain === 'string') return plain
  if (plain === undefined || plain === null) return ''
  if (plain instanceof Even) return plain.toString()
  if (lists.isMade(plain)) return plain.map(textOf).join('')
  return typeof plain === 'object' ? jsonText(new Budget(OUTPUT_LIMIT, TOO_MUCH), plain) : String(plain)
}

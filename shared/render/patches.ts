import { Token, Tokenizer } from 'liquidjs/dist/liquid.browser.mjs'
import { isKept } from '../values/numbers'
import { lineStarts } from './dialects'
import { Even } from './numbers'

// Where LiquidJS reads templates otherwise than we need, mended for all engines of this process.

/** Literals that a double would change: `7.0` stays decimal, and digits beyond 2^53 stay what they are. */
export function exactLiterals(): void {
  const read = Tokenizer.prototype.readNumber
  Tokenizer.prototype.readNumber = function () {
    const token = read.call(this)
    const text = token?.getText() ?? ''
    if (token !== undefined && /^-?\d+\.0+$/.test(text)) token.content = new Even(Number(text))
    else if (token !== undefined && !isKept(text) && Number(text) !== 0) token.content = text
    return token
  }
}

/**
 * For each variable that it finds, Liquid counts the lines from the beginning of the template: 30 s for a template of
 * 64 KiB. Here the lines of a text are counted once.
 */
export function quickPositions(): void {
  let counted: { readonly input: string; readonly starts: readonly number[] } = { input: '', starts: [0] }
  Token.prototype.getPosition = function () {
    const { input, begin } = this
    if (counted.input !== input) counted = { input, starts: lineStarts(input) }
    const { starts } = counted
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= begin) low = middle
      else high = middle - 1
    }
    return [low + 1, begin - (starts[low] ?? 0) + 1]
  }
}

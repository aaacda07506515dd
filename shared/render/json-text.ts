/**
 * Where a text stops being JSON: the offset of the first character that cannot stand there, or undefined when the text
 * is JSON. Engines word JSON.parse's errors differently and often leave out the position, which a marketer needs.
 */
export function jsonFault(text: string): number | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch {
    return scan(text)
  }
}

/** `at` as line and column, both from 1. */
export function lineAndColumn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at)
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') }
}

const blank = /[ \t\n\r]*/y
const scalar =
  /(?:"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y
const key = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y

/** Reads JSON with a stack of open brackets instead of recursion, so that no depth can overflow it. */
function scan(text: string): number {
  const open: ('{' | '[')[] = []
  let at = skip(blank, text, 0)
  let expect: 'value' | 'key' | 'first-key' | 'first-value' | 'after' = 'value'
  for (;;) {
    const here = text[at]
    if (expect === 'after') {
      const inside = open.at(-1)
      if (inside === undefined) return at
      if (here === ',') {
        expect = inside === '{' ? 'key' : 'value'
        at++
      } else if (here === (inside === '{' ? '}' : ']')) {
        open.pop()
        at++
      } else return at
    } else if (expect === 'key' || expect === 'first-key') {
      if (here === '}' && expect === 'first-key') {
        open.pop()
        expect = 'after'
        at++
      } else {
        const end = skip(key, text, at)
        if (end === at) return at
        const colon = skip(blank, text, end)
        if (text[colon] !== ':') return colon
        expect = 'value'
        at = colon + 1
      }
    } else if (here === ']' && expect === 'first-value') {
      open.pop()
      expect = 'after'
      at++
    } else if (here === '{' || here === '[') {
      open.push(here)
      expect = here === '{' ? 'first-key' : 'first-value'
      at++
    } else {
      const end = skip(scalar, text, at)
      if (end === at) return at
      expect = 'after'
      at = end
    }
    at = skip(blank, text, at)
  }
}

/** The end of what a sticky pattern matches at `at`, or `at` itself. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

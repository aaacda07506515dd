import { RE2JS } from 're2js'

/**
 * Regular expressions that users write. They run on a linear-time engine (delivery R41), and their cost is bounded: the
 * text is cut, and a pattern that unfolds to too many instructions is refused. RE2JS takes 0.06 us for each character
 * and instruction, so the allowed maximum takes some milliseconds.
 */
export const MOST_PATTERN = 200
const MOST_INSTRUCTIONS = 100
/** How many characters of a text a pattern sees. */
const MOST_TEXT = 2048

const compiled = new Map<string, RE2JS>()
const MOST_COMPILED = 500

/** Why a pattern cannot be used, as the end of a sentence; undefined when it can. */
export function whyNoPattern(pattern: string): string | undefined {
  if (pattern.length > MOST_PATTERN) return `it is longer than ${MOST_PATTERN} characters`
  try {
    return compile(pattern).programSize() > MOST_INSTRUCTIONS ? 'it repeats too much' : undefined
  } catch {
    return 'it is not a regular expression (without look-ahead and back-references)'
  }
}

/** Is the pattern found in the text, whatever the case? False for a pattern that cannot be used. */
export function isFound(pattern: string, text: string): boolean {
  return whyNoPattern(pattern) === undefined && compile(pattern).matcher(text.slice(0, MOST_TEXT)).find()
}

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const made = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
  if (compiled.size >= MOST_COMPILED) compiled.clear()
  compiled.set(pattern, made)
  return made
}

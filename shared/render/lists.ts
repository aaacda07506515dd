import { isObject } from '../json'

// Lists as in Shopify's Liquid: a list that a filter made prints its members one after the other, and nothing when it
// is empty. A list that a token finds prints as JSON, which a receiver can read.

const made = new WeakSet<object>()

/** Marks a list that a filter has made. */
export function madeList<T>(list: readonly T[]): readonly T[] {
  made.add(list)
  return list
}

/** Has a filter made this list? */
export function isMade(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && made.has(value)
}

/**
 * The members of what a filter of lists is given. Inner lists are flattened, an object is one member, and a missing
 * value has none.
 */
export function membersOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? (value.flat(Number.POSITIVE_INFINITY) as unknown[]) : [value]
}

/**
 * What a filter finds in a member by a name, or by a path like `home.city`. A text has what it contains. Throws for a
 * number, naming what was asked. Undefined for nothing, which makes `where` and its kin return nothing at all.
 */
export function propertyOf(member: unknown, name: string): unknown {
  if (typeof member === 'string') return member.includes(name) ? name : undefined
  if (typeof member === 'number') throw new Error(`A number has no "${name.slice(0, 60)}".`)
  if (!isObject(member)) return undefined
  if (Object.hasOwn(member, name)) return member[name]
  let here: unknown = member
  for (const key of name.split('.')) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined
  return here
}

/**
 * Splits a text: at each character for an empty separator, at runs of blanks for a single blank. Empty parts at the end
 * are left out.
 */
export function split(text: string, separator: string): readonly string[] {
  const parts = separator === '' ? [...text] : separator === ' ' ? text.trim().split(/\s+/) : text.split(separator)
  while (parts.length > 0 && parts.at(-1) === '') parts.pop()
  return parts
}

/**
 * The number of characters of a text, members of a list, or names of an object; 0 for anything else. A surrogate pair
 * is one character.
 */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return signsOf(value)
  if (Array.isArray(value)) return value.length
  return isObject(value) ? Object.keys(value).length : 0
}

function signsOf(text: string): number {
  let pairs = 0
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0xd800 || unit > 0xdbff) continue
    const next = text.charCodeAt(i + 1)
    if (next >= 0xdc00 && next <= 0xdfff) {
      pairs++
      i++
    }
  }
  return text.length - pairs
}

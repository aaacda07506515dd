import type { Json, JsonObject } from '../json'

/** A value that somebody typed: `India`, `2`, `India, Nepal`. */
export function sayPlain(value: Json | undefined): string {
  if (value === undefined || value === null) return 'not known'
  if (Array.isArray(value)) return value.map(sayPlain).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Named values as they are: `mode batch, count 3`. */
export function sayAll(values: JsonObject): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${sayPlain(value)}`)
    .join(', ')
}

/** `30,000`. */
export function sayCount(n: number): string {
  return n.toLocaleString('en-US')
}

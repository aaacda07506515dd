import { z } from 'zod'
import './json-mend'

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

export const jsonSchema: z.ZodType<Json> = z.json() as z.ZodType<Json>
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), jsonSchema)

/** Own properties only, so that `__proto__`, `constructor` and friends are plain data (spec R42). */
export function own<T>(object: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** Is this a JSON object, and neither an array nor null? */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Walks `a.b[0].c` (already split into keys) through own properties; undefined where the path ends early. */
export function dig(value: Json | undefined, path: readonly string[]): Json | undefined {
  let here: Json | undefined = value
  for (const key of path) {
    if (Array.isArray(here)) here = here[Number(key)]
    else if (isObject(here)) here = own(here, key)
    else return undefined
  }
  return here
}

/** Never reached: makes a switch over a closed list complete by type. */
export function never(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`)
}

import type { z } from 'zod'
import { isObject } from '#shared/json'
import { error, type Problem } from '#shared/problems'
import { nearest, plainName } from '#shared/values/nearest'

/**
 * Names in a body that its schema does not know. The schema drops them, and whoever wrote `timezone` for `time_zone`
 * would get a lead without a zone and never hear of it (law 15). Kept beside the schemas instead of in them, because
 * what an older or a newer Hookline has stored is read by the same schemas.
 */

type Look = (value: unknown, path: string, found: Problem[]) => void

/** Made once a schema; events come by the thousand. */
const looks = new WeakMap<z.ZodType, Look | null>()

/**
 * One problem for each name in `value` that `schema` does not know. Says nothing of a union when the value fits none of
 * its branches.
 */
export function strangeNames(schema: z.ZodType, value: unknown): Problem[] {
  const found: Problem[] = []
  lookFor(schema)?.(value, '', found)
  return found
}

/** Null: nothing in it can be strange. */
function lookFor(schema: z.ZodType): Look | null {
  const known = looks.get(schema)
  if (known !== undefined) return known
  // Schemas may hold themselves; by the time that anybody looks, the real one is there.
  looks.set(schema, (value, path, found) => looks.get(schema)?.(value, path, found))
  const made = make(schema)
  looks.set(schema, made)
  return made
}

/** What a schema is made of; only these parts of zod are looked into. */
interface Def {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly catchall?: z.ZodType
  readonly element?: z.ZodType
  readonly valueType?: z.ZodType
  readonly items?: readonly z.ZodType[]
  readonly options?: readonly z.ZodType[]
  readonly innerType?: z.ZodType
  readonly in?: z.ZodType
  readonly getter?: () => z.ZodType
  readonly left?: z.ZodType
  readonly right?: z.ZodType
}

function make(schema: z.ZodType): Look | null {
  const def = schema._zod.def as unknown as Def
  switch (def.type) {
    case 'object':
      return def.catchall === undefined || def.catchall._zod.def.type === 'never' ? ofObject(def.shape ?? {}) : null
    case 'array':
      return ofMembers(def.element)
    case 'record':
      return ofMembers(def.valueType)
    case 'tuple':
      return ofItems(def.items ?? [])
    case 'union':
      return ofChoice(def.options ?? [])
    case 'intersection':
      throw new Error('No body is made of an intersection: names of either side would be strange to the other.')
    case 'lazy':
      // Any JSON is made of itself, and no name of it is strange.
      return isAnyJson(schema) || def.getter === undefined ? null : lookFor(def.getter())
    case 'pipe':
      return def.in === undefined ? null : lookFor(def.in)
    default:
      return def.innerType === undefined ? null : lookFor(def.innerType)
  }
}

/** `z.json()`: a choice of itself and of everything that JSON has. */
function isAnyJson(schema: z.ZodType): boolean {
  return [null, 0, '', true, [], {}, { a: [{ b: null }] }].every(value => schema.safeParse(value).success)
}

function ofObject(shape: Readonly<Record<string, z.ZodType>>): Look {
  const names = Object.keys(shape)
  const known = new Set(names)
  const inner = names.flatMap(name => {
    const look = lookFor(shape[name] as z.ZodType)
    return look === null ? [] : [{ name, look }]
  })
  return (value, path, found) => {
    if (!isObject(value)) return
    for (const name of Object.keys(value)) if (!known.has(name)) found.push(strange(name, names, path, value))
    for (const { name, look } of inner)
      if (Object.hasOwn(value, name)) look(value[name], path === '' ? name : `${path}.${name}`, found)
  }
}

function ofMembers(schema: z.ZodType | undefined): Look | null {
  const look = schema === undefined ? null : lookFor(schema)
  if (look === null) return null
  return (value, path, found) => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, member] of Object.entries(value)) look(member, path === '' ? key : `${path}.${key}`, found)
  }
}

function ofItems(items: readonly z.ZodType[]): Look | null {
  const inner = items.map(lookFor)
  if (inner.every(look => look === null)) return null
  return (value, path, found) => {
    if (Array.isArray(value))
      for (const [i, look] of inner.entries()) look?.(value[i], path === '' ? `${i}` : `${path}.${i}`, found)
  }
}

/** Of a choice, the branch that the value has passed. Where it passes several, the one that knows most of its names. */
function ofChoice(options: readonly z.ZodType[]): Look | null {
  const inner = options.map(option => ({ option, look: lookFor(option) }))
  if (inner.every(({ look }) => look === null)) return null
  return (value, path, found) => {
    if (typeof value !== 'object' || value === null) return
    let least: Problem[] | undefined
    for (const { option, look } of inner) {
      if (!option.safeParse(value).success) continue
      const here: Problem[] = []
      look?.(value, path, here)
      if (least === undefined || here.length < least.length) least = here
      if (least.length === 0) break
    }
    found.push(...(least ?? []))
  }
}

function strange(name: string, names: readonly string[], path: string, value: object): Problem {
  const meant = likeliest(
    name,
    names.filter(known => !Object.hasOwn(value, known)),
  )
  const fix =
    meant !== undefined
      ? `Did you mean "${meant}"?`
      : names.length === 0
        ? 'Leave it out: nothing is taken here.'
        : `Leave it out. Known here: ${names.join(', ')}.`
  const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name
  return error('body.unknown-name', `"${shown}" is not known here.`, fix, path === '' ? shown : `${path}.${shown}`)
}

/** What other products call it. */
const synonyms: { readonly [name: string]: readonly string[] } = {
  traits: ['attributes', 'properties'],
  fields: ['attributes'],
  data: ['attributes', 'properties'],
  payload: ['properties'],
  params: ['properties'],
  custom_attributes: ['attributes'],
  tz: ['time_zone', 'zone', 'timeZone'],
  zone: ['time_zone'],
  timestamp: ['at'],
  time: ['at'],
  date: ['at'],
  occurred_at: ['at'],
  created_at: ['at'],
  event: ['name'],
  event_name: ['name'],
  type: ['name', 'kind'],
  title: ['name'],
  user: ['lead'],
  user_id: ['lead'],
  external_id: ['lead'],
  lead_id: ['lead'],
  contact: ['lead'],
  event_id: ['id'],
  message_id: ['id'],
  idempotency_key: ['id'],
  value: ['key'],
  secret: ['key', 'value'],
  key: ['value'],
  password: ['value'],
  token: ['value'],
}

/** The known name that was probably meant: as it is written, by what other products call it, or nearly so. */
function likeliest(name: string, known: readonly string[]): string | undefined {
  const plain = plainName(name)
  const same = known.find(each => plainName(each) === plain)
  if (same !== undefined) return same
  const bySense = Object.entries(synonyms).find(([word]) => plainName(word) === plain)?.[1]
  return bySense?.find(each => known.includes(each)) ?? nearest(name, known)
}

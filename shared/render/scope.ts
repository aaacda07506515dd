import { isObject, type Json, type JsonObject } from '../json'
import { secretName, secretPlaceholder } from '../rules/secrets'
import type { Memory, World } from '../world'
import { momentAt, strftime } from './dates'

/** Where a template's tokens come from. */
export interface Tokens {
  readonly world: World
  readonly memory: Memory
  readonly campaign: { readonly id: string; readonly name?: string }
  /** Where filters put what the journal is to tell: sentences. Left out: nobody wants to know. */
  readonly notes?: Set<string>
}

export const SCOPES = ['lead', 'event', 'campaign', 'system', 'response', 'call', 'program', 'my', 'secret'] as const
export type ScopeName = (typeof SCOPES)[number]

type Names = { readonly [name: string]: (tokens: Tokens) => unknown }

/** What the product says in each scope. These names stand before an attribute or a property of the same name; `event.properties.id` reaches past `event.id`. */
const own: { readonly [scope in ScopeName]: Names } = {
  lead: {
    external_id: ({ world }) => world.lead.externalId,
    time_zone: ({ world }) => world.lead.zone,
  },
  event: {
    id: ({ memory }) => memory.event?.id,
    name: ({ memory }) => memory.event?.name,
    at: ({ memory }) => memory.event && momentAt(memory.event.at, 'UTC').toInstant().toString(),
    properties: ({ memory }) => memory.event?.properties,
  },
  campaign: { id: ({ campaign }) => campaign.id, name: ({ campaign }) => campaign.name },
  /** On the lead's wall clock, in the formats of Marketo's tokens; `iso` and `epochMs` are ours. */
  system: {
    sandbox: ({ world }) => world.system.sandbox,
    date: ({ world }) => strftime(momentAt(world.now, world.zone), '%b %d, %Y'),
    time: ({ world }) => strftime(momentAt(world.now, world.zone), '%I:%M %p (GMT %z)'),
    dateTime: ({ world }) => strftime(momentAt(world.now, world.zone), '%Y-%m-%d %H:%M:%S'),
    iso: ({ world }) => momentAt(world.now, world.zone).toString({ timeZoneName: 'never' }),
    epochMs: ({ world }) => world.now,
  },
  response: {},
  call: { status: ({ memory }) => memory.call?.status, outcome: ({ memory }) => memory.call?.outcome },
  program: {
    id: ({ world }) => world.program?.id,
    name: ({ world }) => world.program?.name,
    description: ({ world }) => world.program?.description,
  },
  my: {},
  secret: {},
}

/** What the lead's data adds to a scope; null or undefined when the scope is empty as a whole. */
const data: { readonly [scope in ScopeName]: (tokens: Tokens) => Json | undefined } = {
  lead: ({ world }) => world.lead.attributes,
  event: ({ memory }) => memory.event?.properties,
  campaign: () => ({}),
  system: () => ({}),
  response: ({ memory }) => memory.response,
  call: ({ memory }) => (memory.call === undefined ? undefined : {}),
  program: ({ world }) => (world.program ? {} : undefined),
  my: ({ world }) => world.program?.tokens,
  secret: ({ world }) => secretsOf(world.system),
}

const secrets = new WeakMap<object, JsonObject>()

/** Every name that a secret may have finds its placeholder; no value is ever in reach of a template. */
function secretsOf(system: World['system']): JsonObject {
  const known = secrets.get(system)
  if (known !== undefined) return known
  const read = (name: string | symbol) =>
    typeof name === 'string' && secretName.test(name) ? secretPlaceholder(system.mark, name) : undefined
  const made = new Proxy<JsonObject>(
    {},
    {
      get: (_, name) => read(name),
      getOwnPropertyDescriptor: (_, name) => {
        const value = read(name)
        return value === undefined ? undefined : { value, configurable: true, enumerable: true }
      },
    },
  )
  secrets.set(system, made)
  return made
}

/** The names of a scope when they are all known, for the check of templates. */
export function fieldsOf(scope: string): readonly string[] | undefined {
  return scope === 'system' || scope === 'campaign' || scope === 'program' || scope === 'call'
    ? Object.keys(own[scope])
    : undefined
}

/**
 * Where names are looked up as Marketo writes them, by what people see: `First Name` finds `first_name`. The name of the scope in front is
 * only written by dialects.ts.
 */
export const NAMED = 'marketo'
export const FAMILIES = ['lead', 'company', 'trigger'] as const
export type Family = (typeof FAMILIES)[number]

/** What a display name finds (its spaces may be underscores): the name as it stands, then any that differs in case, spaces and underscores. */
export function namedOf({ world, memory }: Tokens, family: Family, name: string): unknown {
  const { attributes } = world.lead
  const asked = plain(name)
  if (family === 'trigger') {
    const found = asked === 'trigger_name' ? undefined : alike(memory.event?.properties, name)
    return found ?? (asked === 'name' || asked === 'trigger_name' ? memory.event?.name : undefined)
  }
  if (family === 'company') {
    const company = alike(attributes, 'company')
    if (isObject(company)) return alike(company, name)
    // A person's name is never the company's.
    return alike(attributes, `company_${name}`) ?? (asked === 'name' ? company : alike(attributes, name))
  }
  if (asked === 'external_id') return world.lead.externalId
  if (asked === 'time_zone') return world.lead.zone
  return alike(attributes, name) ?? (asked === 'email_address' ? alike(attributes, 'email') : undefined)
}

/** A family for Liquid, which asks whether a name is an own property before it reads it. */
export function namesOf(tokens: Tokens, family: Family): object {
  const read = (name: string | symbol) => (typeof name === 'string' ? namedOf(tokens, family, name) : undefined)
  return new Proxy(
    {},
    {
      get: (_, name) => read(name),
      getOwnPropertyDescriptor: (_, name) => ({ value: read(name), configurable: true, enumerable: true }),
    },
  )
}

const spellings = new WeakMap<JsonObject, ReadonlyMap<string, string>>()

function alike(values: JsonObject | undefined, name: string): Json | undefined {
  if (values === undefined) return undefined
  if (Object.hasOwn(values, name)) return values[name]
  let known = spellings.get(values)
  if (known === undefined) {
    // The first of several alike is taken.
    known = new Map(
      Object.keys(values)
        .reverse()
        .map(key => [plain(key), key]),
    )
    spellings.set(values, known)
  }
  const key = known.get(plain(name))
  return key === undefined ? undefined : values[key]
}

function plain(name: string): string {
  return name
    .trim()
    .replaceAll(/[\s_]+/g, '_')
    .toLowerCase()
}

/** `{{ scope.field }}`, looked up without making the scope: copying a lead's attributes costs more than the rest of a plain template. */
export function fieldOf(tokens: Tokens, scope: ScopeName, field: string): unknown {
  const say = Object.hasOwn(own[scope], field) ? own[scope][field] : undefined
  if (say !== undefined) return say(tokens)
  return memberOf(data[scope](tokens), field)
}

/** Follows one name into a value, through own properties only, as Liquid does. */
export function memberOf(value: unknown, name: string): unknown {
  if (value === null || value === undefined || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}

/** A scope as an object. The product's names are getters, because writing an instant costs 20 us and few templates ask for one. */
export function wholeOf(tokens: Tokens, scope: ScopeName): unknown {
  const value = data[scope](tokens)
  if (scope === 'response' || scope === 'my' || scope === 'secret' || !isObject(value)) return value
  const whole = { ...value }
  for (const [name, say] of Object.entries(own[scope]))
    Object.defineProperty(whole, name, { enumerable: true, get: () => say(tokens) })
  return whole
}

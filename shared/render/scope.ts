import { isObject, type Json, type JsonObject } from '../json'
import type { Memory, World } from '../world'
import { momentAt, strftime } from './dates'
import { Seals } from './seals'

/** Where a template's tokens come from. */
export interface Tokens {
  readonly world: World
  readonly memory: Memory
  readonly campaign: { readonly id: string; readonly name?: string }
  /** Where filters put sentences for the journal. Left out: nobody reads them. */
  readonly notes?: Set<string>
  /** What stands for secrets in a request that is sent. Left out: nothing is sent, and secrets are masks. */
  readonly seals?: Seals
}

/** What the templates of a step see. `campaign` is the id of its campaign. */
export function tokensIn({
  world,
  memory,
  campaign,
}: {
  readonly world: World
  readonly memory: Memory
  readonly campaign: string
}): Tokens {
  const { campaignName: name } = world
  return { world, memory, campaign: name === undefined ? { id: campaign } : { id: campaign, name } }
}

export const SCOPES = ['lead', 'event', 'campaign', 'system', 'response', 'call', 'program', 'my', 'secret'] as const
export type ScopeName = (typeof SCOPES)[number]

type Names = { readonly [name: string]: (tokens: Tokens) => unknown }

/**
 * What the product says in each scope. These names win over an attribute or a property of the same name;
 * `event.properties.id` reaches past `event.id`.
 */
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
  /** On the lead's wall clock, in the formats of Marketo's tokens. `iso` and `epochMs` are ours. */
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
    id: ({ world }) => world.folder?.id,
    name: ({ world }) => world.folder?.name,
    description: ({ world }) => world.folder?.description,
  },
  my: {},
  secret: {},
}

/** What the lead's data adds to a scope; null or undefined when the whole scope is empty. */
const data: { readonly [scope in ScopeName]: (tokens: Tokens) => Json | undefined } = {
  lead: ({ world }) => world.lead.attributes,
  event: ({ memory }) => memory.event?.properties,
  campaign: () => ({}),
  system: () => ({}),
  response: ({ memory }) => memory.response,
  call: ({ memory }) => (memory.call === undefined ? undefined : {}),
  program: ({ world }) => (world.folder ? {} : undefined),
  my: ({ world }) => world.folder?.tokens,
  secret: ({ seals }) => seals?.names() ?? masks,
}

const masks = new Seals(undefined).names()

/** All names of a scope, if they are known; the check of templates asks for them. */
export function fieldsOf(scope: string): readonly string[] | undefined {
  return scope === 'system' || scope === 'campaign' || scope === 'program' || scope === 'call'
    ? Object.keys(own[scope])
    : undefined
}

/**
 * Where names are looked up as Marketo shows them to people: `First Name` finds `first_name`. Only dialects.ts writes
 * this scope's name into a template.
 */
export const NAMED = 'marketo'
export const FAMILIES = ['lead', 'company', 'trigger'] as const
export type Family = (typeof FAMILIES)[number]

/**
 * What a display name finds (its spaces may be underscores): the exact name first, then one that differs in case,
 * spaces and underscores.
 */
export function namedOf({ world, memory }: Tokens, family: Family, name: string): unknown {
  const { attributes } = world.lead
  const asked = plain(name)
  if (family === 'trigger') {
    const found = asked === 'triggername' ? undefined : alike(memory.event?.properties, name)
    return found ?? (asked === 'name' || asked === 'triggername' ? memory.event?.name : undefined)
  }
  if (family === 'company') {
    const company = alike(attributes, 'company')
    const short = name.replace(/^company[ _]+/i, '')
    if (isObject(company)) return alike(company, name) ?? alike(company, short)
    // A person's name is never the company's.
    if (plain(short) === 'name') return alike(attributes, 'company_name') ?? company
    return alike(attributes, `company_${short}`) ?? alike(attributes, name)
  }
  if (asked === 'externalid') return world.lead.externalId
  if (asked === 'timezone') return world.lead.zone
  const found = alike(attributes, name)
  const field = DISPLAYED.get(asked)
  if (found !== undefined || field === undefined) return found
  const own = alike(attributes, field)
  return isObject(own) ? alike(own, 'name') : own
}

/** Marketo's fields that are shown under another name. */
const DISPLAYED: ReadonlyMap<string, string> = new Map([
  ['emailaddress', 'email'],
  ['companyname', 'company'],
  ['phonenumber', 'phone'],
  ['mobilephonenumber', 'mobile_phone'],
  ['faxnumber', 'fax'],
  ['jobtitle', 'title'],
])

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
    // The first of several similar names wins.
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

/** A name without what may differ: `First Name`, `first_name` and `firstName` are one. */
function plain(name: string): string {
  return name.replaceAll(/[\s_]+/g, '').toLowerCase()
}

/**
 * `{{ scope.field }}` without building the scope: copying a lead's attributes costs more than the rest of a plain
 * template.
 */
function fieldOf(tokens: Tokens, scope: ScopeName, field: string): unknown {
  const say = Object.hasOwn(own[scope], field) ? own[scope][field] : undefined
  if (say !== undefined) return say(tokens)
  return memberOf(data[scope](tokens), field)
}

/** Follows one name into a value, through own properties only, as Liquid does. Null has nothing but null. */
function memberOf(value: unknown, name: string): unknown {
  if (value === null || value === undefined) return value
  if (!Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}

/** Follows a path, which begins with the name of a scope or with a family of names. */
export function look(tokens: Tokens, path: readonly string[]): unknown {
  const [scope, field, name = ''] = path
  if (field === undefined) return wholeOf(tokens, scope as ScopeName)
  const isNamed = scope === NAMED
  let here = isNamed ? namedOf(tokens, field as Family, name) : fieldOf(tokens, scope as ScopeName, field)
  for (let i = isNamed ? 3 : 2; i < path.length; i++) here = memberOf(here, path[i] as string)
  return here
}

/**
 * A scope as an object. The product's names are getters, because writing an instant costs 20 us and few templates ask
 * for one.
 */
export function wholeOf(tokens: Tokens, scope: ScopeName): unknown {
  const value = data[scope](tokens)
  if (scope === 'response' || scope === 'my' || scope === 'secret' || !isObject(value)) return value
  const whole = { ...value }
  for (const [name, say] of Object.entries(own[scope]))
    Object.defineProperty(whole, name, { enumerable: true, get: () => say(tokens) })
  return whole
}

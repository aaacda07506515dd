import { isObject, type Json } from '../json'
import type { Memory, World } from '../world'
import { momentAt, strftime } from './dates'

/** Where a template's tokens come from. */
export interface Tokens {
  readonly world: World
  readonly memory: Memory
  readonly campaign: { readonly id: string }
}

export const SCOPES = ['lead', 'event', 'campaign', 'system', 'response'] as const
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
  campaign: { id: ({ campaign }) => campaign.id },
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
}

/** What the lead's data adds to a scope; null or undefined when the scope is empty as a whole. */
const data: { readonly [scope in ScopeName]: (tokens: Tokens) => Json | undefined } = {
  lead: ({ world }) => world.lead.attributes,
  event: ({ memory }) => memory.event?.properties,
  campaign: () => ({}),
  system: () => ({}),
  response: ({ memory }) => memory.response,
}

/** The names of a scope when they are all known, for the check of templates. */
export function fieldsOf(scope: string): readonly string[] | undefined {
  return scope === 'system' || scope === 'campaign' ? Object.keys(own[scope]) : undefined
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
  if (scope === 'response' || !isObject(value)) return value
  const whole = { ...value }
  for (const [name, say] of Object.entries(own[scope]))
    Object.defineProperty(whole, name, { enumerable: true, get: () => say(tokens) })
  return whole
}

import type { JsonObject } from '#shared/json'
import type { Tokens } from '#shared/render'

/** Somebody to render for, after the event `signed_up`. */
export function tokensOf(attributes: JsonObject, properties: JsonObject = {}): Tokens {
  const now = Date.parse('2026-11-24T06:05:09Z')
  return {
    campaign: { id: 'c-1' },
    memory: { event: { id: 'e-1', name: 'signed_up', at: now, properties }, variants: {}, response: null },
    world: {
      now,
      zone: 'UTC',
      zoneFrom: 'lead',
      system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' },
      lead: { id: 1, externalId: 'ada', attributes, zone: 'UTC' },
    },
  }
}

export const ada = tokensOf({ name: 'Ann "A" O\\N\n', age: 36, vip: true, company: 'Jack & Jill' })

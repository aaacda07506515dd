import { dig, isObject, type Json } from '../../json'
import { writeInstant } from '../../time/calendar'
import type { Memory, World } from '../../world'

/** Where the fields of a rule are looked up. */
export interface Places {
  readonly lead: Pick<World['lead'], 'externalId' | 'zone' | 'attributes'>
  /** Variants and ways out of steps exist once there is a journey. */
  readonly memory: Pick<Memory, 'event' | 'response'> & Partial<Pick<Memory, 'variants' | 'outcomes' | 'call'>>
  /** When the journey began (ms); left out where there is none. */
  readonly enteredAt?: number | undefined
}

/**
 * Resolves `lead.x`, `event.x`, `response.x`, `call.x` or `journey.x`. An attribute whose own name has dots is found
 * first.
 */
export function lookUp(field: string, places: Places): Json | undefined {
  const dot = field.indexOf('.')
  const scope = dot < 0 ? field : field.slice(0, dot)
  const rest = dot < 0 ? '' : field.slice(dot + 1)
  const base = scopeOf(scope, places)
  if (isObject(base) && Object.hasOwn(base, rest)) return base[rest]
  return dig(base, rest === '' ? [] : rest.split('.'))
}

function scopeOf(scope: string, { lead, memory, enteredAt }: Places): Json | undefined {
  switch (scope) {
    case 'lead':
      return { external_id: lead.externalId, time_zone: lead.zone, ...lead.attributes }
    case 'event':
      return memory.event === null ? undefined : { name: memory.event.name, ...memory.event.properties }
    case 'response':
      return memory.response
    case 'call':
      return memory.call === undefined ? undefined : { ...memory.call }
    case 'journey':
      return {
        entered_at: enteredAt === undefined ? null : writeInstant(enteredAt),
        variant: memory.variants ?? {},
        webhook: memory.outcomes ?? {},
      }
    default:
      return undefined
  }
}

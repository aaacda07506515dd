import type { IncomingMessage, ServerResponse } from 'node:http'
import { type EventInput, eventPropertiesQuerySchema, postEventsSchema } from '#shared/api'
import type { IncomingEvent } from '#shared/engine/entry/ingest'
import { intakeOf } from '#shared/graph/schema'
import { exitEvents } from '#shared/rules/exits/index'
import { isReserved } from '#shared/rules/internal-events'
import { eventsOfWays } from '#shared/rules/ways-in/index'
import { kindOf } from '#shared/steps/index'
import { allCampaigns } from '#shared/store/campaigns'
import { eventNames, propertiesOfEvents } from '#shared/store/events'
import { type EventTime, readEventTime } from '#shared/values/dates'
import type { Desk } from '../desk'
import { sendJson } from '../json-answer'
import { Refused } from '../problem'
import { jsonOf, ofOne } from '../request/json'
import { parse, parseAll } from '../request/parse'
import type { Handlers } from '../router'

const LIMIT = 10 * 2 ** 20
/** Rows that are looked at for names: some 10 ms. */
const SAMPLE = 20_000
const MAX_NAMES = 500
const MAX_PROPERTIES = 100
/** Events of one name that are looked into for properties. */
const MAX_EVENTS = 200

/** Events come in here, and nowhere else. The answer goes out after their commit (law 12). */
export function eventHandlers({ env, engine }: Desk) {
  const [one, many] = postEventsSchema.options
  /** Names that came in since the start: what a marketer just sent is there to choose. */
  const seen = new Map<string, Set<string>>()
  /** A few names and properties more cost little; a sender that makes up new ones each time costs no more. */
  const remember = ({ name, properties }: EventInput) => {
    const known = seen.get(name) ?? new Set<string>()
    if (known.size < MAX_PROPERTIES) for (const property of Object.keys(properties)) known.add(property)
    if (seen.has(name) || seen.size < MAX_NAMES) seen.set(name, known)
  }

  return {
    // Asked before Express as well (events-door.ts): it knows only what Node gives.
    'post /events': async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
      const events = await parseAll(one, many, await jsonOf(req, LIMIT, ofOne), env.clock.monotonic)
      const incoming = toIncoming(events, env.clock.now())
      const taken = await engine.ingest(incoming)
      for (const event of events) remember(event)
      const duplicates = taken.filter(t => t.duplicate).length
      const started = taken.reduce((sum, t) => sum + t.started, 0)
      sendJson(res, 202, { accepted: taken.length - duplicates, duplicates, started })
    },
    'get /events/names': async (_req, res) => {
      const stored = await env.store.read(eventNames(SAMPLE))
      const campaigns = await env.store.read(allCampaigns())
      const used = campaigns.flatMap(({ draft }) => [
        ...entryEvents(intakeOf(draft)),
        ...draft.settings.goals.map(goal => goal.event),
        ...exitEvents(draft.settings.exits),
        ...Object.values(draft.steps).flatMap(({ kind, config }) => kindOf(kind).listens?.(config) ?? []),
      ])
      const names = new Set([...seen.keys(), ...stored, ...used].filter(name => name !== ''))
      res.json({ names: [...names].sort().slice(0, MAX_NAMES) })
    },
    'get /events/properties': async (req, res) => {
      const { name } = parse(eventPropertiesQuerySchema, req.query, 'query')
      const stored = await env.store.read(propertiesOfEvents(name, SAMPLE, MAX_EVENTS))
      const properties = new Set([...(seen.get(name) ?? []), ...stored.flatMap(Object.keys)])
      res.json({ properties: [...properties].sort().slice(0, MAX_PROPERTIES) })
    },
  } satisfies Partial<Handlers>
}

function entryEvents(intake: ReturnType<typeof intakeOf>): readonly string[] {
  return intake?.mode === 'trigger' ? eventsOfWays(intake.ways) : []
}

/**
 * The events as the engine takes them. An event that cannot have happened then is refused, with the time that was
 * understood.
 */
export function toIncoming(events: readonly EventInput[], now: number): readonly IncomingEvent[] {
  return events.map(({ id, lead, name, at, properties }, i) => {
    if (isReserved(name)) throw reserved(name, events.length === 1 ? 'name' : `${i}.name`)
    if (id.startsWith('$entry:')) throw reserved(id, events.length === 1 ? 'id' : `${i}.id`)
    const time = at === undefined ? undefined : readEventTime(at, now)
    if (time?.is === 'refused') throw notThen(time, events.length === 1 ? 'at' : `${i}.at`)
    return { lead, event: { id, name, at: time?.at ?? now, properties } }
  })
}

/** Names that begin with a $ are those of Hookline's own events: nobody outside may make one happen. */
function reserved(found: string, path: string): Refused {
  const message = `"${found}" begins like the events that Hookline makes itself.`
  const fix = 'Choose one that does not begin with a $. To let a lead into one campaign, POST /campaigns/{id}/entries.'
  return new Refused(400, 'The request is not valid.', [
    { code: 'event.reserved', severity: 'error', path, message, fix },
  ])
}

function notThen({ because, why, fix }: Extract<EventTime, { is: 'refused' }>, path: string): Refused {
  const message = `The time of the event cannot be taken: ${why}.`
  return new Refused(400, 'The request is not valid.', [
    { code: `event.${because}`, severity: 'error', path, message, fix },
  ])
}

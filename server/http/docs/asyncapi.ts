import { z } from 'zod'
import type { Json, JsonObject } from '#shared/json'
import { dataSchema, type NoticeKind, sampleData, schemaUri, shoutedName } from '#shared/subscriptions/define'
import { envelopes } from '#shared/subscriptions/envelopes/index'
import { notices } from '#shared/subscriptions/notices/index'
import { sampleBody } from '#shared/subscriptions/sample'
import type { EnvelopeName } from '#shared/subscriptions/subscription'

// The AsyncAPI 3 document and the JSON Schemas of what subscriptions are told, made from the list of events: they cannot tell another story.

const about = `What a subscription posts to its listener. The address of a channel is the target that the subscription names; there is one channel for each envelope.

A request is acknowledged by any 2xx within 5 seconds. What is not is sent again, under the same ids, until it is: tell repeats by the id of the event. Events of one lead come in order.`

/** At the time of no event in particular. */
const SAMPLE_AT = 1_780_000_000_000
const ACCOUNT = 'acme'

/** The document at /api/v1/asyncapi.json. */
export function asyncApiDocument(version: string): JsonObject {
  const schemas: Record<string, Json> = {}
  const messages: Record<string, Json> = {}
  for (const kind of notices) {
    schemas[kind.name] = anyForm(kind)
    messages[`standard.${kind.name}`] = messageOf(kind, 'standard', standardSchema(kind))
    messages[`cloudevents.${kind.name}`] = messageOf(kind, 'cloudevents', cloudEventSchema(kind))
  }
  messages['alm.events'] = listMessage('alm', {
    type: 'object',
    required: ['accountId', 'events'],
    properties: {
      accountId: { type: 'string' },
      events: { type: 'array', minItems: 1, maxItems: 100, items: { anyOf: notices.map(almSchema) } },
    },
  })
  messages['cloudevents-batch.events'] = listMessage('cloudevents-batch', {
    type: 'array',
    minItems: 1,
    maxItems: 100,
    items: { anyOf: notices.map(cloudEventSchema) },
  })
  return {
    asyncapi: '3.0.0',
    info: { title: 'Hookline subscriptions', version, description: about },
    defaultContentType: 'application/json',
    channels: channelsOf(Object.keys(messages)),
    operations: Object.fromEntries(
      names.map(name => [
        `tell.${name}`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${name}` },
          summary: envelopes[name].help,
          bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
        },
      ]),
    ),
    components: { messages, schemas },
  }
}

const names = Object.keys(envelopes) as EnvelopeName[]

function channelsOf(messages: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.map(name => [
      name,
      {
        address: null,
        title: envelopes[name].title,
        description: 'The target of the subscription.',
        messages: Object.fromEntries(
          messages
            .filter(message => message.startsWith(`${name}.`))
            .map(message => [message, { $ref: `#/components/messages/${message}` }]),
        ),
      },
    ]),
  )
}

/** The JSON Schema of the data of one event, thin or full. */
export function noticeJsonSchema(kind: NoticeKind): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: schemaUri(kind),
    title: kind.title,
    description: kind.when,
    ...anyForm(kind),
    examples: [sampleData(kind, 'thin'), sampleData(kind, 'full')],
  }
}

/** The full form first: what fits it fits the thin one, too. */
function anyForm(kind: NoticeKind): JsonObject {
  return { anyOf: (['full', 'thin'] as const).map(payload => plain(dataSchema(kind, payload))) }
}

function plain(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7' }) as unknown as JsonObject
  return rest
}

const dataOf = ({ name }: NoticeKind): JsonObject => ({ $ref: `#/components/schemas/${name}` })

function standardSchema(kind: NoticeKind): JsonObject {
  return {
    type: 'object',
    required: ['type', 'timestamp', 'data'],
    properties: {
      type: { const: kind.name },
      timestamp: { type: 'string', format: 'date-time' },
      data: dataOf(kind),
    },
  }
}

function cloudEventSchema(kind: NoticeKind): JsonObject {
  return {
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'time', 'data'],
    properties: {
      specversion: { const: '1.0' },
      id: { type: 'string' },
      source: { type: 'string' },
      type: { const: kind.name },
      subject: { type: 'string' },
      time: { type: 'string', format: 'date-time' },
      datacontenttype: { const: 'application/json' },
      dataschema: { type: 'string', format: 'uri' },
      sequence: { type: 'string' },
      data: dataOf(kind),
    },
  }
}

function almSchema(kind: NoticeKind): JsonObject {
  return {
    type: 'object',
    required: ['eventId', 'eventName', 'timestamp', 'eventInfo', 'data'],
    properties: {
      eventId: { type: 'string' },
      eventName: { const: shoutedName(kind.name) },
      timestamp: { type: 'integer', description: 'ms since 1970' },
      eventInfo: { type: 'string' },
      data: dataOf(kind),
    },
  }
}

function messageOf(kind: NoticeKind, envelope: EnvelopeName, payload: JsonObject): JsonObject {
  const { name, title, when, pace } = kind
  const example = JSON.parse(sampleBody(kind, { envelope, payload: 'thin' }, ACCOUNT, SAMPLE_AT)) as Json
  return {
    name,
    title,
    summary: when,
    contentType: envelopes[envelope].contentType,
    tags: [{ name: pace }],
    payload,
    examples: [{ payload: example }],
  }
}

function listMessage(envelope: EnvelopeName, payload: JsonObject): JsonObject {
  const { title, contentType } = envelopes[envelope]
  return { name: 'events', title, contentType, payload }
}

import { describe, expect, it } from 'vitest'
import { asyncApiDocument, noticeJsonSchema } from '#server/http/docs/asyncapi'
import { isObject, type Json, type JsonObject } from '#shared/json'
import { notices } from '#shared/subscriptions/notices/index'

const document = asyncApiDocument('1.2.3') as { readonly [part: string]: JsonObject }

describe('the AsyncAPI document', () => {
  it('has a message for every event, in a channel without an address of its own', () => {
    const { messages = {} } = document['components'] as { messages?: JsonObject }
    for (const { name } of notices)
      expect(Object.keys(messages)).toEqual(expect.arrayContaining([`standard.${name}`, `cloudevents.${name}`]))
    expect(Object.values(document['channels'] ?? {}).map(channel => isObject(channel) && channel['address'])).toEqual([
      null,
      null,
      null,
      null,
    ])
  })

  it('leads by every reference to something that is there', () => {
    const broken = refsIn(document as Json).filter(ref => !leads(ref))

    expect(broken).toEqual([])
  })

  it('holds schemas of draft 07, for each event in a file of its own, too', () => {
    for (const kind of notices) {
      const schema = noticeJsonSchema(kind)
      expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#')
      expect(schema['$id']).toBe(`urn:hookline:event:${kind.name}:${kind.version}`)
      expect(JSON.stringify(schema)).not.toContain('2020-12')
    }
  })
})

function refsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, part]) =>
    key === '$ref' && typeof part === 'string' ? [part] : refsIn(part),
  )
}

function leads(ref: string): boolean {
  let here: Json | undefined = document as Json
  for (const part of ref.replace('#/', '').split('/')) here = isObject(here) ? here[part] : undefined
  return here !== undefined
}

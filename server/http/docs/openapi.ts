import { z } from 'zod'
import { problemDetailsSchema, SPELLINGS } from '#shared/api'
import { graphSchema } from '#shared/graph/schema'
import { isObject, type Json, type JsonObject } from '#shared/json'
import { type Route, routes } from '#shared/routes'

// The OpenAPI 3.1 document and the published JSON Schema. They are made from the schemas that the server validates
// with, so they cannot differ from what it does.

const about = `Hookline walks every lead of a campaign through a state machine of its own and calls webhooks at the right moment.

Errors are RFC 9457 problem details with one entry per thing to mend. Instants in answers are milliseconds since 1970, UTC. Events carry an id: sending
one twice counts it once.

Dates in requests have one reader, wherever they stand. ${SPELLINGS} What cannot be read is refused with what was found and what is wanted.

A Hookline that others can reach asks for its access token: send it as "authorization: Bearer ...". What lacks it is answered 401.`

/** The document at /api/v1/openapi.json. */
export function openApiDocument(version: string): JsonObject {
  const components: Record<string, Json> = {}
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route, components) }
  return {
    openapi: '3.1.0',
    info: { title: 'Hookline', version, description: about },
    servers: [{ url: '/api/v1' }],
    tags: [...new Set(routes.map(route => route.tag))].map(name => ({ name })),
    paths,
    security: [{}, { token: [] }],
    components: { schemas: components, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  }
}

/** The JSON Schema of a campaign graph, for editors and other programs that write one. */
export function campaignJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(graphSchema, { io: 'input', override }) as unknown as JsonObject
  return { ...schema, $id: '/api/v1/schema/campaign.json', title: 'Hookline campaign' }
}

function operation(
  { method, path, tag, summary, query, body, bodyType, answer, refusals = {} }: Route,
  components: Record<string, Json>,
): JsonObject {
  const refused = { 400: 'The request is malformed.', ...refusals }
  const problem = contentOf('application/problem+json', toSchema(problemDetailsSchema, components))
  const answers = Object.entries(refused).map(([status, description]) => [status, { description, ...problem }])
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    parameters: [...pathParameters(path), ...queryParameters(query, components)],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, ...contentOf(bodyType ?? 'application/json', toSchema(body, components)) } }),
    responses: { [answer.status]: success(answer, components), ...(Object.fromEntries(answers) as JsonObject) },
  }
}

function success({ schema, type }: Route['answer'], components: Record<string, Json>): JsonObject {
  if (schema !== undefined)
    return { description: 'Done.', ...contentOf('application/json', toSchema(schema, components)) }
  return {
    description: 'Done.',
    ...(type === undefined ? {} : contentOf(type, type.endsWith('json') ? { type: 'object' } : { type: 'string' })),
  }
}

function contentOf(type: string, schema: Json): JsonObject {
  return { content: { [type]: { schema } } }
}

/** `put /leads/{externalId}` -> `putLeadsByExternalId`. */
function operationId(method: string, path: string): string {
  const words = path.replaceAll(/\{(\w+)\}/g, 'by/$1').split(/[^A-Za-z0-9]+/)
  return method + words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(query: Route['query'], components: Record<string, Json>): Json[] {
  if (query === undefined) return []
  // As it comes out: in a URL everything goes in as text.
  const { properties, required } = toSchema(query, components, 'output')
  const needed = new Set(Array.isArray(required) ? required : [])
  const isDefaulted = (schema: Json) => isObject(schema) && 'default' in schema
  return Object.entries(isObject(properties) ? properties : {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: needed.has(name) && !isDefaulted(schema),
    schema,
  }))
}

/** A schema as JSON Schema, its named parts moved to `components`. `input`: what may be left out is optional. */
function toSchema(schema: z.ZodType, components: Record<string, Json>, io: 'input' | 'output' = 'input'): JsonObject {
  const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, { io, override }) as unknown as JsonObject
  const parts = isObject($defs ?? null) ? ($defs as JsonObject) : {}
  for (const [name, part] of Object.entries(parts)) components[componentName(name)] = moveRefs(part)
  return moveRefs(root) as JsonObject
}

/** Takes out what is true of every number and every date, and helps nobody who reads. */
function override({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
}

/** The one recursive schema without a name of its own is "any JSON value". */
function componentName(name: string): string {
  return name.startsWith('__schema') ? 'Json' : name
}

function moveRefs(value: Json): Json {
  if (Array.isArray(value)) return value.map(moveRefs)
  if (!isObject(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string' ? toComponent(member) : moveRefs(member),
    ]),
  )
}

function toComponent(ref: string): string {
  return `#/components/schemas/${componentName(ref.replace('#/$defs/', ''))}`
}

import { isObject, type Json, type JsonObject } from '#shared/json'
import { docsStyle } from './style'

// /api/docs: the OpenAPI document as a page. It is made on the server and has no script, so that it can be printed.

/** The page, from the document of openapi.ts. `origin` is where this server answers, for the example. */
export function docsPage(document: JsonObject, origin: string): string {
  const tags = list(document['tags']).map(tag => text(object(tag)['name']))
  const operations = operationsOf(document)
  const schemas = Object.entries(object(object(document['components'])['schemas']))
  const info = object(document['info'])
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>API · Hookline</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${docsStyle}</style>
<script src="/scheme.js"></script>
</head>
<body>
<nav aria-label="Parts of the API">
<a class="home" href="/">Hookline</a>
${tags.map(tag => navPart(tag, operations)).join('')}
<h2><a href="#schemas">Shapes</a></h2>
</nav>
<main>
<header><h1>API</h1><span class="version">${html(text(info['version']))}</span><a href="/api/v1/openapi.json">OpenAPI 3.1</a><a href="/api/v1/asyncapi.json">AsyncAPI 3</a><a href="/api/v1/schema/campaign.json">Campaign schema</a></header>
${text(info['description'])
  .split('\n\n')
  .map(part => `<p>${html(part)}</p>`)
  .join('')}
<p>Everything is below <code>${html(text(object(list(document['servers'])[0] ?? {})['url']))}</code>:</p>
<pre>curl -X POST ${html(origin)}/api/v1/events \\
  -H 'content-type: application/json' \\
  -d '{"id": "e-1", "lead": "ada", "name": "signed_up"}'</pre>
${tags.map(tag => section(tag, operations)).join('')}
<section id="schemas"><h2>Shapes</h2>${schemas.map(([name, schema]) => shape(name, object(schema))).join('')}</section>
</main>
</body>
</html>`
}

interface Operation {
  readonly id: string
  readonly tag: string
  readonly method: string
  readonly path: string
  readonly described: JsonObject
}

function operationsOf(document: JsonObject): readonly Operation[] {
  return Object.entries(object(document['paths'])).flatMap(([path, methods]) =>
    Object.entries(object(methods)).map(([method, operation]) => {
      const described = object(operation)
      return { id: text(described['operationId']), tag: text(list(described['tags'])[0]), method, path, described }
    }),
  )
}

function navPart(tag: string, operations: readonly Operation[]): string {
  const links = operations
    .filter(operation => operation.tag === tag)
    .map(({ id, method, path }) => `<li><a href="#${html(id)}">${methodBadge(method)} ${html(path)}</a></li>`)
  return `<h2><a href="#${html(tag)}">${html(tag)}</a></h2><ul>${links.join('')}</ul>`
}

function section(tag: string, operations: readonly Operation[]): string {
  const mine = operations.filter(operation => operation.tag === tag)
  return `<section id="${html(tag)}"><h2>${html(tag)}</h2>${mine.map(article).join('')}</section>`
}

function article({ id, method, path, described }: Operation): string {
  const parameters = list(described['parameters']).map(object)
  return `<article id="${html(id)}">
<h3>${methodBadge(method)} <code>${html(path).replaceAll('/', '/<wbr>')}</code></h3>
<p>${prose(described['summary'])}</p>
${parameters.length > 0 ? `<h4>Address</h4>${rows(parameters.map(parameterRow))}` : ''}
${'requestBody' in described ? `<h4>Body</h4>${content(described['requestBody'])}` : ''}
<h4>Answers</h4>${Object.entries(object(described['responses'])).map(answer).join('')}
</article>`
}

function parameterRow(parameter: JsonObject): Row {
  return {
    name: text(parameter['name']),
    required: parameter['required'] === true,
    schema: object(parameter['schema']),
  }
}

function answer([status, response]: readonly [string, Json]): string {
  const isRefusal = status >= '400'
  const said = `<b class="${isRefusal ? 'refused' : 'done'}">${html(status)}</b> ${prose(object(response)['description'])}`
  return `<div class="answer"><p>${said}</p>${isRefusal ? '' : content(response)}</div>`
}

function content(holder: Json | undefined): string {
  return Object.entries(object(object(holder)['content']))
    .map(([type, held]) => {
      const named = type === 'application/json' ? '' : `<p class="quiet">${html(type)}</p>`
      return named + tree(object(object(held)['schema']))
    })
    .join('')
}

function shape(name: string, schema: JsonObject): string {
  return `<article id="schema-${html(name)}"><h3><code>${html(name)}</code></h3>${tree(schema)}</article>`
}

interface Row {
  readonly name: string
  readonly required: boolean
  readonly schema: JsonObject
}

/** An object as a table of its members; anything else as its type. Objects inside fold open. */
function tree(schema: JsonObject): string {
  const { properties, required } = schema
  if (!isObject(properties ?? null)) return `<p>${typeOf(schema)}</p>`
  const needed = new Set(list(required))
  return rows(
    Object.entries(object(properties)).map(([name, member]) => ({
      name,
      required: needed.has(name),
      schema: object(member),
    })),
  )
}

function rows(members: readonly Row[]): string {
  return `<dl>${members
    .map(({ name, required, schema }) => {
      const mark = required ? '' : ' <span class="quiet">optional</span>'
      return `<div><dt><code>${html(name)}</code>${mark}</dt><dd>${typeOf(schema)}${notes(schema)}${inside(schema)}</dd></div>`
    })
    .join('')}</dl>`
}

function notes(schema: JsonObject): string {
  const limits = [
    say('at least', schema['minimum'] ?? schema['minLength'] ?? schema['minItems']),
    say('at most', schema['maximum'] ?? schema['maxLength'] ?? schema['maxItems']),
    say('default', schema['default']),
  ].filter(part => part !== '')
  const described = schema['description'] === undefined ? '' : ` ${html(text(schema['description']))}`
  return (limits.length === 0 ? '' : ` <span class="quiet">${limits.join(', ')}</span>`) + described
}

function say(what: string, value: Json | undefined): string {
  return value === undefined
    ? ''
    : `${what} ${html(typeof value === 'number' ? value.toLocaleString('en-US') : JSON.stringify(value))}`
}

function inside(schema: JsonObject): string {
  const nested = [schema, object(schema['items']), object(schema['additionalProperties'])].find(s => 'properties' in s)
  const choices = [...list(schema['anyOf']), ...list(schema['oneOf'])].map(object).filter(s => 'properties' in s)
  if (nested === undefined && choices.length === 0) return ''
  return `<details><summary>Members</summary>${nested === undefined ? choices.map(tree).join('<p class="quiet">or</p>') : tree(nested)}</details>`
}

/** A schema's type in words, with links to named shapes. */
function typeOf(schema: JsonObject): string {
  const { $ref, type, items, additionalProperties, anyOf, oneOf, allOf } = schema
  if (typeof $ref === 'string') return link($ref.split('/').at(-1) ?? '')
  if ('const' in schema) return code(schema['const'])
  if (Array.isArray(schema['enum'])) return list(schema['enum']).map(code).join(' or ')
  const choice = anyOf ?? oneOf ?? allOf
  if (Array.isArray(choice)) return [...new Set(list(choice).map(part => typeOf(object(part))))].join(' or ')
  if (Array.isArray(type))
    return list(type)
      .map(name => typeOf({ ...schema, type: name }))
      .join(' or ')
  if (type === 'array') return `list of ${typeOf(object(items))}`
  if (type === 'object' && isObject(additionalProperties ?? null))
    return `object of ${typeOf(object(additionalProperties))}`
  return html(words[text(type)] ?? 'anything') + (schema['format'] === 'date-time' ? ' (ISO 8601)' : '')
}

const words: { readonly [type: string]: string } = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
  object: 'object',
}

function link(name: string): string {
  return `<a href="#schema-${html(name)}">${html(name)}</a>`
}

function code(value: Json | undefined): string {
  return `<code>${html(JSON.stringify(value ?? null))}</code>`
}

function methodBadge(method: string): string {
  return `<b class="method ${html(method)}">${html(method.toUpperCase())}</b>`
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** Text with `code` in it. */
function prose(value: Json | undefined): string {
  return html(text(value)).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function html(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

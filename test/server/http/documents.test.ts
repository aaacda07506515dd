import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigMistake, readConfig } from '#server/config'
import { offsetOfMistake } from '#server/http/request/json-mistake'
import { routes } from '#shared/routes'
import { startTestServer, type TestServer } from './server'

interface Node {
  readonly [key: string]: unknown
}

describe('the documents', () => {
  let server: TestServer
  let document: Node
  beforeAll(async () => {
    server = await startTestServer()
    document = (await server.ask('GET', '/openapi.json')).json as Node
  })
  afterAll(() => server.close())

  it('describe every route as OpenAPI 3.1', () => {
    const paths = document['paths'] as Record<string, Node>

    expect(document['openapi']).toMatch(/^3\.1\./)
    for (const { method, path, answer, body } of routes) {
      const operation = paths[path]?.[method] as Node
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(m => m[1])
      expect(operation['operationId']).toMatch(/^[a-z][A-Za-z]+$/)
      expect(operation['responses']).toHaveProperty(String(answer.status))
      expect('requestBody' in operation).toBe(body !== undefined)
      const inPath = (operation['parameters'] as Node[]).filter(p => p['in'] === 'path')
      expect(inPath.map(p => [p['name'], p['required']])).toEqual(names.map(name => [name, true]))
    }
    const ids = Object.values(paths).flatMap(methods => Object.values(methods).map(o => (o as Node)['operationId']))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('hold references that lead somewhere', () => {
    const refs = refsIn(document)

    expect(refs.length).toBeGreaterThan(20)
    for (const ref of refs) expect([ref, typeof resolve(document, ref)]).toEqual([ref, 'object'])
  })

  it('keep members that are called like words of the schema language', () => {
    const event = resolve(document, '#/components/schemas/Event') as { properties: Node; required: string[] }

    expect(Object.keys(event.properties)).toEqual(['id', 'lead', 'name', 'at', 'properties'])
    expect(event.required).toEqual(['id', 'lead', 'name'])
  })

  it('publish the schema of a campaign, with references inside it', async () => {
    const schema = (await server.ask('GET', '/schema/campaign.json')).json as Node

    expect(schema['$schema']).toContain('2020-12')
    for (const ref of refsIn(schema)) expect([ref, typeof resolve(schema, ref)]).toEqual([ref, 'object'])
  })

  it('are readable as a page without a script of its own, under a strict policy', async () => {
    const response = await fetch(`${server.url}/api/docs`)
    const page = await response.text()

    expect(response.headers.get('content-type')).toContain('text/html')
    expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self';/)
    expect([...page.matchAll(/<script(?! src="\/scheme\.js")/g)]).toEqual([])
    for (const { path } of routes) expect(page).toContain(path)
    const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(m => m[1]))
    for (const [, target = ''] of page.matchAll(/href="#([^"]+)"/g))
      expect([target, anchors.has(target)]).toEqual([target, true])
  })
})

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      dataDir: './data',
      logLevel: 'warn',
      allowPrivate: '',
      webhookPorts: 'any',
      secretKey: '',
      publicUrl: '',
      accessToken: '',
      newInstallation: false,
    })
  })

  it.each([
    [{ PORT: '70000' }, 'PORT is "70000", but it takes a number from 0 to 65535'],
    [{ PORT: '80a' }, 'PORT is "80a"'],
    [{ HOST: 'http://x' }, 'HOST is "http://x"'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud", but it takes one of fatal, error'],
    [
      { HOST: '0.0.0.0' },
      'HOST=0.0.0.0 opens Hookline beyond this machine, so it starts only with HOOKLINE_ACCESS_TOKEN',
    ],
    [{ HOST: '::' }, 'HOST=:: opens'],
    [{ HOST: '10.0.0.7' }, 'HOST=10.0.0.7 opens'],
    [{ HOST: '0' }, 'HOST=0 opens'],
    [{ HOST: '127.0.0.1.example.com' }, 'HOST=127.0.0.1.example.com opens'],
    [{ PUBLIC_URL: 'https://h.example.com' }, 'PUBLIC_URL=https://h.example.com opens'],
    [{ HOST: '0.0.0.0', HOOKLINE_ACCESS_TOKEN: '' }, "Make one with: node -p \"require('crypto')"],
    [
      { HOOKLINE_ACCESS_TOKEN: 'x'.repeat(31) },
      'HOOKLINE_ACCESS_TOKEN is set to something else, but it takes 32 to 500',
    ],
    [{ HOOKLINE_ACCESS_TOKEN: `${'x'.repeat(32)} y` }, 'HOOKLINE_ACCESS_TOKEN is set to something else'],
    [
      { PUBLIC_URL: 'h.example.com' },
      'PUBLIC_URL is "h.example.com", but it takes the address that people open, like https://',
    ],
    [{ PUBLIC_URL: 'https://h.example.com/hookline' }, 'without a path'],
    [{ PUBLIC_URL: 'https://me:pw@h.example.com' }, 'PUBLIC_URL is'],
    [
      { HOOKLINE_WEBHOOK_PORTS: '80;443' },
      'HOOKLINE_WEBHOOK_PORTS is "80;443", but it takes a list of ports like 80,443',
    ],
    [{ HOOKLINE_WEBHOOK_PORTS: '0' }, 'HOOKLINE_WEBHOOK_PORTS is "0"'],
    [{ HOOKLINE_WEBHOOK_PORTS: '443,65536' }, 'HOOKLINE_WEBHOOK_PORTS is'],
    [{ PUBLIC_URL: 'ftp://h.example.com' }, 'PUBLIC_URL is'],
  ])('%j is refused with a sentence', (env, sentence) => {
    expect(() => readConfig(env)).toThrow(ConfigMistake)
    expect(() => readConfig(env)).toThrow(sentence)
  })

  it.each([
    [{ HOST: '0.0.0.0' }, ''],
    [{ PUBLIC_URL: 'https://H.example.com:443/' }, 'https://h.example.com'],
    [{ PUBLIC_URL: 'http://h.example.com:8080' }, 'http://h.example.com:8080'],
  ])('opens it to a network with a token: %j', (env, publicUrl) => {
    const HOOKLINE_ACCESS_TOKEN = 'x'.repeat(32)

    expect(readConfig({ ...env, HOOKLINE_ACCESS_TOKEN })).toMatchObject({
      publicUrl,
      accessToken: HOOKLINE_ACCESS_TOKEN,
    })
  })

  it('reads a list of ports', () => {
    expect(readConfig({ HOOKLINE_WEBHOOK_PORTS: ' 443, 80,443' }).webhookPorts).toEqual([443, 80])
  })

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '' }).port).toBe(3000)
  })
})

describe('a mistake in JSON', () => {
  it.each([
    ['', 0],
    ['{"a":1', 6],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{"a":1}}', 7],
    ['{"a":01}', 6],
    ['"a\nb"', 0],
    ['["\\x"]', 1],
    ['nul', 0],
    ['{"a":1]', 6],
    ['1 2', 2],
  ])('%j is found at %i', (text, offset) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(offsetOfMistake(text)).toBe(offset)
  })

  it('is not found where there is none', () => {
    const text = readFileSync('package-lock.json', 'utf8')

    expect(offsetOfMistake(text)).toBe(text.length)
    expect(offsetOfMistake('{"a":[1,-2.5e3,"x\\u00e9\\n",true,null,{}],"b":[]}')).toBe(48)
  })
})

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : refsIn(member),
  )
}

function resolve(document: Node, ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((here, key) => (here as Node | undefined)?.[key], document)
}

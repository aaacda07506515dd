import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { z } from 'zod'
import { systemChance, systemClock } from '#server/clock'
import type { Config } from '#server/config'
import type { Parts } from '#server/parts'
import { startServer } from '#server/serve'
import { parseAllow } from '#server/webhook/allow'
import { ownSockets } from '#server/webhook/guard'
import { createSealedDeliver } from '#server/webhook/seal'
import { keyFault, keyFrom, publicKeyOf } from '#server/webhook/sign'
import { type CampaignView, campaignSchema, problemDetailsSchema } from '#shared/api'
import type { Log } from '#shared/engine/env'
import { defaultSettings, type Graph } from '#shared/graph/schema'

/** A real server on a free port of loopback, with a database in a directory of its own. */
export interface TestServer {
  readonly url: string
  readonly dataDir: string
  /** What went into the log as an error. */
  readonly errors: object[]
  readonly ask: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  readonly close: () => Promise<void>
}

export interface Answer {
  readonly status: number
  readonly type: string
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

/** `own`: a data directory that is there already, and stays. `chosen`: what the operator chose. */
export async function startTestServer(
  changes: Partial<Parts> = {},
  own?: string,
  chosen: Partial<Config> = {},
): Promise<TestServer> {
  const dataDir = own ?? mkdtempSync(join(tmpdir(), 'hookline-http-'))
  const errors: object[] = []
  const log: Log = { info: () => {}, warn: () => {}, error: values => errors.push(values) }
  const config: Config = { port: 0, host: '127.0.0.1', dataDir, logLevel: 'silent', allowPrivate: '', ...chosen }
  const running = await startServer(config, { ...parts(log), ...changes })
  return {
    url: running.url,
    dataDir,
    errors,
    ask: (method, path, body, headers) => ask(running.url, method, path, body, headers),
    close: async () => {
      await running.close()
      if (own === undefined) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** `allow`: what HOOKLINE_ALLOW_PRIVATE would say. */
export function parts(log: Log, allow = ''): Parts {
  return {
    clock: systemClock,
    chance: systemChance,
    log,
    version: '0.0.0',
    rules: process.versions['tz'] ?? null,
    clientDir: null,
    keys: { from: keyFrom, publicOf: publicKeyOf, fault: keyFault },
    connect: ({ host, port, origin }, heard, secrets) =>
      createSealedDeliver(
        {
          policy: { allow: parseAllow(allow), own: ownSockets(host, port), sandboxOrigin: origin, ports: 'any' },
          options: { version: '0.0.0' },
          now: systemClock.now,
          ...heard,
        },
        secrets,
      ),
  }
}

async function ask(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isText = typeof body === 'string' || body instanceof Uint8Array
  const response = await fetch(`${url}${path.startsWith('/sandbox/') || path === '/healthz' ? '' : '/api/v1'}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isText ? (body as string) : JSON.stringify(body) }),
  })
  const text = await response.text()
  const type = response.headers.get('content-type')?.split(';')[0] ?? ''
  return {
    status: response.status,
    type,
    headers: response.headers,
    text,
    json: /[/+]json$/.test(type) ? JSON.parse(text) : undefined,
  }
}

/** Waits for a thing: asks again until `look` does not throw. */
export function eventually<T>(look: () => Promise<T> | T): Promise<T> {
  return vi.waitFor(look, { timeout: 10_000, interval: 20 })
}

/** What a refusal says; throws when the answer is none. */
export function refusalOf(answer: Answer): z.infer<typeof problemDetailsSchema> {
  if (answer.type !== 'application/problem+json')
    throw new Error(`expected a refusal, got ${answer.status} ${answer.text}`)
  return problemDetailsSchema.parse(answer.json)
}

export async function createCampaign(server: TestServer, graph: Graph, name = 'Test'): Promise<CampaignView> {
  const answer = await server.ask('POST', '/campaigns', { name, graph })
  return campaignSchema.parse(answer.json)
}

const here = { x: 0, y: 0 }
const always = { match: 'all', rules: [] }

/** Event `signed_up`, then a webhook to the sandbox receiver, then the end. */
export function callingGraph(url = '{{ system.sandbox }}/hello'): Graph {
  const request = {
    method: 'POST',
    url,
    headers: [{ name: 'x-api-key', value: 'hush' }],
    body: { as: 'pairs', pairs: [{ key: 'id', value: '{{ lead.external_id }}' }] },
    retry: 'none',
  }
  return {
    hookline: 1,
    steps: {
      begin: {
        kind: 'trigger',
        version: 1,
        name: 'Begin',
        position: here,
        config: { event: 'signed_up', where: always },
      },
      call: {
        kind: 'call-webhook',
        version: 1,
        name: 'Say hello',
        position: here,
        config: { request, mappings: [{ path: 'contact.id', field: 'crm_id' }] },
      },
    },
    edges: [{ from: 'begin', port: 'next', to: 'call' }],
    settings: { ...defaultSettings, entry: { rule: 'every-time' } },
  }
}

/** Who signed up waits for a week, and then is called. */
export function waitingGraph(): Graph {
  const { steps, edges, ...rest } = callingGraph()
  const wait = { kind: 'delay', version: 1, name: 'A week', position: here, config: { wait: 'P7D' } }
  const ways = [
    { from: 'begin', port: 'next', to: 'wait' },
    { from: 'wait', port: 'next', to: 'call' },
  ]
  return { ...rest, steps: { ...steps, wait }, edges: [...edges.filter(e => e.from !== 'begin'), ...ways] }
}

/** The same webhook behind an audience: what the trigger-campaign-only rule forbids. */
export function batchGraph(): Graph {
  const { steps, ...rest } = callingGraph()
  const begin = { kind: 'batch', version: 1, name: 'Everybody', position: here, config: { audience: always, at: '' } }
  return { ...rest, steps: { ...steps, begin } }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Receiver, respond, startReceiver } from '../webhook/receiver'
import { callingGraph, createCampaign, eventually, parts, startTestServer, type TestServer } from './server'

// A real server and two receivers on loopback: one answers after some ms, the other did well for a thousand calls and takes the rest without an answer.

let server: TestServer
let answers: Receiver
let hangs: Receiver
const errors: object[] = []

beforeAll(async () => {
  answers = await startReceiver(socket => {
    if (answers.requests.length >= wanted) reached()
    setTimeout(() => respond(socket, '{}'), 10)
  })
  hangs = await startReceiver(socket => {
    if (hangs.requests.length <= 1000) respond(socket, '{}')
  })
  const log = { info: () => {}, warn: () => {}, error: (values: object) => void errors.push(values) }
  server = await startTestServer(parts(log, `127.0.0.1:${answers.port}, 127.0.0.1:${hangs.port}`))
  for (const [name, { url }] of [
    ['fine', answers],
    ['hung', hangs],
  ] as const) {
    const graph = callingGraph(`${url}/in`)
    const begin = graph.steps['begin']
    if (begin === undefined) throw new Error('the graph has another entry')
    const steps = { ...graph.steps, begin: { ...begin, config: { ...begin.config, event: name } } }
    const { id } = await createCampaign(server, { ...graph, steps }, name)
    expect((await server.ask('POST', `/campaigns/${id}/launch`)).status).toBe(200)
  }
})
afterAll(async () => {
  await Promise.all([answers.close(), hangs.close()])
  await server.close()
})

interface Hosts {
  readonly hosts: readonly { readonly host: string; readonly inFlight: number; readonly waiting: number }[]
}

let wanted = Number.POSITIVE_INFINITY
let reached = () => {}
let events = 0
const post = (name: string, count: number) =>
  server.ask(
    'POST',
    '/events',
    Array.from({ length: count }, () => ({ id: `${name}-${++events}`, lead: `lead-${events}`, name })),
  )

/** 95 % of the waves of ten leads had all their calls at the receiver within so many ms of being posted. */
async function p95(waves: number): Promise<number> {
  const took: number[] = []
  for (let wave = 0; wave < waves; wave++) {
    wanted = answers.requests.length + 10
    const arrived = new Promise<void>(resolve => {
      reached = resolve
    })
    const from = performance.now()
    await Promise.all([post('fine', 10), arrived])
    took.push(performance.now() - from)
  }
  return took.sort((a, b) => a - b)[Math.floor(waves * 0.95)] ?? Number.POSITIVE_INFINITY
}

describe('a host that hangs', () => {
  it('does not slow another: its p95 stays within 1.5 times of what it is alone, in one run', async () => {
    await p95(10)
    const first = await p95(40)
    for (let n = 0; n < 6; n++) await post('hung', 500)
    await eventually(() => expect(hangs.requests.length).toBeGreaterThanOrEqual(1064))

    // The machine may be busy with something else: measured again, at most five times, and never loosened.
    let ratio = (await p95(40)) / first
    for (let tries = 0; tries < 4 && ratio > 1.5; tries++) ratio = (await p95(40)) / first

    expect(ratio).toBeLessThanOrEqual(1.5)
    const { hosts } = (await server.ask('GET', '/hosts')).json as Hosts
    const hung = hosts.find(h => h.host === hangs.url)
    // It holds as many as it may (found A1): those on the wire, and what it began in a quarter of a second while it
    // answered. However fast that was, a quarter of the room is left for others.
    expect(hangs.requests).toHaveLength(1064)
    expect(hung?.inFlight).toBeLessThanOrEqual((3 / 4) * 4096)
    expect((hung?.inFlight ?? 0) + (hung?.waiting ?? 0) + 1000).toBe(3000)
    expect(errors).toEqual([])
  }, 60_000)
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Graph } from '#shared/graph/schema'
import { ask, launchCampaign, startHookline } from '../bench/hookline'
import { scratchFolder } from '../bench/processes'
import { startDns } from '../server/webhook/dns'
import { anybody, graph, step } from '../sim/graphs'

// What names.test.ts looks at. It runs in a network of its own, in which 127.0.0.1:53 is free and is the only name server.

/** Names of which the name server says nothing. */
const SILENT = 40
/** Calls to each silent name and to the good one. */
const CALLS = 20
const PATIENCE_MS = 12_000

export async function main(): Promise<number> {
  const silent = Array.from({ length: SILENT }, (_, i) => `silent-${i}.example`)
  const dns = await startDns(
    { ...Object.fromEntries(silent.map(name => [name, 'silent' as const])), 'good.example': { a: ['127.0.0.1'] } },
    53,
  )
  let arrived = 0
  const receiver = createServer((request, response) => {
    arrived++
    request.resume()
    response.end('fine')
  })
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as AddressInfo
  const server = await startHookline({ dataDir: scratchFolder(), open: [port] })
  const names = [...silent, 'good.example']
  for (const name of names) await launchCampaign(server.origin, name, calling(name, port))

  const events = (name: string) =>
    JSON.stringify(
      Array.from({ length: CALLS }, (_, i) => ({ id: `${name}-${i}`, lead: `${name}-${i}`, name, properties: {} })),
    )
  for (const name of silent) await ask(server.origin, 'POST', '/events', events(name))
  while (!silent.every(name => dns.questions.includes(`A ${name}`))) await tick()
  const since = performance.now()
  await ask(server.origin, 'POST', '/events', events('good.example'))
  while (arrived < CALLS && performance.now() - since < PATIENCE_MS) await tick()
  console.log(JSON.stringify({ arrived, ms: Math.round(performance.now() - since) }))

  await server.stop()
  await dns.close()
  receiver.close()
  receiver.closeAllConnections()
  return 0
}

function calling(name: string, port: number): Graph {
  const request = { method: 'POST', url: `http://${name}:${port}/`, headers: [], body: { as: 'pairs', pairs: [] } }
  return graph(
    { in: step('trigger', { event: name, where: anybody }), call: step('call-webhook', { request }) },
    ['in -> call'],
    { zone: 'UTC' },
  )
}

function tick(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 10))
}

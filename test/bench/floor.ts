import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { EventInput } from '#shared/api'
import { endWithParent, root } from './processes'
import { webhookBody } from './workload'

/**
 * The floor under every figure of the bench: the smallest durable engine that one can write. Events come in bulk, a filter, two rows in and two rows changed by
 * the answer, one commit for all that gathered (FULL), webhooks by undici in a worker. It has no gates, no caps, no journal, no ways; it repeats nothing.
 *   floor.ts <data dir> <sink port> <ms> <connections>
 * Prints its port. A POST takes an event or an array of them and answers after the commit; `GET /` says how many calls were answered.
 */
type Call = readonly [id: number, body: string]
type Done = readonly [id: number, status: number]

export async function main([dataDir = '', sinkPort, ms, connections]: string[]): Promise<number> {
  endWithParent()
  const db = new Database(join(dataDir, 'floor.db'))
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'cache_size = -65536']) db.pragma(pragma)
  db.exec(`create table events (id text primary key, lead text, name text, at integer) without rowid;
    create table runs (id integer primary key, lead text, state text, body text, status integer, done_at integer)`)
  const keep = db.prepare('insert into events values (?, ?, ?, ?) on conflict do nothing')
  const begin = db.prepare("insert into runs (lead, state, body) values (?, 'calling', ?)")
  const settle = db.prepare("update runs set state = 'done', status = ?, done_at = ? where id = ?")
  const runs: (readonly [events: readonly EventInput[], answer: () => void])[] = []
  let done: Done[] = []
  let begun = 0
  let answered = 0
  let isSoon = false
  const workerData = { origin: `http://127.0.0.1:${sinkPort}`, path: `/after/${ms}`, connections: Number(connections) }
  const worker = new Worker(join(root, 'test/bench/floor-worker.mjs'), { workerData })
  worker.on('message', (landed: readonly Done[]) => {
    done.push(...landed)
    turnSoon()
  })

  const turnSoon = () => {
    if (!isSoon) setImmediate(turn)
    isSoon = true
  }
  const turn = () => {
    isSoon = false
    const [taken, settled] = [runs.splice(0), done]
    done = []
    const calls: Call[] = []
    const now = Date.now()
    db.transaction(() => {
      for (const [id, status] of settled) settle.run(status, now, id)
      for (const { id, lead, name, properties } of taken.flatMap(([events]) => events)) {
        if (keep.run(id, lead, name, now).changes === 0 || name !== 'signed_up' || properties?.['plan'] !== 'pro')
          continue
        const body = webhookBody(begun++)
        calls.push([Number(begin.run(lead, body).lastInsertRowid), body])
      }
    })()
    answered += settled.length
    if (calls.length > 0) worker.postMessage(calls)
    for (const [, answer] of taken) answer()
  }

  const server = createServer((req, res) => {
    if (req.method === 'GET') return void res.end(JSON.stringify({ answered }))
    const parts: Buffer[] = []
    req
      .on('data', part => parts.push(part))
      .on('end', () => {
        runs.push([[JSON.parse(Buffer.concat(parts).toString())].flat(), () => res.writeHead(202).end('{}')])
        turnSoon()
      })
  })
  server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`))
  return new Promise(() => {})
}

// The worker of floor.ts: posts what it is sent, and says in lots how it was answered.
import { parentPort, workerData } from 'node:worker_threads'
import { Pool } from 'undici'

const { origin, path, connections } = workerData
const pool = new Pool(origin, { connections, pipelining: 1 })
const headers = { 'content-type': 'application/json' }
let landed = []

parentPort.on('message', calls => {
  for (const [id, body] of calls) void post(id, body)
})

async function post(id, body) {
  const answer = await pool.request({ path, method: 'POST', headers, body })
  await answer.body.dump()
  if (landed.push([id, answer.statusCode]) > 1) return
  setTimeout(() => {
    parentPort.postMessage(landed)
    landed = []
  }, 4)
}

import { Pool } from 'undici'
import { eventOf } from './hookline'
import { endWithParent } from './processes'
import { at } from './summary'
import { webhookBody } from './workload'

/**
 * Posts as fast as undici can, in a process of its own, over keep-alive connections that each have one call in flight.
 *   poster.ts webhooks <origin> <path> <count> <connections> <dispatch|request>   undici alone: the limit
 *   poster.ts events <origin> <run> <count> <connections> <event name>            single events to Hookline
 * Prints one line of JSON: `Posted`.
 */
export interface Posted {
  readonly per_s: number
  readonly p50_ms: number
  readonly p99_ms: number
  /** Processor time of the poster for one post: unlike the rates, hardly changed by others on the machine. */
  readonly cpu_us: number
}

interface Job {
  readonly pool: Pool
  readonly path: string
  readonly headers: readonly string[]
  readonly bodyOf: (n: number) => string
  readonly wanted: number
}

/** Posts once; calls back with an error, or with nothing when the wanted status came. */
type Post = (job: Job, n: number, done: (error?: Error) => void) => void

/** Posts before the clock starts: they open the connections, and both sides get warm. */
export const WARM_UP = 2_000

export async function main([what, origin = '', target = '', count, connections, how = '']: string[]): Promise<number> {
  endWithParent()
  const lanes = Number(connections)
  const pool = new Pool(origin, { connections: lanes, pipelining: 1 })
  const job: Job =
    what === 'events'
      ? {
          pool,
          path: '/api/v1/events',
          headers: ['content-type', 'application/json'],
          bodyOf: n => JSON.stringify({ ...eventOf(target, n, 'uuid'), name: how }),
          wanted: 202,
        }
      : {
          pool,
          path: target,
          headers: [
            ...['content-type', 'application/json', 'user-agent', 'Hookline/bench', 'accept-encoding', 'identity'],
            ...['webhook-id', 'hl_00000000_1234567_1', 'webhook-timestamp', '1750000000'],
          ],
          bodyOf: webhookBody,
          wanted: 200,
        }
  const post = how === 'request' ? postByRequest : postByDispatch
  await postAll(job, post, lanes, 0, WARM_UP)
  const cpuBefore = process.cpuUsage()
  const since = performance.now()
  const latencies = await postAll(job, post, lanes, WARM_UP, WARM_UP + Number(count))
  const seconds = (performance.now() - since) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  latencies.sort()
  const posted: Posted = {
    per_s: Math.round(latencies.length / seconds),
    p50_ms: at(latencies, 0.5),
    p99_ms: at(latencies, 0.99),
    cpu_us: Math.round((cpu.user + cpu.system) / latencies.length),
  }
  console.log(JSON.stringify(posted))
  await pool.destroy()
  return 0
}

/** Posts number `from` up to `to`, `lanes` at a time. Answers how long each took, in ms. Rejects with the first error. */
function postAll(job: Job, post: Post, lanes: number, from: number, to: number): Promise<Float64Array> {
  const latencies = new Float64Array(to - from)
  let next = from
  let open = to - from
  return new Promise((resolve, reject) => {
    const go = () => {
      if (next === to) return
      const n = next++
      const since = performance.now()
      post(job, n, error => {
        if (error !== undefined) return reject(error)
        latencies[n - from] = performance.now() - since
        if (--open === 0) resolve(latencies)
        else go()
      })
    }
    for (let lane = 0; lane < Math.min(lanes, to - from); lane++) go()
  })
}

function postByDispatch({ pool, path, headers, bodyOf, wanted }: Job, n: number, done: (error?: Error) => void): void {
  let status = 0
  pool.dispatch(
    { path, method: 'POST', headers: headers as string[], body: bodyOf(n) },
    {
      onConnect() {},
      onHeaders(code) {
        status = code
        return true
      },
      onData: () => true,
      onComplete: () => done(status === wanted ? undefined : new Error(`${path} was answered ${status}.`)),
      onError: done,
    },
  )
}

function postByRequest({ pool, path, headers, bodyOf, wanted }: Job, n: number, done: (error?: Error) => void): void {
  pool.request({ path, method: 'POST', headers: headers as string[], body: bodyOf(n) }).then(async answer => {
    await answer.body.dump()
    done(answer.statusCode === wanted ? undefined : new Error(`${path} was answered ${answer.statusCode}.`))
  }, done)
}

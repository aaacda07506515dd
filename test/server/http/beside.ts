import { Worker } from 'node:worker_threads'

/**
 * Somebody beside the server, on a thread of their own: what they measure does not stop with the server, which runs on the thread of the test. They ask /healthz every
 * 10 ms, and send what they are told to.
 *
 * Where the system tells it (Linux), what counts is the processor time that the thread of the server takes until it answers: that is what others wait for on a quiet
 * machine, and a machine full of other tests changes it little.
 */
export interface Beside {
  /** Sends a request of the API, and answers its status and text. */
  readonly sends: (method: string, path: string, body?: string) => Promise<{ status: number; text: string }>
  /** How long /healthz took at the worst since this was asked before. */
  readonly worst: () => Promise<Worst>
  readonly close: () => Promise<void>
}

export interface Worst {
  /** Until the answer (ms). */
  readonly ms: number
  /** Processor time of the server until the answer (ms); where nobody knows it, the same as `ms`. */
  readonly busyMs: number
  readonly asked: number
}

const prelude = `
const { parentPort, workerData } = require('node:worker_threads')
const http = require('node:http')
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }
    const request = http.request(workerData + path, { method, agent, headers }, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', part => (text += part)).on('end', () => resolve({ status: answer.statusCode, text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}`

const poller = `${prelude}
const fs = require('node:fs')
const none = { ms: 0, busyMs: 0, asked: 0 }
let worst = none
parentPort.on('message', () => {
  parentPort.postMessage(worst)
  worst = none
})
const mainThread = '/proc/' + process.pid + '/task/' + process.pid + '/schedstat'
const isTold = fs.existsSync(mainThread)
const busy = () => isTold ? Number(fs.readFileSync(mainThread, 'utf8').split(' ')[0]) / 1e6 : performance.now()
async function poll() {
  const [start, before] = [performance.now(), busy()]
  await ask('GET', '/healthz')
  const [ms, busyMs] = [performance.now() - start, busy() - before]
  worst = { ms: Math.max(worst.ms, ms), busyMs: Math.max(worst.busyMs, busyMs), asked: worst.asked + 1 }
  setTimeout(poll, Math.max(0, 10 - ms))
}
poll().catch(() => {})`

const sender = `${prelude}
parentPort.on('message', async ({ method, path, body }) => {
  parentPort.postMessage(await ask(method, path, body === undefined ? undefined : Buffer.from(body)))
})`

/** Begins to ask `url`, the address of a server. */
export function startBeside(url: string): Beside {
  const polls = new Worker(poller, { eval: true, workerData: url })
  const sends = new Worker(sender, { eval: true, workerData: url })
  return {
    sends: (method, path, body) => answered(sends, { method, path: `/api/v1${path}`, body }),
    worst: () => answered(polls, null),
    close: async () => {
      await Promise.all([polls.terminate(), sends.terminate()])
    },
  }
}

function answered<T>(worker: Worker, message: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (answer: T) => {
      worker.off('error', reject)
      resolve(answer)
    })
    worker.postMessage(message)
  })
}

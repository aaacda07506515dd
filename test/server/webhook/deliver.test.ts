import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseAllow } from '#server/webhook/allow'
import { createDeliver, type DeliverSetup } from '#server/webhook/deliver'
import { publicOnly } from '#server/webhook/guard'
import type { CallEnd } from '#shared/call'
import { type Behaviour, callTo, opening, respond, startReceiver } from './receiver'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function receiving(behave: Behaviour) {
  const receiver = await startReceiver(behave)
  ends.push(() => receiver.close())
  return receiver
}

function delivering(setup: Partial<DeliverSetup>) {
  const batches: (readonly CallEnd[])[] = []
  const begun: number[] = []
  const deliver = createDeliver({
    policy: publicOnly,
    options: { version: '9.8.7', deadlineMs: 5_000 },
    now: () => 1_700_000_000_999,
    onEnds: outcomes => batches.push(outcomes),
    onBegun: touches => begun.push(...touches),
    ...setup,
  })
  ends.push(() => deliver.close())
  return { deliver, batches, begun, outcomes: () => batches.flat() }
}

/** A worker thread written on the spot; it sees every message as `message`. */
function workerThat(does: string): URL {
  const code = `import { parentPort, threadId } from 'node:worker_threads'
    parentPort.on('message', message => {
      if (message.is === 'close') return parentPort.close()
      const answer = (calls, body) => parentPort.postMessage({ is: 'ends', ends: calls.map(({ touch }) =>
        ({ touch, ms: 1, is: 'answered', status: 200, headers: {}, body, cut: false })) })
      ${does}
    })`
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`)
}

const ok: Behaviour = socket => respond(socket, 'fine')

describe('deliver in this thread', () => {
  it('answers every call once, gathered by turns of the event loop', async () => {
    const held: (() => void)[] = []
    const receiver = await receiving(socket => {
      held.push(() => respond(socket, 'fine'))
      if (held.length === 300) for (const answer of held) answer()
    })
    const { deliver, batches, outcomes } = delivering({ policy: opening(receiver) })
    const calls = Array.from({ length: 300 }, () => callTo(receiver.url))

    deliver.dispatch(calls.slice(0, 200))
    deliver.dispatch(calls.slice(200))
    expect(deliver.inFlight()).toBe(300)
    await expect.poll(() => deliver.inFlight(), { timeout: 10_000 }).toBe(0)

    expect(
      outcomes()
        .map(({ touch }) => touch)
        .sort((a, b) => a - b),
    ).toEqual(calls.map(({ touch }) => touch))
    expect(outcomes().every(outcome => outcome.is === 'answered')).toBe(true)
    expect(batches.length).toBeLessThan(300)
  })

  it('answers a call that may not leave like any other', async () => {
    const { deliver, outcomes } = delivering({})

    deliver.dispatch([callTo('http://127.0.0.1/'), callTo('not a url')])
    await expect.poll(() => deliver.inFlight(), { timeout: 10_000 }).toBe(0)

    expect(outcomes()).toMatchObject([{ cause: 'blocked-address' }, { cause: 'bad-request' }])
  })

  it('says nothing more once it is closed', async () => {
    const receiver = await receiving(() => {})
    const { deliver, outcomes } = delivering({ policy: opening(receiver) })
    deliver.dispatch([callTo(receiver.url)])
    await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(1)

    await deliver.close()
    deliver.dispatch([callTo(receiver.url)])

    await expect.poll(() => receiver.open(), { timeout: 10_000 }).toBe(0)
    expect(outcomes()).toEqual([])
  })
})

describe('deliver with worker threads', () => {
  it('sends all calls of an origin to one thread, and other origins to others', async () => {
    const { deliver, outcomes } = delivering({
      workers: 4,
      workerUrl: workerThat('answer(message.calls, String(threadId))'),
    })
    const calls = Array.from({ length: 400 }, (_, i) => callTo(`https://host-${i % 40}.example/${i}`))

    deliver.dispatch(calls)
    await expect.poll(() => deliver.inFlight(), { timeout: 10_000 }).toBe(0)

    const threads = new Map<string, Set<string>>()
    for (const outcome of outcomes()) {
      const host = new URL(calls.find(({ touch }) => touch === outcome.touch)?.request.url ?? '').host
      threads.set(host, (threads.get(host) ?? new Set()).add(outcome.is === 'answered' ? outcome.body : 'none'))
    }
    expect(threads.size).toBe(40)
    for (const used of threads.values()) expect(used.size).toBe(1)
    expect(new Set([...threads.values()].flatMap(used => [...used])).size).toBe(4)
  })

  it('answers what a dead thread held, and starts another for the next calls', async () => {
    const { deliver, outcomes } = delivering({
      workers: 1,
      workerUrl: workerThat(`if (message.calls.length === 3) {
        answer(message.calls.slice(0, 1), 'before')
        setImmediate(() => { throw new Error('out of luck') })
      } else answer(message.calls, 'after')`),
    })

    deliver.dispatch([callTo('https://a.example/'), callTo('https://b.example/'), callTo('https://c.example/')])
    await expect.poll(() => deliver.inFlight(), { timeout: 10_000 }).toBe(0)
    deliver.dispatch([callTo('https://d.example/')])
    await expect.poll(() => deliver.inFlight(), { timeout: 10_000 }).toBe(0)

    const message = 'The thread that made this call died (out of luck). Whether the call arrived is not known.'
    expect(outcomes()).toMatchObject([
      { is: 'answered', body: 'before' },
      { is: 'unreachable', cause: 'reset', message },
      { is: 'unreachable', cause: 'reset', message },
      { is: 'answered', body: 'after' },
    ])
  })

  it('answers calls also when the thread cannot even start', async () => {
    const { deliver, outcomes } = delivering({ workers: 1, workerUrl: new URL('file:///nowhere/call-worker.js') })

    deliver.dispatch([callTo('https://a.example/')])
    await expect.poll(() => deliver.inFlight(), { timeout: 10_000 }).toBe(0)

    expect(outcomes()).toMatchObject([{ is: 'unreachable', cause: 'reset' }])
  })
})

describe('the call worker, as it is built', () => {
  const outDir = fileURLToPath(new URL('../../../node_modules/.cache/call-worker-test', import.meta.url))
  const workerUrl = pathToFileURL(`${outDir}/call-worker.js`)
  beforeAll(async () => {
    const input = { 'call-worker': 'server/webhook/call-worker.ts' }
    await build({
      configFile: false,
      logLevel: 'error',
      build: { ssr: true, outDir, emptyOutDir: true, target: 'node20', rollupOptions: { input } },
    })
  })

  it('makes calls under the policy that it was given, by the clock on the wall', async () => {
    const receiver = await receiving(ok)
    const closed = await receiving(ok)
    const policy = { ...publicOnly, allow: parseAllow(`127.0.0.1:${receiver.port}`) }
    const { deliver, batches, outcomes } = delivering({ policy, workers: 2, workerUrl })

    deliver.dispatch([...Array.from({ length: 200 }, () => callTo(receiver.url)), callTo(closed.url)])
    await expect.poll(() => deliver.inFlight(), { timeout: 10_000 }).toBe(0)

    expect(outcomes().filter(outcome => outcome.is === 'answered' && outcome.body === 'fine')).toHaveLength(200)
    expect(outcomes().filter(outcome => outcome.is === 'unreachable')).toMatchObject([{ cause: 'blocked-address' }])
    expect(closed.connections()).toBe(0)
    const stamped = Number(/\r\nwebhook-timestamp: (\d+)\r\n/.exec(receiver.requests[0] ?? '')?.[1])
    expect(Math.abs(Date.now() / 1000 - stamped)).toBeLessThan(60)
    expect(batches.length).toBeLessThan(200)
  })

  it('law 14: takes back what has not begun, tells when paced calls begin, and confirms after both', async () => {
    const receiver = await receiving(() => {})
    const { deliver, outcomes, begun } = delivering({ policy: opening(receiver), workers: 1, workerUrl })
    const open = { ...callTo(receiver.url), atOnce: 1, paced: true }
    deliver.dispatch([open])
    await expect.poll(() => begun, { timeout: 10_000 }).toEqual([open.touch])

    // It waits for the one before it to end.
    const back = { ...callTo(receiver.url), atOnce: 1 }
    deliver.dispatch([back])
    await deliver.revoke([open.touch, back.touch, 999_999])

    expect(outcomes()).toMatchObject([{ touch: back.touch, is: 'withdrawn', why: 'revoked' }])
    expect(receiver.requests).toHaveLength(1)
    expect(deliver.inFlight()).toBe(1)
  })

  it('ends when it is told to, with calls open', async () => {
    const receiver = await receiving(() => {})
    const { deliver } = delivering({ policy: opening(receiver), workers: 1, workerUrl })
    deliver.dispatch([callTo(receiver.url)])
    await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(1)

    await deliver.close()

    await expect.poll(() => receiver.open(), { timeout: 10_000 }).toBe(0)
  })
})

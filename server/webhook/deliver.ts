import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Call, CallEnd, Dispatch, Revoke } from '#shared/call'
import { type CallerOptions, createCaller } from './call'
import type { Policy } from './guard'

// The main thread's side of the door. It spreads calls over worker threads and gathers their outcomes, both in one post
// for each turn of the event loop. Every call that is dispatched is answered exactly once, also when its worker dies.

/** What crosses into a worker is plain data: no clock, no resolver. */
export type WorkerOptions = Omit<CallerOptions, 'now' | 'resolve' | 'onBegun'>

export interface WorkerSetup {
  readonly policy: Policy
  readonly options: WorkerOptions
}

export type ToWorker =
  | { readonly is: 'calls'; readonly calls: readonly Call[] }
  | { readonly is: 'revoke'; readonly id: number; readonly touches: readonly number[] }
  | { readonly is: 'close' }

export type FromWorker =
  | { readonly is: 'ends'; readonly ends: readonly CallEnd[] }
  | { readonly is: 'begun'; readonly touches: readonly number[] }
  /** Those that had not begun came back before this. */
  | { readonly is: 'revoked'; readonly id: number }

export interface DeliverSetup extends WorkerSetup {
  /** Wall clock in ms, for calls that run in this thread. */
  readonly now: () => number
  readonly onEnds: (ends: readonly CallEnd[]) => void
  /** The first bytes of these paced calls have left. */
  readonly onBegun: (touches: readonly number[]) => void
  /**
   * Where the built call-worker.js is. Without it the calls run in this thread (tests, where a TypeScript worker cannot
   * be loaded).
   */
  readonly workerUrl?: URL
  /** Default: one for each core beside the main thread's, 1 to 4. */
  readonly workers?: number
}

export interface Deliver {
  readonly dispatch: Dispatch
  readonly revoke: Revoke
  /** Calls that were dispatched and have not come back yet. */
  inFlight(): number
  /** Ends all calls and threads. Open calls get no outcome any more, so wait for `inFlight() === 0` first. */
  close(): Promise<void>
}

/** Something that makes calls and answers each exactly once: a worker thread, or this thread. */
interface Runner {
  run(calls: readonly Call[]): void
  revoke(touches: readonly number[]): Promise<void>
  close(): Promise<void>
}

type Answer = (ends: readonly CallEnd[]) => void

/** How long a worker may take to end in order before it is ended. */
const closeMs = 1_000

/** Starts the workers and hands out the `dispatch` that the engine is given. */
export function createDeliver(setup: DeliverSetup): Deliver {
  let inFlight = 0
  let isClosed = false
  const answer: Answer = ends => {
    if (isClosed || ends.length === 0) return
    inFlight -= ends.length
    setup.onEnds(ends)
  }
  const runners = startRunners(setup, answer)
  const batches: Call[][] = runners.map(() => [])
  let isFlushing = false

  function dispatch(calls: readonly Call[]): void {
    if (isClosed) return
    inFlight += calls.length
    for (const call of calls) batches[laneOf(call.request.url, runners.length)]?.push(call)
    if (isFlushing) return
    isFlushing = true
    setImmediate(flush)
  }

  function flush(): void {
    isFlushing = false
    if (isClosed) return
    for (const [index, runner] of runners.entries()) {
      const calls = batches[index]?.splice(0) ?? []
      if (calls.length > 0) runner.run(calls)
    }
  }

  async function revoke(touches: readonly number[]): Promise<void> {
    if (isClosed || touches.length === 0) return
    // Calls of this turn may not be with their runner yet. They go first, or they would arrive after their own
    // revocation.
    flush()
    await Promise.all(runners.map(runner => runner.revoke(touches)))
  }

  async function close(): Promise<void> {
    isClosed = true
    await Promise.all(runners.map(runner => runner.close()))
  }

  return { dispatch, revoke, inFlight: () => inFlight, close }
}

function startRunners(setup: DeliverSetup, answer: Answer): readonly Runner[] {
  const { workerUrl } = setup
  if (workerUrl === undefined) return [runHere(setup, answer)]
  const count = setup.workers ?? Math.min(4, Math.max(1, availableParallelism() - 1))
  // Connections are counted for the process; one origin always meets the same worker.
  const total = Math.ceil((setup.options.total ?? 1_024) / count)
  const options = { ...setup.options, total }
  return Array.from({ length: count }, () => runInWorker({ ...setup, options }, workerUrl, answer))
}

/** Calls run in this thread; their ends are gathered for one turn as a worker does. */
function runHere({ policy, options, now, onBegun }: DeliverSetup, answer: Answer): Runner {
  const caller = createCaller(policy, { ...options, now, onBegun })
  const ends: CallEnd[] = []
  const collect = (end: CallEnd) => {
    if (ends.length === 0) setImmediate(() => answer(ends.splice(0)))
    ends.push(end)
  }
  return {
    run: calls => {
      for (const call of calls) caller.call(call, collect)
    },
    revoke: async touches => caller.revoke(touches),
    close: () => caller.close(),
  }
}

/**
 * Runs calls in a worker thread. The next calls start a dead worker again; the calls that it held are settled for it.
 */
function runInWorker({ policy, options, onBegun }: DeliverSetup, workerUrl: URL, answer: Answer): Runner {
  /** By touch: when the call was posted, by the monotonic clock. */
  const open = new Map<number, number>()
  /** Revocations that the worker has not confirmed. */
  const revoking = new Map<number, () => void>()
  let revocations = 0
  let worker: Worker | null = start()

  function start(): Worker {
    const started = new Worker(workerUrl, { workerData: { policy, options } satisfies WorkerSetup })
    let died = 'it ended'
    started.on('message', (message: FromWorker) => {
      switch (message.is) {
        case 'ends':
          for (const { touch } of message.ends) open.delete(touch)
          answer(message.ends)
          return
        case 'begun':
          onBegun(message.touches)
          return
        case 'revoked':
          revoking.get(message.id)?.()
          revoking.delete(message.id)
      }
    })
    started.on('error', error => {
      died = error.message
    })
    // Comes last, after every message that the worker had posted.
    started.on('exit', () => {
      worker = null
      answer(answerFor(open, died))
      open.clear()
      for (const resolve of revoking.values()) resolve()
      revoking.clear()
    })
    return started
  }

  function run(calls: readonly Call[]): void {
    const posted = performance.now()
    for (const { touch } of calls) open.set(touch, posted)
    worker ??= start()
    worker.postMessage({ is: 'calls', calls } satisfies ToWorker)
  }

  function revoke(touches: readonly number[]): Promise<void> {
    const ours = touches.filter(touch => open.has(touch))
    if (worker === null || ours.length === 0) return Promise.resolve()
    const id = ++revocations
    worker.postMessage({ is: 'revoke', id, touches: ours } satisfies ToWorker)
    return new Promise(resolve => revoking.set(id, resolve))
  }

  async function close(): Promise<void> {
    const ending = worker
    if (ending === null) return
    const exited = new Promise<void>(resolve => ending.once('exit', () => resolve()))
    const timer = setTimeout(() => void ending.terminate(), closeMs)
    ending.postMessage({ is: 'close' } satisfies ToWorker)
    await exited
    clearTimeout(timer)
  }

  return { run, revoke, close }
}

function answerFor(open: ReadonlyMap<number, number>, died: string): readonly CallEnd[] {
  const message = `The thread that made this call died (${died}). Whether the call arrived is not known.`
  return [...open].map(([touch, posted]) => {
    const ms = Math.round(performance.now() - posted)
    return { touch, ms, is: 'unreachable', cause: 'reset', message, sent: true }
  })
}

/**
 * Which worker makes the call. All calls of an origin have the same one, so that its limits and connections are in one
 * place.
 */
function laneOf(url: string, count: number): number {
  if (count === 1) return 0
  // Only spreads; where the call really goes is decided on the parsed URL, in the worker.
  const end = url.indexOf('/', 8)
  const length = end === -1 ? url.length : end
  let hash = 0
  for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + url.charCodeAt(i)) | 0
  return Math.abs(hash) % count
}

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Call, Dispatch, Outcome } from '#shared/call'
import { type CallerOptions, createCaller } from './call'
import type { Policy } from './guard'

// The main thread's side of the door. It spreads calls over worker threads and gathers their outcomes, both in one post
// for each turn of the event loop. Every call that is dispatched is answered exactly once, also when its worker dies.

/** What crosses into a worker is plain data: no clock, no resolver. */
export type WorkerOptions = Omit<CallerOptions, 'now' | 'resolve'>

export interface WorkerSetup {
  readonly policy: Policy
  readonly options: WorkerOptions
}

export type ToWorker =
  | { readonly is: 'calls'; readonly now: number; readonly calls: readonly Call[] }
  | { readonly is: 'close' }

export interface DeliverSetup extends WorkerSetup {
  /** Wall clock in ms. Workers are told the time with each batch. */
  readonly now: () => number
  readonly onOutcomes: (outcomes: readonly Outcome[]) => void
  /** Where the built call-worker.js is. Without it the calls run in this thread (tests, where a TypeScript worker cannot be loaded). */
  readonly workerUrl?: URL
  /** Default: one for each core beside the main thread's, 1 to 4. */
  readonly workers?: number
}

export interface Deliver {
  readonly dispatch: Dispatch
  /** Calls that were dispatched and have no outcome yet. */
  inFlight(): number
  /** Ends all calls and threads. What is still open gets no outcome any more: wait for `inFlight() === 0` first to lose nothing. */
  close(): Promise<void>
}

/** Something that makes calls and answers each exactly once: a worker thread, or this thread. */
interface Runner {
  run(calls: readonly Call[]): void
  close(): Promise<void>
}

type Answer = (outcomes: readonly Outcome[]) => void

/** How long a worker may take to end in order before it is ended. */
const closeMs = 1_000

/** Starts the workers and hands out the `dispatch` that the engine is given. */
export function createDeliver(setup: DeliverSetup): Deliver {
  let inFlight = 0
  let isClosed = false
  const answer: Answer = outcomes => {
    if (isClosed || outcomes.length === 0) return
    inFlight -= outcomes.length
    setup.onOutcomes(outcomes)
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

  async function close(): Promise<void> {
    isClosed = true
    await Promise.all(runners.map(runner => runner.close()))
  }

  return { dispatch, inFlight: () => inFlight, close }
}

function startRunners(setup: DeliverSetup, answer: Answer): readonly Runner[] {
  const { workerUrl } = setup
  if (workerUrl === undefined) return [runHere(setup, answer)]
  const count = setup.workers ?? Math.min(4, Math.max(1, availableParallelism() - 1))
  // The limit over all origins is for the process; one origin always meets the same worker.
  const total = Math.ceil((setup.options.total ?? 1_024) / count)
  const options = { ...setup.options, total }
  return Array.from({ length: count }, () => runInWorker({ ...setup, options }, workerUrl, answer))
}

/** Calls run in this thread; outcomes are gathered for one turn as a worker does. */
function runHere({ policy, options, now }: DeliverSetup, answer: Answer): Runner {
  const caller = createCaller(policy, { ...options, now })
  const outcomes: Outcome[] = []
  const collect = (outcome: Outcome) => {
    if (outcomes.length === 0) setImmediate(() => answer(outcomes.splice(0)))
    outcomes.push(outcome)
  }
  return {
    run: calls => {
      for (const call of calls) caller.call(call, collect)
    },
    close: () => caller.close(),
  }
}

/** Calls run in a worker thread. One that died is started again by the next calls; those it held are answered for it. */
function runInWorker({ policy, options, now }: DeliverSetup, workerUrl: URL, answer: Answer): Runner {
  /** By touch: when the call was posted, by the monotonic clock. */
  const open = new Map<number, number>()
  let worker: Worker | null = start()

  function start(): Worker {
    const started = new Worker(workerUrl, { workerData: { policy, options } satisfies WorkerSetup })
    let died = 'it ended'
    started.on('message', (outcomes: readonly Outcome[]) => {
      for (const { touch } of outcomes) open.delete(touch)
      answer(outcomes)
    })
    started.on('error', error => {
      died = error.message
    })
    // Comes last, after every message that the worker had posted.
    started.on('exit', () => {
      worker = null
      answer(answerFor(open, died))
      open.clear()
    })
    return started
  }

  function run(calls: readonly Call[]): void {
    const posted = performance.now()
    for (const { touch } of calls) open.set(touch, posted)
    worker ??= start()
    worker.postMessage({ is: 'calls', now: now(), calls } satisfies ToWorker)
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

  return { run, close }
}

function answerFor(open: ReadonlyMap<number, number>, died: string): readonly Outcome[] {
  const message = `The thread that made this call died (${died}). Whether the call arrived is not known.`
  return [...open].map(([touch, posted]) => {
    const ms = Math.round(performance.now() - posted)
    return { touch, ms, is: 'unreachable', cause: 'reset', message, sent: true }
  })
}

/** Which worker makes the call: the same one for all calls of an origin, so that its limits and connections hold in one place. */
function laneOf(url: string, count: number): number {
  if (count === 1) return 0
  // Only spreads; where the call really goes is decided on the parsed URL, in the worker.
  const end = url.indexOf('/', 8)
  const length = end === -1 ? url.length : end
  let hash = 0
  for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + url.charCodeAt(i)) | 0
  return Math.abs(hash) % count
}

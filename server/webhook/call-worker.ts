import { parentPort, workerData } from 'node:worker_threads'
import type { Outcome } from '#shared/call'
import { createCaller } from './call'
import type { ToWorker, WorkerSetup } from './deliver'

// The entry of a worker thread: batches of calls in, batches of outcomes out, one post for each turn of the event loop
// (posting them one by one costs as much as making the calls). It reads no clock of its own: every batch brings the time.

const port = parentPort
if (port === null) throw new Error('call-worker is started by webhook/deliver, as a worker thread.')

const { policy, options } = workerData as WorkerSetup // handed over by deliver.ts, the only one that starts this file
const outcomes: Outcome[] = []
let clockAhead = 0

const caller = createCaller(policy, { ...options, now: () => performance.now() + clockAhead })

port.on('message', (message: ToWorker) => {
  if (message.is === 'close') {
    void caller.close().then(() => port.close())
    return
  }
  clockAhead = message.now - performance.now()
  for (const call of message.calls) caller.call(call, collect)
})

function collect(outcome: Outcome): void {
  if (outcomes.length === 0) setImmediate(flush)
  outcomes.push(outcome)
}

function flush(): void {
  port?.postMessage(outcomes.splice(0))
}

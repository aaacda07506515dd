import { parentPort, workerData } from 'node:worker_threads'
import type { CallEnd } from '#shared/call'
import { createCaller } from './call'
import type { FromWorker, ToWorker, WorkerSetup } from './deliver'

// The entry of a worker thread: batches of calls in, batches of ends out, one post for each turn of the event loop
// (posting them one by one costs as much as making the calls). It looks at the wall clock itself: a verdict that ends
// at 22:00 ends there, also when the clock was set while the call waited for its connection.

const port = parentPort
if (port === null) throw new Error('call-worker is started by webhook/deliver, as a worker thread.')

const { policy, options } = workerData as WorkerSetup // handed over by deliver.ts, the only one that starts this file
const ends: CallEnd[] = []

const caller = createCaller(policy, {
  ...options,
  now: () => Date.now(),
  onBegun: touches => post({ is: 'begun', touches }),
})

port.on('message', (message: ToWorker) => {
  switch (message.is) {
    case 'calls':
      for (const call of message.calls) caller.call(call, collect)
      return
    case 'revoke':
      caller.revoke(message.touches)
      flush()
      post({ is: 'revoked', id: message.id })
      return
    case 'close':
      void caller.close().then(() => port.close())
  }
})

function collect(end: CallEnd): void {
  if (ends.length === 0) setImmediate(flush)
  ends.push(end)
}

function flush(): void {
  if (ends.length > 0) post({ is: 'ends', ends: ends.splice(0) })
}

function post(message: FromWorker): void {
  port?.postMessage(message)
}

import type { Server } from 'node:net'
import { afterEach } from 'vitest'
import type { CallerOptions } from '#server/webhook/call'
import type { Policy } from '#server/webhook/guard'
import { type Behaviour, opening, type Receiver, respond, startCaller, startReceiver } from './receiver'

// Receivers and callers that end with the test that asked for them.

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Does this when the test is over, the last asked first. */
export function atTheEnd(does: () => Promise<void>): void {
  ends.push(does)
}

export async function receiving(behave: Behaviour, host?: string, port?: number): Promise<Receiver> {
  const receiver = await startReceiver(behave, host, port)
  atTheEnd(() => receiver.close())
  return receiver
}

export function calling(policy: Policy, options?: Partial<CallerOptions>) {
  const test = startCaller(policy, options)
  atTheEnd(() => test.caller.close())
  return test
}

/** A receiver, and a caller to whom nothing else is open. */
export async function meeting(behave: Behaviour, options?: Partial<CallerOptions>) {
  const receiver = await receiving(behave)
  return { receiver, ...calling(opening(receiver), options) }
}

export const ok: Behaviour = socket => respond(socket, 'fine')

/** What a name server answers. */
export function answersOf(addresses: readonly string[]) {
  return addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
}

/** Listens on a free port of loopback. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  atTheEnd(() => new Promise(resolve => server.close(() => resolve())))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

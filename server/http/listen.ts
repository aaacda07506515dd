import type { RequestListener, Server } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import { type Config, isLoopback } from '../config'
import { type Address, StartFailed } from '../parts'

/** Listens where the configuration says. Throws `StartFailed`. */
export function listen(http: Server, { host, port }: Config): Promise<Address> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new StartFailed(sayListen(cause, host, port), { cause })),
    )
    http.listen({ host, port }, () => resolve(addressOf(http.address() as AddressInfo)))
  })
}

function sayListen({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use by another program. Stop it, or set PORT to another one.`
  if (code === 'EACCES') return `Port ${port} may not be used by this account. Set PORT to one above 1023.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address "${host}". Set HOST to one that it has.`
  return `The server cannot listen on ${host}:${port}: ${message}`
}

/** Who listens on every address calls itself by loopback's. */
function addressOf({ address, port }: AddressInfo): Address {
  const reached = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return { host: address, port, origin: `http://${isIPv6(reached) ? `[${reached}]` : reached}:${port}` }
}

/**
 * The configuration demands a token where HOST is more than loopback. This catches a name that turned out to lead
 * elsewhere.
 */
export function mustBeClosed({ host }: Address, { host: name, accessToken = '' }: Config): void {
  if (accessToken === '' && !isLoopback(host))
    throw new StartFailed(`"${name}" is ${host} on this machine, which others can reach: set HOOKLINE_ACCESS_TOKEN.`)
}

/** For the moment between "it listens" and "it works": reading back a large database takes a while. */
export const starting: RequestListener = (_req, res) => {
  res
    .writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' })
    .end('Hookline is starting.')
}

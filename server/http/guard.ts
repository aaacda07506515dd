import type { Request, RequestHandler } from 'express'
import { refuse } from './problem'

// Nobody is logged in yet, so a web page that the same person has open must not be able to use this server in their name.

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])
const loopback = /^(127(\.\d{1,3}){3}|localhost|\[::1\]|::1)$/

/**
 * While the server listens on loopback only, it answers to loopback's names only: a foreign name that points at 127.0.0.1 (DNS rebinding) would make
 * another site's page same-origin with us. `host` is what the operator chose to listen on.
 */
export function onlyOwnNames(host: string): RequestHandler {
  const isLocal = loopback.test(host)
  return (req, _res, next) => {
    const name = (req.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
    if (isLocal && !loopback.test(name) && name !== host.toLowerCase())
      throw refuse(
        421,
        'host.unknown',
        `This server is not "${name}".`,
        'Use http://127.0.0.1, or start it with another HOST.',
      )
    next()
  }
}

/**
 * Refuses (403) what another site's page asks a browser to do (delivery R50). Browsers say where a request comes from in `Sec-Fetch-Site`, older
 * ones in `Origin`; programs send neither. A link to us (a navigation) is fine.
 */
export const sameSiteOnly: RequestHandler = (req, _res, next) => {
  const isLink = safe.has(req.method) && req.headers['sec-fetch-mode'] === 'navigate'
  if (!isLink && isForeign(req))
    throw refuse(
      403,
      'request.cross-site',
      'The request comes from a page of another site.',
      'Call the API from a program, or from Hookline itself.',
    )
  next()
}

function isForeign({ headers }: Request): boolean {
  const site = headers['sec-fetch-site']
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none'
  if (headers.origin === undefined) return false
  return !['http://', 'https://'].some(scheme => headers.origin === `${scheme}${headers.host}`)
}

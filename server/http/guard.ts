import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../config'
import { type Refused, refuse } from './problem'
import type { Rule } from './rule'

// A web page that the same person has open must not be able to use this server in their name.

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What this server is called. */
export interface OwnNames {
  /** What the operator chose to listen on. */
  readonly host: string
  /** The origin of PUBLIC_URL, or empty. */
  readonly publicUrl: string
}

/**
 * Answers to loopback's names, to the host of PUBLIC_URL and to the one address that it listens on: a foreign name that
 * points here (DNS rebinding) would make another site's page same-origin with us. Ports do not matter for that, and a
 * proxy may change them.
 */
export function onlyOwnNames({ host, publicUrl }: OwnNames): Rule {
  // "Every address" is no name.
  const own = new Set(['0.0.0.0', '::'].includes(host) ? [] : [host.toLowerCase(), `[${host.toLowerCase()}]`])
  if (publicUrl !== '') own.add(new URL(publicUrl).hostname)
  return req => {
    for (const called of namesIn(req)) {
      const name = called.replace(/:\d*$/, '').toLowerCase()
      if (!isLoopback(name) && !own.has(name)) throw notOurs(name.slice(0, 255))
    }
  }
}

/** All that a request calls us: a proxy before us may look at another `Host` than we, or at the address in the line. */
function namesIn({ rawHeaders, url = '' }: IncomingMessage): readonly string[] {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'host')
  const [, absolute] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url) ?? []
  return [...(hosts.length === 0 ? [''] : hosts), ...(absolute === undefined ? [] : [absolute])]
}

function notOurs(name: string): Refused {
  const like = /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/.test(name) ? name : 'hookline.example.com'
  return refuse(
    421,
    'host.unknown',
    name === '' ? 'The request names no host.' : `This server is not called ${JSON.stringify(name)}.`,
    `On its own machine call http://127.0.0.1. To open it to others, set PUBLIC_URL to the address that they call, like https://${like}, and HOOKLINE_ACCESS_TOKEN.`,
  )
}

/**
 * Refuses (403) what another site's page asks a browser to do (delivery R50). Browsers say where a request comes from
 * in `Sec-Fetch-Site`, older ones in `Origin`; programs send neither. A link to us (a navigation) is fine.
 */
export function sameSiteOnly({ publicUrl }: Pick<OwnNames, 'publicUrl'>): Rule {
  return req => {
    const isLink = safe.has(req.method ?? '') && req.headers['sec-fetch-mode'] === 'navigate'
    if (!isLink && isForeign(req, publicUrl))
      throw refuse(
        403,
        'request.cross-site',
        'The request comes from a page of another site.',
        'Call the API from a program, or from Hookline itself.',
      )
  }
}

/**
 * Refuses (400) addresses and queries with a NUL: nothing has such a name, and PostgreSQL could not even look for it.
 * Bodies: request/json.ts.
 */
export const noNul: Rule = req => {
  if (req.url?.includes('%00'))
    throw refuse(
      400,
      'text.unstorable',
      'The address holds a NUL (%00), which nothing here has in its name.',
      'Remove it.',
    )
}

function isForeign({ headers }: IncomingMessage, publicUrl: string): boolean {
  const site = headers['sec-fetch-site']
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none'
  // A proxy may have put its own name into Host.
  if (headers.origin === undefined || (publicUrl !== '' && headers.origin === publicUrl)) return false
  return !['http://', 'https://'].some(scheme => headers.origin === `${scheme}${headers.host}`)
}

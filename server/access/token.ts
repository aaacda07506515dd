import { createHmac, scryptSync, timingSafeEqual } from 'node:crypto'
import { DAY } from '#shared/time/units'

// One token opens everything, until there are accounts. Programs send it as it is. A browser gets a cookie that is
// derived from it and does not hold it.

/** What a cookie says of its session. */
export interface Session {
  readonly id: string
  /** From this instant on (ms) the cookie is worth nothing. */
  readonly until: number
}

/** What can be told of a token by whoever knows it. */
export interface Token {
  /** Is this the token? Takes the same time for each wrong text. */
  readonly is: (text: string) => boolean
  /** The value of a cookie for a new session. `id` is random hex. */
  readonly seal: (session: Session) => string
  /** The session of a cookie's value; undefined when it was not made with this token, or is past its time. */
  readonly unseal: (value: string, now: number) => Session | undefined
}

/** ms */
export const SESSION_MS = 30 * DAY

export function createToken(secret: string): Token {
  // Slow on purpose (some 50 ms, once a start): whoever gets hold of a cookie cannot try out tokens by the million.
  const key = scryptSync(secret, 'Hookline session', 32)
  const mac = (text: string) => createHmac('sha256', key).update(text).digest()
  const expected = mac(`token ${secret}`)
  return {
    is: text => timingSafeEqual(mac(`token ${text}`), expected),
    seal: ({ id, until }) => `${id}.${until}.${mac(`session ${id}.${until}`).toString('base64url')}`,
    unseal: (value, now) => {
      const [, id = '', until = '', sealed = ''] = /^([0-9a-f]{24})\.(\d{1,15})\.([\w-]{43})$/.exec(value) ?? []
      if (sealed === '' || Number(until) <= now) return undefined
      const isOurs = timingSafeEqual(mac(`session ${id}.${until}`), Buffer.from(sealed, 'base64url'))
      return isOurs ? { id, until: Number(until) } : undefined
    },
  }
}

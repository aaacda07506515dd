import type { RequestListener } from 'node:http'
import type { Fail } from './problem'
import type { Rule } from './rule'

const ADDRESS = '/api/v1/events'

interface Parts {
  /** What Express asks before it comes to the handler, in the same order. */
  readonly rules: readonly Rule[]
  readonly take: (...[req, res]: Parameters<RequestListener>) => Promise<void>
  readonly fail: Fail
  /** Everything else, and events at this address in another spelling. */
  readonly otherwise: RequestListener
}

/**
 * Takes events before Express sees them: its chain and its search for the route cost more than all that is done with a
 * single event. The rules, the handler and what answers errors are Express's own, so that nobody can tell which way a
 * request went (test/server/http/events-door.test.ts compares the bytes).
 */
export function eventsDoor({ rules, take, fail, otherwise }: Parts): RequestListener {
  return (req, res) => {
    if (req.method !== 'POST' || req.url !== ADDRESS) {
      otherwise(req, res)
      return
    }
    try {
      for (const rule of rules) rule(req, res)
    } catch (refused) {
      fail(refused, req, res, ADDRESS)
      return
    }
    take(req, res).catch(thrown => fail(thrown, req, res, ADDRESS))
  }
}

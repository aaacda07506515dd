import type { CallEnd, Dispatch, Outcome, Withdrawal } from '#shared/call'
import type { Env } from '#shared/engine/env'
import type { RenderedRequest } from '#shared/rules/webhook-request'

/** Test sends that may be on their way at once. */
const MOST = 20

/**
 * Test sends: calls without a touch. They leave by the one door, with its guard and time limits; their outcomes never
 * reach the engine.
 */
export interface Trials {
  /** Sends once, with so long for an answer; undefined when too many are on their way. */
  send(request: RenderedRequest, seconds: number): Promise<Outcome> | undefined
  /** Takes the ends of test sends out of a batch; the rest is the engine's. */
  take(ends: readonly CallEnd[]): readonly CallEnd[]
}

export function createTrials(dispatch: Dispatch, { epoch, chance }: Omit<Env, 'dispatch' | 'revoke'>): Trials {
  /** By touch. Touches of journeys are positive, these are not. */
  const open = new Map<number, (outcome: Outcome) => void>()
  let last = 0
  return {
    send(request, seconds) {
      if (open.size >= MOST) return undefined
      last -= 1
      const touch = last
      return new Promise(resolve => {
        open.set(touch, resolve)
        const webhookId = `hl_${epoch}_test_${chance.hex(6)}`
        dispatch([{ touch, webhookId, attempt: 1, seconds, atOnce: null, until: null, paced: false, request }])
      })
    },
    take(ends) {
      if (open.size === 0) return ends
      return ends.filter(end => {
        const resolve = open.get(end.touch)
        open.delete(end.touch)
        resolve?.(end.is === 'withdrawn' ? notSent(end) : end)
        return resolve === undefined
      })
    },
  }
}

/** Nobody takes a test send back; what keeps one here is our own doing: Hookline stops, or has no file left to open. */
function notSent({ touch, message }: Withdrawal): Outcome {
  return { touch, ms: 0, is: 'unreachable', cause: 'reset', message, sent: false }
}

import type { Dispatch, Outcome } from '#shared/call'
import type { RenderedRequest } from '#shared/rules/webhook-request'
import type { Env } from '../env'

/** Test sends that may be on their way at once. */
const MOST = 20

/** Test sends: calls of no touch. They leave by the one door, with its guard and its time limits, and their outcomes never reach the engine. */
export interface Trials {
  /** Sends once, with so long for an answer; undefined when too many are on their way. */
  send(request: RenderedRequest, seconds: number): Promise<Outcome> | undefined
  /** Takes the outcomes of test sends out of a batch; the rest is the engine's. */
  take(outcomes: readonly Outcome[]): readonly Outcome[]
}

export function createTrials(dispatch: Dispatch, { epoch, chance }: Omit<Env, 'dispatch'>): Trials {
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
        dispatch([{ touch, webhookId: `hl_${epoch}_test_${chance.hex(6)}`, attempt: 1, seconds, request }])
      })
    },
    take(outcomes) {
      if (open.size === 0) return outcomes
      return outcomes.filter(outcome => {
        const resolve = open.get(outcome.touch)
        open.delete(outcome.touch)
        resolve?.(outcome)
        return resolve === undefined
      })
    },
  }
}

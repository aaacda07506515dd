import type { Env, Log } from '../engine/env'

/** Nobody reads what a simulation logs. */
export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }

/** What a simulation brings itself; all else of its outside world is made up here. */
type Own = 'clock' | 'chance' | 'store' | 'ids' | 'dispatch' | 'revoke' | 'originOf'

export interface SimulatedWorld extends Pick<Env, Own> {
  /** Counted from 1, one for each start of the process: stands in every id that leaves the house. */
  readonly epoch: number
  readonly log?: Log
}

/** The outside world of an engine that is simulated. */
export function simulatedEnv({ epoch, log = silent, ...own }: SimulatedWorld): Env {
  return { ...own, epoch: `sim_${epoch}`, system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' }, log }
}

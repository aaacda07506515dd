import type { Dispatch, Revoke } from '#shared/call'
import type { SystemTokens } from '#shared/world'
import type { Chance, Clock } from './clock'
import type { Ids } from './store/ids'
import type { Store } from './store/work'

/** Something worth a line in the log, with the values that belong to it. */
export interface Log {
  readonly info: (values: object, message: string) => void
  readonly warn: (values: object, message: string) => void
  readonly error: (values: object, message: string) => void
}

/** Everything of the outside world that the engine touches. main.ts builds the real one, test/sim the simulated one; there is no other way out. */
export interface Env {
  readonly clock: Clock
  readonly chance: Chance
  readonly store: Store
  readonly ids: Ids
  /** Names this installation in `webhook-id`, so that two installations never share one. */
  readonly installation: string
  /** The door out: hands calls to the HTTP workers. Outcomes come back through `engine.settle`. */
  readonly dispatch: Dispatch
  /** The way back for calls that have not begun. */
  readonly revoke: Revoke
  readonly system: SystemTokens
  readonly log: Log
}

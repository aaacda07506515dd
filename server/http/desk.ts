import type { Engine } from '#shared/engine/engine'
import type { Env } from '#shared/engine/env'
import type { Keys } from '../parts'
import type { Vault } from '../vault/vault'
import type { Watch } from './health'
import type { Imports } from './imports/imports'
import type { Live } from './sse'
import type { Trials } from './trials'

/** What the routers work with. */
export interface Desk {
  readonly env: Env
  readonly engine: Engine
  readonly live: Live
  readonly imports: Imports
  readonly vault: Vault
  readonly keys: Keys
  readonly trials: Trials
  readonly watch: Watch
  /** The address of this server as it calls itself: `http://127.0.0.1:3000`. */
  readonly origin: string
  readonly version: string
  /** Everybody is asked for the access token. */
  readonly asksForToken: boolean
}

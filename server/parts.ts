import type { CallEnd, Dispatch, Revoke, Secrets } from '#shared/call'
import type { Log } from '#shared/engine/env'
import type { ClosedPort } from '#shared/rules/closed-ports'
import type { Chance, Clock } from '#shared/time/clock'
import type { HttpLimits } from './http/limits'
import type { StoreBroken } from './store/broken'

// What a server is started with, and what is had of it: the words between main.ts, serve.ts and the rooms.

/** The way out for webhooks, made by main.ts (law 7): only it knows the webhook room. */
export interface Calls {
  readonly dispatch: Dispatch
  readonly revoke: Revoke
  /** Calls that were dispatched and have not come back yet. */
  readonly inFlight: () => number
  readonly close: () => Promise<void>
}

/** What is known of signing keys in the webhook room. */
export interface Keys {
  /** A key of 32 bytes that were drawn. */
  readonly from: (seed: Buffer, algorithm: 'v1' | 'v1a') => string
  /** Null for a shared key. */
  readonly publicOf: (key: string) => string | null
  /** Why a text is no key, as a sentence. */
  readonly fault: (key: string) => string | null
}

/** What the way out tells. */
export interface CallsHeard {
  readonly onEnds: (ends: readonly CallEnd[]) => void
  /** The first bytes of these paced calls have left. */
  readonly onBegun: (touches: readonly number[]) => void
}

/** Where this server listens, and how it calls itself. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly origin: string
}

export interface Parts {
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Log
  readonly version: string
  /** The release of the zone rules that this runtime knows, where it says so. */
  readonly rules: string | null
  /** The built screens; null where there are none. */
  readonly clientDir: string | null
  /** Called once, when it is known where the server listens: the guard must know our own address. */
  readonly connect: (own: Address, heard: CallsHeard, secrets: Secrets) => Calls
  readonly keys: Keys
  /** What the guard says of the port of an address. */
  readonly closedPort?: ClosedPort
  /** Other limits than those of limits.ts. */
  readonly limits?: Partial<HttpLimits>
}

export interface Running {
  /** Where it is reached on this machine: `http://127.0.0.1:3000` */
  readonly url: string
  /** What it listens on: `0.0.0.0:3000` */
  readonly listens: string
  /**
   * Stops in order: no new requests, no streams, no ticks; waits for calls in flight; closes the database. A second
   * call changes nothing.
   */
  readonly close: () => Promise<void>
  /**
   * Resolves when the database cannot be trusted any more. From then on nothing is acknowledged; whoever started the
   * server must end the process.
   */
  readonly broken: Promise<StoreBroken>
}

/** Why the server did not start, as a sentence for the terminal. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed'
}

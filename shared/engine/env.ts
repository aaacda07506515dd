import type { Dispatch, Revoke } from '../call'
import type { ClosedPort } from '../rules/closed-ports'
import type { Ids } from '../store/ids'
import type { Reader } from '../store/work'
import type { Chance, Clock } from '../time/clock'
import type { SystemTokens } from '../world'

/** Something worth a line in the log, with the values that belong to it. */
export interface Log {
  readonly info: (values: object, message: string) => void
  readonly warn: (values: object, message: string) => void
  readonly error: (values: object, message: string) => void
}

/**
 * Everything of the outside world that the engine touches. main.ts builds the real one, test/sim the simulated one;
 * there is no other way out.
 */
export interface Env {
  readonly clock: Clock
  readonly chance: Chance
  /** Reads only: what writes is a turn (law 16). */
  readonly store: Reader
  readonly ids: Ids
  /**
   * Stands in every id that is made here and leaves the house: the name of the installation, and a word that is drawn
   * at every start. Counters go on where the tables end, so a database that was restored or cloned counts over again
   * what another one has given out; under another epoch those are other ids, and a receiver that knows the old ones
   * takes none of them for a repetition. Ids that were given out keep theirs: they are stored with what they name.
   *
   * A new one for every start, and no proof that the file is the one that ran last: what could prove it (a mark beside
   * the database, the number and time of the file) comes back with it when a whole disk is restored. The file of a
   * running server cannot be swapped: store/own-file.ts ends the process.
   */
  readonly epoch: string
  /** The door out: hands calls to the HTTP workers. Outcomes come back through `engine.settle`. */
  readonly dispatch: Dispatch
  /** The way back for calls that have not begun. */
  readonly revoke: Revoke
  /** The origin of an address, as whoever calls it reads it (small letters, no default port); undefined: it is none. */
  readonly originOf: (url: string) => string | undefined
  readonly system: SystemTokens
  /** Ports that the operator has closed for webhooks; left out: none. */
  readonly closedPort?: ClosedPort
  /** Secrets that are stored, but cannot be opened, because their key is lost; left out: none. */
  readonly isLocked?: (secret: string) => boolean
  readonly log: Log
}

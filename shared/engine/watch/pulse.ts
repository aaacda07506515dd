import type { Env } from '../env'
import { Bell } from './bell'

/** Without gathering for a few ms, a 50 ms receiver makes 20-40 rows a commit. */
const GATHER_MS = 4
/** After a store failure (disk full, say): wait, then try the same again. */
const PAUSE_MS = 1000

export interface PulseParts {
  readonly env: Pick<Env, 'clock' | 'log'>
  readonly tick: () => Promise<boolean>
  readonly nextDue: () => Promise<number | null>
  /** How much has come and waits for a tick. */
  readonly waiting: () => number
  /** How much a tick takes. */
  readonly size: () => number
}

/** Ticks by itself: again at once while there is more to do, when something comes, and when something falls due. */
export class Pulse {
  readonly #parts: PulseParts
  readonly #bell: Bell
  #beating: Promise<void> | undefined
  #isRunning = false

  constructor(parts: PulseParts) {
    this.#parts = parts
    this.#bell = new Bell(parts.env.clock, () => {
      this.#beating ??= this.#beat()
    })
  }

  run(): void {
    this.#isRunning = true
    this.#wakeIn(0)
  }

  /** Something came. While a tick runs nobody is woken: it looks itself at what has come. */
  arrived(): void {
    const { waiting, size } = this.#parts
    if (this.#beating === undefined) this.#wakeIn(waiting() >= size() ? 0 : GATHER_MS)
  }

  /** Stops after the current tick. */
  async stop(): Promise<void> {
    this.#isRunning = false
    this.#bell.silence()
    await this.#beating
  }

  async #beat(): Promise<void> {
    const { env, tick, nextDue, waiting } = this.#parts
    try {
      if (await tick()) this.#wakeIn(0)
      else {
        const due = await nextDue()
        if (this.#isRunning) this.#bell.at(due)
      }
      this.#beating = undefined
      // What came while nobody listened.
      if (waiting() > 0) this.arrived()
    } catch (error) {
      this.#beating = undefined
      env.log.error({ err: error }, 'a batch could not be stored; trying again')
      this.#wakeIn(PAUSE_MS)
    }
  }

  #wakeIn(ms: number): void {
    if (this.#isRunning) this.#bell.in(ms)
  }
}

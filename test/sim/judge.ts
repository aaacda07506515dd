import { defaultInstallation, type InstallationSettings } from '#shared/api/settings'
import type { Call } from '#shared/call'
import type { Answer, Arrived } from '#shared/simulate/endpoints'
import { lastJourneyId } from '#shared/store/journeys'
import type { Store } from '#shared/store/work'
import { BreakerLaw } from './breaker-law'
import { CapLaw } from './cap-law'
import { brokenGoals, type WasUndone } from './goal-laws'
import {
  brokenAssignments,
  brokenControl,
  brokenEntries,
  brokenHistory,
  brokenLaws,
  brokenStories,
  type Published,
} from './laws'
import { brokenNotices, isDelivery } from './notice-law'
import { QueueLaw } from './queue-law'
import { SendLaw } from './send-law'

/** `sends`: only what leaves is judged after each tick, for crowds; the tables at the end. `none`: the run is compared with one that is judged. */
export type Judged = 'all' | 'sends' | 'none'

export class LawsBroken extends Error {
  override readonly name = 'LawsBroken'
}

/** What the judge sees of a world at any moment. */
export interface Watched {
  readonly now: () => number
  /** Time as it passed (ms), which never goes back. */
  readonly elapsed: () => number
  /** Webhooks of steps that were handed out and have not begun. */
  readonly inHand: () => readonly Call[]
  /** May somebody's turn have committed whose calls are not taken back yet? */
  readonly interleaves: boolean
}

/** Judges a world by its tables, and by what its endpoints saw. What breaks a law is thrown. */
export class Judge {
  /** Everything that was ever published. */
  published: readonly Published[] = []
  account: InstallationSettings = defaultInstallation
  /** What is known of each host from the outside. */
  readonly breakers = new BreakerLaw()
  readonly #caps = new CapLaw()
  readonly #sending = new SendLaw()
  readonly #queue = new QueueLaw()
  /** Laws that were broken, and are said with the next judgement. */
  readonly #wrongly: string[] = []
  /** Calls whose first byte left and whose laws are not judged yet: that is done when the tables may be read. */
  readonly #pending: Call[] = []
  /** Calls that the tick handed out. */
  readonly #handedOut: Call[] = []
  /** How the clock was set back: what had been sent by then, and the newest journey. */
  readonly #setBack: { readonly sent: ReadonlySet<string>; readonly lastJourney: number }[] = []
  #lastJourney = 0
  /** How far the clock was set back in all (ms). */
  #wentBack = 0

  constructor(
    readonly store: Store,
    readonly judged: Judged,
    readonly world: Watched,
  ) {}

  handsOut(call: Call): void {
    this.#handedOut.push(call)
  }

  leaves(call: Call): void {
    if (!isDelivery(call)) this.#pending.push(call)
    this.#wrongly.push(...this.breakers.leaves(call, this.world.now()))
  }

  lands(call: Call, answer: Answer): void {
    this.breakers.lands(call, answer, this.world.now())
  }

  /** A mistake of ours that the engine survives. */
  notes(mistake: string): void {
    this.#wrongly.push(mistake)
  }

  /** The wall clock is set back, when these events had been sent. */
  clockGoesBack(sent: ReadonlySet<string>, by: number): void {
    this.#wentBack += by
    this.#setBack.push({ sent: new Set(sent), lastJourney: this.#lastJourney })
  }

  /** After each turn: what the tables say, and what left. */
  async turn(): Promise<void> {
    const broken = await this.#brokenSends()
    this.#lastJourney = await this.store.read(lastJourneyId())
    if (this.judged !== 'all') return this.#demand(broken)
    broken.push(...(await this.#brokenInHand()))
    broken.push(...(await brokenLaws(this.store)))
    broken.push(...(await this.#caps.broken(this.store, this.published)))
    broken.push(...(await this.#queue.broken(this.store, this.#handedOut.splice(0))))
    this.#demand(broken)
  }

  /** What left, before the next turn, which may end what it left for. */
  async sends(): Promise<void> {
    this.#demand(await this.#brokenSends())
  }

  /** Everything that must hold when a run is over. `arrived`: every call, in order. */
  async end(arrived: readonly Arrived[]): Promise<void> {
    if (this.judged === 'none') return
    this.#demand([
      ...(await brokenLaws(this.store)),
      ...(await brokenEntries(this.store, this.published)),
      ...(await brokenStories(this.store)),
      ...(await brokenGoals(this.store, this.published, this.#wasUndone)),
      ...(await brokenAssignments(this.store)),
      ...(await brokenControl(this.store, this.published)),
      ...(await brokenHistory(this.store, this.#wentBack)),
      ...(await brokenNotices(this.store, arrived)),
    ])
    this.#demand(brokenRepeats(arrived.map(({ call }) => call)))
  }

  async #brokenSends(): Promise<string[]> {
    const broken = this.#wrongly.splice(0)
    if (this.judged === 'none') return []
    const standing = this.#standing()
    for (const call of this.#pending.splice(0)) broken.push(...(await this.#sending.broken(this.store, call, standing)))
    return broken
  }

  async #brokenInHand(): Promise<string[]> {
    const broken = await this.#sending.brokenInHand(this.store, this.world.inHand(), this.#standing())
    if (broken.length === 0 || !this.world.interleaves) return broken
    // Somebody's turn may have committed just now, and is about to take them back: nobody has been answered yet.
    await new Promise(resolve => setImmediate(resolve))
    return this.#sending.brokenInHand(this.store, this.world.inHand(), this.#standing())
  }

  #standing() {
    const { now, elapsed } = this.world
    return { now: now(), elapsed: elapsed(), account: this.account.quietHours, published: this.published }
  }

  readonly #wasUndone: WasUndone = (event, journey) =>
    this.#setBack.some(({ sent, lastJourney }) => journey > lastJourney && sent.has(event))

  #demand(broken: readonly string[]): void {
    if (broken.length === 0) return
    const at = new Date(this.world.now()).toISOString()
    throw new LawsBroken(`at ${at}:\n  ${broken.slice(0, 10).join('\n  ')}`)
  }
}

/** Every attempt was made once, and a send that was tried again kept its bytes. */
function brokenRepeats(arrived: readonly Call[]): string[] {
  const first = new Map<string, string>()
  const made = new Set<string>()
  for (const call of arrived) {
    const send = sendOf(call)
    const attempt = `${send}, attempt ${call.attempt}`
    // Also where the process died: what may have left is counted as an attempt that was cut off.
    if (made.has(attempt)) return [`made twice: ${attempt}`]
    made.add(attempt)
    const bytes = JSON.stringify(call.request)
    if (first.get(send) !== undefined && first.get(send) !== bytes) return [`${send} was sent again with other bytes`]
    first.set(send, bytes)
  }
  return []
}

/** Two listeners are told of an event under the same id, and one that is told again after it was disabled gets a new request. */
function sendOf(call: Call): string {
  return isDelivery(call) ? `${call.webhookId} by request ${call.touch}` : call.webhookId
}

import type { InstallationSettings } from '../../api/settings'
import type { Outcome } from '../../call'
import { causeOf } from '../../call'
import type { HostFacts } from '../../rules/gates/gate'
import type { AnswerHabits } from '../../rules/profiles'
import {
  afterCall,
  type Failing,
  type Off,
  offByHand,
  receiverOf,
  switchingOff,
  type Told,
  toldBy,
} from '../../rules/receiver'
import type { RenderedRequest } from '../../rules/webhook-request'
import { clearAlertsOf, type NewAlert } from '../../store/alerts'
import { allReceivers, deleteReceivers, forgetFailing, putReceivers, type StoredReceiver } from '../../store/receivers'
import type { Work } from '../../store/work'
import type { Book } from '../turns'

/**
 * Receivers that only fail, and those that are switched off, in memory and in their table (delivery R21). A receiver
 * that takes its calls is in neither: a send to it costs one look at a number. Calls to one that is switched off wait
 * in its queue (engine/send/queues.ts), whose first ones leave when it is switched on.
 *
 * What a turn finds out is written in it, with the attempts that told (law 3), and forgotten when it fails
 * (`rolledBack`).
 */

/** A receiver that is switched off. */
export interface Shut {
  readonly address: string
  readonly failing: Failing & { readonly off: Off }
}

/** The call that told something about a receiver. */
interface Telling {
  readonly receiver: string
  readonly campaignId: string
  readonly step: string
  readonly answers: Pick<AnswerHabits, 'again' | 'gone'>
}

export class Receivers implements Book {
  /** May receivers be switched off by what their calls come to? */
  #automatic = true
  readonly #known = new Map<string, Failing>()
  #shut = 0
  /** As they stood before the turn that is open. */
  readonly #before = new Map<string, Failing | undefined>()
  #wasAutomatic: boolean | undefined
  /** Those that the last turn switched off. */
  #justShut = none
  /** By receiver: the highest share that it passed in this turn. */
  readonly #alerts = new Map<string, NewAlert>()

  /**
   * The receiver that this request would go to, when it is switched off; null, which is nearly always: it may leave.
   */
  shutFor(request: RenderedRequest): Shut | null {
    if (this.#shut === 0) return null
    return this.shut(receiverOf(request))
  }

  /** This receiver, when it is switched off. */
  shut(address: string): Shut | null {
    const failing = this.#known.get(address)
    return failing !== undefined && isShut(failing) ? { address, failing } : null
  }

  isOff(address: string): boolean {
    return this.#shut > 0 && this.shut(address) !== null
  }

  /** Those that fail or are switched off, in the order of their coming. */
  all(): readonly StoredReceiver[] {
    return [...this.#known].map(([address, failing]) => ({ address, failing }))
  }

  /**
   * Takes the setting and reads the table: at start, and whenever the settings were changed. Where nothing is switched
   * off by itself, nothing is counted.
   */
  *load({ automatic }: InstallationSettings['switchingOff'], now: number): Work<void> {
    this.#wasAutomatic ??= this.#automatic
    this.#automatic = automatic
    const stale = (yield* allReceivers()).filter(r => r.failing.off === null && this.#isStale(r.failing, now))
    yield* forgetFailing(automatic ? now - switchingOff.afterMs : Number.MAX_SAFE_INTEGER)
    yield* clearAlertsOf(
      stale.map(r => r.address),
      now,
    )
    const stored = yield* allReceivers()
    for (const address of [...this.#known.keys()]) this.#change(address, undefined)
    for (const { address, failing } of stored) this.#change(address, failing)
  }

  /** A call came back. Answers what it told about its receiver; `nothing` where nothing is switched off by itself. */
  landed({ receiver, campaignId, step, answers }: Telling, outcome: Outcome, now: number): Told {
    if (!this.#automatic) return 'nothing'
    const told = toldBy(outcome, answers, receiver)
    // A call that was taken, by a receiver that takes its calls: all of them but the rare ones.
    if (told === 'took-it' && this.#known.size === 0) return told
    const before = this.#known.get(receiver)
    const after = afterCall(before, told, { at: now, outcome: causeOf(outcome) })
    if (after === before) return told
    this.#change(receiver, after)
    if (after !== undefined && after.reached > (before?.reached ?? 0))
      this.#alerts.set(receiver, alertOf(receiver, after, campaignId, step))
    return told
  }

  /**
   * Writes down what the transaction found out. Answers the alerts that are to be raised for it; none, where no
   * receiver is in trouble.
   */
  *write(now: number): Work<readonly NewAlert[]> {
    if (this.#before.size === 0) return noAlerts
    yield* this.#store(now)
    return [...this.#alerts.values()]
  }

  /** Somebody switches a receiver off or on. False when it is so already. */
  *switch(address: string, to: 'off' | 'on', now: number): Work<boolean> {
    if (this.isOff(address) === (to === 'off')) return false
    this.#change(address, to === 'off' ? offByHand(this.#known.get(address), now) : undefined)
    yield* this.#store(now)
    return true
  }

  /** Those that the turn which has just committed switched off. */
  get justShut(): ReadonlySet<string> {
    return this.#justShut
  }

  committed(): void {
    this.#justShut = this.#before.size === 0 ? none : this.#nowShut()
    this.#forgetBefore()
  }

  rolledBack(): void {
    for (const [address, failing] of this.#before) this.#set(address, failing)
    this.#automatic = this.#wasAutomatic ?? this.#automatic
    this.#forgetBefore()
  }

  #nowShut(): ReadonlySet<string> {
    return new Set(
      [...this.#before].flatMap(([address, was]) => (was?.off == null && this.isOff(address) ? [address] : [])),
    )
  }

  #forgetBefore(): void {
    this.#before.clear()
    this.#alerts.clear()
    this.#wasAutomatic = undefined
  }

  *#store(now: number): Work<void> {
    const changed = [...this.#before.keys()].map(address => ({ address, failing: this.#known.get(address) }))
    yield* putReceivers(
      changed.flatMap(({ address, failing }) => (failing === undefined ? [] : [{ address, failing }])),
    )
    yield* deleteReceivers(changed.filter(r => r.failing === undefined).map(r => r.address))
    // Each alert of a receiver says all that the one before it said.
    const over = changed.filter(({ address, failing }) => failing?.reached !== this.#before.get(address)?.reached)
    yield* clearAlertsOf(
      over.map(r => r.address),
      now,
    )
  }

  #change(address: string, failing: Failing | undefined): void {
    if (!this.#before.has(address)) this.#before.set(address, this.#known.get(address))
    this.#set(address, failing)
  }

  #set(address: string, failing: Failing | undefined): void {
    if (this.#known.get(address)?.off != null) this.#shut--
    if (failing?.off != null) this.#shut++
    if (failing === undefined) this.#known.delete(address)
    else this.#known.set(address, failing)
  }

  #isStale({ last }: Failing, now: number): boolean {
    return !this.#automatic || last < now - switchingOff.afterMs
  }
}

const none: ReadonlySet<string> = new Set()
const noAlerts: readonly NewAlert[] = []

/** What those who wait for it are told. */
export function seenOff({ address, failing: { off, since, failures, outcome } }: Shut): NonNullable<HostFacts['off']> {
  return { receiver: address, ...off, since, failures, outcome }
}

function isShut(failing: Failing): failing is Shut['failing'] {
  return failing.off !== null
}

function alertOf(receiver: string, { since, last, failures, reached }: Failing, campaignId: string, step: string) {
  const minutes = Math.round((last - since) / 60_000)
  return { campaign_id: campaignId, step, calls: failures, failed: failures, minutes, percent: 100, receiver, reached }
}

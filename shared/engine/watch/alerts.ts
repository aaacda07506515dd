import { defaultInstallation, type InstallationSettings } from '../../api/settings'
import { nameOf } from '../../graph/names'
import type { JsonObject } from '../../json'
import { internalEvents } from '../../rules/internal-events'
import { type Alert, clearAlert, insertAlert, type NewAlert, openAlerts } from '../../store/alerts'
import { findLead, insertLeads } from '../../store/leads'
import type { Work } from '../../store/work'
import { MINUTE } from '../../time/units'
import type { Lead } from '../../world'
import type { Landing } from '../send/flights'
import type { Turn } from '../turn'
import type { Book } from '../turns'

/**
 * Watches how often the calls of each webhook step fail, and raises an alert when too many do. Counted in memory, after
 * the commit, by the minute: a call costs two look-ups. What is to be said is written by the next tick, in its
 * transaction. A restart forgets the counts of the last minutes, never an alert.
 */

/** An alert about a step is about no receiver. */
const ofStep = { receiver: null, reached: null } as const

type Wish = { readonly is: 'raise'; readonly alert: NewAlert } | { readonly is: 'clear'; readonly meter: Meter }

export class Alerts implements Book<Turn> {
  #rule = defaultInstallation.alerts
  /** By campaign, then step. */
  readonly #meters = new Map<string, Map<string, Meter>>()
  #open: Set<Meter> = new Set()
  #wishes: Wish[] = []
  /** What the open turn says: the wishes are no more once it is committed. */
  #speaks = false
  /** Calls that the open turn takes in. */
  #heard: readonly Landing[] = []
  /** What held before the open turn read the settings; undefined: it did not. */
  #before:
    | { readonly rule: InstallationSettings['alerts']; readonly open: Set<Meter>; readonly reviewAt: number }
    | undefined
  #startedAt = Number.POSITIVE_INFINITY
  #reviewAt = Number.POSITIVE_INFINITY

  /** When and to whom alerts are told. */
  get rule(): InstallationSettings['alerts'] {
    return this.#rule
  }

  /** When something about alerts is to be done by itself (ms); null when nothing is. */
  nextDue(now: number): number | null {
    if (this.#wishes.length > 0) return now
    return this.#reviewAt === Number.POSITIVE_INFINITY ? null : this.#reviewAt
  }

  /** Takes the rule, and reads the alerts that are open: at start, and whenever the settings were changed. */
  *load(rule: InstallationSettings['alerts'], now: number): Work<void> {
    const alerts = yield* openAlerts()
    this.#before = { rule: this.#rule, open: this.#open, reviewAt: this.#reviewAt }
    this.#rule = rule
    this.#startedAt = Math.min(this.#startedAt, now)
    this.#open = new Set(alerts.map(({ campaign_id, step }) => this.#meterOf(campaign_id, step)))
    this.#reviewSoon(now)
  }

  /** The open turn takes in these calls: they are counted once it is committed. */
  watch(landings: readonly Landing[]): void {
    this.#heard = landings
  }

  committed({ unit: { now } }: Turn): void {
    if (this.#speaks) this.#spoken(now)
    if (this.#heard.length > 0) this.#count(this.#heard, now)
    this.#forgetTurn()
  }

  rolledBack(): void {
    if (this.#before !== undefined) {
      this.#rule = this.#before.rule
      this.#open = this.#before.open
      this.#reviewAt = this.#before.reviewAt
    }
    this.#forgetTurn()
  }

  #forgetTurn(): void {
    this.#speaks = false
    this.#heard = []
    this.#before = undefined
  }

  #count(landings: readonly Landing[], now: number): void {
    if (!this.#rule.on) return
    const minute = Math.floor(now / MINUTE)
    for (const { flight, end } of landings) {
      if (end.is === 'withdrawn') continue
      const meter = this.#meterOf(flight.journey.campaignId, flight.touch.step)
      meter.add(minute, end.is === 'answered' && end.status >= 200 && end.status <= 299)
      if (!this.#open.has(meter) && this.#isTooMuch(meter, minute)) this.#raise(meter, minute)
    }
  }

  /** Raises these, where alerts are wanted. */
  *raise(turn: Turn, alerts: readonly NewAlert[]): Work<void> {
    if (this.#rule.on) for (const alert of alerts) yield* raiseAlert(turn, alert, this.#rule.tell)
  }

  /** Writes what came up since the last tick, and looks whether open alerts are over. Nothing, when there is none. */
  *speak(turn: Turn): Work<void> {
    const { now } = turn.unit
    if (now >= this.#reviewAt) this.#review(now)
    this.#speaks = this.#wishes.length > 0
    for (const wish of this.#wishes) {
      if (wish.is === 'raise') yield* raiseAlert(turn, wish.alert, this.#rule.tell)
      else yield* clearAlert(wish.meter.campaignId, wish.meter.step, now)
      turn.unit.touchedCampaigns.add(wish.is === 'raise' ? wish.alert.campaign_id : wish.meter.campaignId)
    }
  }

  /** What was said is said. */
  #spoken(now: number): void {
    for (const wish of this.#wishes) if (wish.is === 'clear') this.#open.delete(wish.meter)
    this.#wishes = []
    this.#reviewSoon(now)
  }

  #raise(meter: Meter, minute: number): void {
    this.#open.add(meter)
    const { calls, failed } = meter.sum(minute, this.#rule.minutes)
    const { minutes, percent } = this.#rule
    const { campaignId, step } = meter
    this.#wishes.push({
      is: 'raise',
      alert: { ...ofStep, campaign_id: campaignId, step, calls, failed, minutes, percent },
    })
  }

  /** Over: the calls of the window are fine again, or there was none for the whole of it. */
  #review(now: number): void {
    const minute = Math.floor(now / MINUTE)
    const knows = now - this.#startedAt >= this.#rule.minutes * MINUTE || !this.#rule.on
    for (const meter of this.#open) {
      const isRaised = this.#wishes.some(wish => wish.is === 'raise' && wish.alert.step === meter.step)
      const isCleared = this.#wishes.some(wish => wish.is === 'clear' && wish.meter === meter)
      if (knows && !isRaised && !isCleared && !this.#isAbove(meter, minute)) this.#wishes.push({ is: 'clear', meter })
    }
    this.#reviewSoon(now)
  }

  #reviewSoon(now: number): void {
    this.#reviewAt = this.#open.size === 0 ? Number.POSITIVE_INFINITY : (Math.floor(now / MINUTE) + 1) * MINUTE
  }

  #isTooMuch(meter: Meter, minute: number): boolean {
    return meter.sum(minute, this.#rule.minutes).calls >= this.#rule.calls && this.#isAbove(meter, minute)
  }

  #isAbove(meter: Meter, minute: number): boolean {
    const { calls, failed } = meter.sum(minute, this.#rule.minutes)
    return this.#rule.on && calls > 0 && failed * 100 >= calls * this.#rule.percent
  }

  #meterOf(campaignId: string, step: string): Meter {
    const ofCampaign = this.#meters.get(campaignId) ?? new Map<string, Meter>()
    if (ofCampaign.size === 0) this.#meters.set(campaignId, ofCampaign)
    const known = ofCampaign.get(step)
    if (known !== undefined) return known
    const made = new Meter(campaignId, step)
    ofCampaign.set(step, made)
    return made
  }
}

/**
 * The one place where an alert comes into being, in the transaction of a tick. `tell`: the id of the lead to whom it
 * happens; empty: nobody.
 */
export function* raiseAlert(turn: Turn, alert: NewAlert, tell: string): Work<Alert | undefined> {
  const { unit, env } = turn
  const raised = yield* insertAlert(alert, unit.now)
  if (raised === undefined) return undefined
  env.log.warn({ ...alert }, alert.receiver === null ? 'a webhook fails often' : 'a receiver only fails')
  const { campaign_id: campaignId, step: stepId, receiver, failed, calls } = alert
  unit.notices?.tell('alert.raised', {}, { alertId: raised.id, campaignId, stepId, receiver, failed, calls })
  if (tell === '' || !unit.hears(internalEvents.alertRaised)) return raised
  const lead = yield* leadToTell(turn, tell)
  unit.knowLeads([lead])
  unit.emit(internalEvents.alertRaised, lead.id, null, toldOf(turn, alert))
  return raised
}

/**
 * Who is told, made when there is nobody of this id (any more): at once, because an event of this very tick may name
 * them too.
 */
function* leadToTell({ env, unit }: Turn, externalId: string): Work<Lead> {
  const known = yield* findLead(externalId)
  if (known !== undefined) return known
  const lead = { id: env.ids.lead(), externalId, attributes: {}, zone: null }
  yield* insertLeads([lead], unit.now)
  return lead
}

function toldOf({ registry }: Turn, alert: NewAlert): JsonObject {
  const { campaign_id: campaign, step, calls, failed, percent, minutes, reached, receiver } = alert
  const found = registry.find(campaign)
  const webhook = found === undefined ? step : nameOf(step, found.live)
  return {
    webhook,
    campaign,
    campaign_name: found?.name ?? campaign,
    step,
    failed,
    calls,
    percent,
    minutes,
    receiver,
    reached,
  }
}

/** Calls of one step, by the minute. The sums of the window are kept, so that a call costs an addition. */
class Meter {
  readonly #minutes: { minute: number; calls: number; failed: number }[] = []
  #calls = 0
  #failed = 0

  constructor(
    readonly campaignId: string,
    readonly step: string,
  ) {}

  add(minute: number, isFine: boolean): void {
    let last = this.#minutes.at(-1)
    if (last === undefined || last.minute !== minute) {
      last = { minute, calls: 0, failed: 0 }
      this.#minutes.push(last)
    }
    last.calls++
    this.#calls++
    if (isFine) return
    last.failed++
    this.#failed++
  }

  /** Of the last `minutes`, the current one included. */
  sum(minute: number, minutes: InstallationSettings['alerts']['minutes']): { calls: number; failed: number } {
    for (
      let first = this.#minutes[0];
      first !== undefined && first.minute <= minute - minutes;
      first = this.#minutes[0]
    ) {
      this.#calls -= first.calls
      this.#failed -= first.failed
      this.#minutes.shift()
    }
    return { calls: this.#calls, failed: this.#failed }
  }
}

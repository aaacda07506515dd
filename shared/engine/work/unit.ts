import type { Call } from '../../call'
import type { Note } from '../../journal'
import type { Json, JsonObject } from '../../json'
import { LawBroken } from '../../problems'
import { cohortOf, hourOfEntry } from '../../rules/cohorts'
import type { Counter } from '../../rules/counters'
import type { DeliveryTerms } from '../../rules/delivery'
import { MAX_DEPTH } from '../../rules/depth'
import type { Experiments } from '../../rules/experiments'
import { internalEvents } from '../../rules/internal-events'
import { appendJournal } from '../../store/journal'
import { insertJourneys, type Journey, saveJourneys, saveVersions } from '../../store/journeys'
import { insertLeads, updateLeads } from '../../store/leads'
import { insertInOutbox, type NewOutboxItem, type OutboxItem } from '../../store/outbox'
import { heldCallsOf, makeDue } from '../../store/reasks'
import { countLeftEarly } from '../../store/removals'
import type { Touch } from '../../store/touches'
import type { Work } from '../../store/work'
import type { Effort, Lead } from '../../world'
import type { CampaignRegistry } from '../campaigns/registry'
import type { Env } from '../env'
import type { HostQueues } from '../send/host-queues'
import { atOnceTo, type Host, type Taken } from '../send/hosts'
import type { CappedSend } from '../send/wanted'
import type { Notices } from '../subscriptions/notices'
import { AwaitedBook } from './awaited-book'
import { CohortBook } from './cohort-book'
import { ConversionBook } from './conversion-book'
import { CountBook } from './count-book'
import { drop } from './drop'
import { EventBook } from './event-book'
import { Heard } from './heard'
import { History } from './history'
import { Ledger, type LedgerTouch } from './ledger'
import { MemberBook } from './member-book'
import { Rotations } from './rotations'
import { type ClearedStep, TaskBook } from './task-book'
import { TouchBook } from './touch-book'

/**
 * What one batch decided, gathered while it decides and written in bulk at its end, in the same transaction (law 3). It
 * also answers questions about itself, so that a later decision of the batch sees what an earlier one did: the lead's
 * new attributes, the touches already reserved.
 *
 * Longer than 300 lines on purpose: it is the one face of a turn that every part writes to. What has rules of its own
 * is kept in the books beside this file.
 */
export class UnitOfWork {
  readonly now: number
  /** By how much `now` runs ahead of the clock on the wall (ms). */
  readonly behind: number
  /** To be handed to the HTTP workers after the commit. */
  readonly calls: {
    readonly call: Call
    readonly touch: Touch
    readonly journey: Journey
    readonly taken: Taken
  }[] = []
  readonly queues: HostQueues
  readonly touchedCampaigns = new Set<string>()
  readonly touchedJourneys = new Set<number>()
  readonly conversions = new ConversionBook()
  /** The touches that caps may count. Empty where nobody has caps. */
  readonly ledger = new Ledger()
  readonly #counts = new CountBook()
  readonly #cohorts = new CohortBook()
  /** Leads who are in another time zone by now. */
  readonly leadsMoved = new Set<number>()
  /** Leads that are others by now (merged), or nobody (null: deleted). What is on the wire follows them. */
  readonly leadsGone = new Map<number, number | null>()
  /**
   * Journeys that this batch brought to another version: which, and the step that they left for it (null: they stay
   * where they are).
   */
  readonly migrated = new Map<number, { readonly version: number; readonly left: string | null }>()

  readonly tasks: TaskBook
  readonly touches: TouchBook
  readonly awaited: AwaitedBook
  readonly lists = new MemberBook()
  readonly events: EventBook
  readonly history = new History()
  /** What templates have taken of this turn. */
  readonly effort: Effort

  readonly #env: Env
  readonly #listeners: Listeners
  readonly #leads = new Map<number, Lead>()
  readonly #newLeads = new Set<number>()
  readonly #changedLeads = new Set<number>()
  readonly #journeys = new Map<number, Journey>()
  readonly #newJourneys = new Set<number>()
  readonly #changedJourneys = new Set<number>()
  readonly #clearedSteps: ClearedStep[] = []
  /** Journeys for which this batch added a task or a call: leaving a step looks for them only then. */
  readonly #withNew = new Set<number>()
  readonly #receipts = new Set<string>()
  readonly #asks: CappedSend[] = []
  readonly #journal = new Map<number, Note[]>()
  readonly #outbox: OutboxItem[] = []
  /** Leads whose attributes have changed, where an exit may ask for them. */
  readonly #changed = new Set<number>()
  readonly #leftEarly = new Map<number, number>()
  /** Leads whose held calls are asked again: what held them may be over. */
  readonly #freed = new Set<number>()
  /** Whose turn it is in exact rotations. */
  readonly rotations = new Rotations()

  /** What leads have done since some moment of the past, for what begins there. */
  readonly heard = new Heard()
  readonly #last: (() => Work<void>)[] = []

  /** What subscriptions are told of this batch; null where nobody hears anything. */
  readonly notices: Notices | null

  /** May this batch hand out calls? What a person does by hand leaves them to the tick behind it. */
  mayCall = false

  /** `queues`: how many calls may still be handed out, and where to; the rest waits in the table. */
  constructor(env: Env, queues: HostQueues, listeners: Listeners, notices: Notices | null = null) {
    this.#env = env
    this.notices = notices
    this.queues = queues
    this.#listeners = listeners
    this.now = env.clock.now()
    this.behind = env.clock.behind()
    this.tasks = new TaskBook(env.ids, queues, this.#withNew)
    const { now, ledger } = this
    this.touches = new TouchBook({ ids: env.ids, now, ledger, caps: listeners, withNew: this.#withNew })
    this.awaited = new AwaitedBook(now)
    this.events = new EventBook(env.epoch, now, listeners)
    this.effort = { clock: env.clock.monotonic, spentMs: 0 }
  }

  // What is known

  knowLeads(leads: readonly Lead[]): void {
    for (const lead of leads) if (!this.#leads.has(lead.id)) this.#leads.set(lead.id, lead)
  }

  /** The lead as this batch knows it by now; undefined: it was not loaded. */
  knownLead(id: number): Lead | undefined {
    return this.#leads.get(id)
  }

  /** The lead as this batch knows it by now. */
  lead(id: number): Lead {
    const lead = this.#leads.get(id)
    if (lead === undefined) throw new Error(`lead ${id} was not loaded`)
    return lead
  }

  /** The journey as this batch left it, or as it was loaded. */
  journey(loaded: Journey): Journey {
    return this.#journeys.get(loaded.id) ?? loaded
  }

  /** The lists that the lead is on by now. */
  listsOf(leadId: number): ReadonlySet<string> {
    return this.lists.of(leadId) ?? this.#none(leadId, noLists, 'lists')
  }

  /** The touches of the lead that caps may count. */
  touchesOf(leadId: number): readonly LedgerTouch[] {
    return this.ledger.of(leadId) ?? this.#none(leadId, noTouches, 'touches')
  }

  /** A lead who is new in this batch has none; of any other it would have to be known. */
  #none<T>(leadId: number, none: T, what: 'lists' | 'touches'): T {
    if (!this.#newLeads.has(leadId)) this.wasForgotten(what, leadId)
    return none
  }

  /**
   * Somebody decides about a lead by facts that were not loaded (law 2). A mistake of ours: it is said, and the turn
   * goes on, or the leads of all campaigns would stand still.
   */
  wasForgotten(what: 'lists' | 'touches' | 'past', leadId: number): void {
    const err = new LawBroken(2, `the ${what} of lead ${leadId} should have been loaded`)
    this.#env.log.error({ err, lead: leadId }, 'a decision was made without knowing enough')
  }

  /** Journeys of this very turn that began to wait for an event of this lead, oldest first. */
  *awaitingSince(leadId: number, event: string): Iterable<Journey> {
    for (const id of this.awaited.since(leadId, event)) {
      const journey = this.#journeys.get(id)
      if (journey !== undefined) yield journey
    }
  }

  /** The steps that journeys left in this batch. */
  get clearedSteps(): readonly { readonly journeyId: number; readonly step: string }[] {
    return this.#clearedSteps
  }

  /** What this batch leaves to be done in the next turn. */
  get outbox(): number {
    return this.#outbox.length
  }

  /**
   * May one more call to this host be handed out? One that is made once at most, only when it can begin at once: what
   * was handed out may have begun.
   */
  hasRoom(host: Host, repeat: DeliveryTerms['repeat']): boolean {
    return this.mayCall && this.queues.hasRoom(host, repeat)
  }

  /** Every journey as this batch leaves it. */
  savedJourneys(): Iterable<Journey> {
    return this.#journeys.values()
  }

  /** Every journey that began in this batch. */
  *begunJourneys(): Iterable<Journey> {
    for (const id of this.#newJourneys) {
      const journey = this.#journeys.get(id)
      if (journey !== undefined) yield journey
    }
  }

  /** What is known about the experiments of a campaign by now. */
  experimentsIn(campaign: string): Experiments | null {
    return this.rotations.facts(campaign, this.#listeners.decidedIn(campaign))
  }

  // What is decided

  addLead(lead: Lead): void {
    this.#leads.set(lead.id, lead)
    this.#newLeads.add(lead.id)
    this.notices?.leadChanged(null, lead)
  }

  changeLead(lead: Lead): void {
    this.#leads.set(lead.id, lead)
    if (!this.#newLeads.has(lead.id)) this.#changedLeads.add(lead.id)
    this.#mayExit(lead.id)
  }

  /**
   * The lead's clock shows another time by now: what quiet hours said of calls under way, and of calls that they hold,
   * may no longer be so.
   */
  leadMoved(id: number): void {
    this.leadsMoved.add(id)
    this.#freed.add(id)
  }

  /** A journey left by this removal before its turn in it had come. */
  leftEarly(removal: number): void {
    this.#leftEarly.set(removal, (this.#leftEarly.get(removal) ?? 0) + 1)
  }

  /** A call of this lead does not count any more: one that a cap holds back may take its place. */
  mayBeFree(leadId: number): void {
    if (this.#listeners.capReach > 0) this.#freed.add(leadId)
  }

  /** The lead's call waits by the rules of another version now. */
  asksAnew(leadId: number): void {
    this.#freed.add(leadId)
  }

  leadBecomes(id: number, other: number | null): void {
    this.leadsGone.set(id, other)
  }

  /** Runs when everything else is written, in the same transaction. */
  atLast(work: () => Work<void>): void {
    this.#last.push(work)
  }

  addJourney(journey: Journey): void {
    this.#journeys.set(journey.id, journey)
    this.#newJourneys.add(journey.id)
    this.#touch(journey)
  }

  saveJourney(journey: Journey): void {
    this.#journeys.set(journey.id, journey)
    if (!this.#newJourneys.has(journey.id)) this.#changedJourneys.add(journey.id)
    this.#touch(journey)
  }

  /** The journey goes on in another version (law 8). `left`: the step of the old one that it left for it. */
  changeVersion({ id }: Journey, version: number, left: string | null): void {
    this.migrated.set(id, { version, left })
  }

  /** Did this batch take the journey out of this step for another version? What was pending there is void. */
  wasMigratedFrom(journeyId: number, step: string): boolean {
    return this.migrated.get(journeyId)?.left === step
  }

  /**
   * Law 5: tasks of the step go, those that this very batch set too, and a call that is still on the wire is given up.
   * A dead letter of the step that was sent again goes its own way: a migration may have brought its journey back to
   * the step meanwhile.
   */
  clearStep(journey: Journey, step: string): void {
    const { id: journeyId, leadId } = journey
    // A call that this batch has settled was all that the step had pending.
    if (this.touches.wasAnswered(journeyId, step)) return
    this.#clearedSteps.push({ journeyId, leadId, step })
    if (!this.#withNew.has(journeyId)) return
    this.tasks.dropNew(journeyId, step, touch => this.touches.isOnItsOwn(touch ?? 0))
    this.touches.dropNew(journeyId, step)
    const kept = drop(
      this.calls,
      ({ touch }) => touch.journeyId === journeyId && touch.step === step && touch.resent === null,
    )
    for (const { taken } of kept) this.queues.drop(taken)
  }

  addToOutbox(item: NewOutboxItem): void {
    this.#outbox.push({ ...item, id: this.#env.ids.outboxItem() })
  }

  /**
   * A call that caps may keep back: decided at the end of the turn, with those of other campaigns that are due with it.
   */
  ask(ask: CappedSend): void {
    this.#asks.push(ask)
  }

  /** The calls that wait for that, each handed out once. */
  takeAsks(): readonly CappedSend[] {
    return this.#asks.splice(0)
  }

  /**
   * Hands the next attempt of a reserved touch to the workers, after the commit. `until`: from then on the gates'
   * verdict is no longer true (ms).
   */
  call(touch: Touch, journey: Journey, host: Host, until: number | null): void {
    const { id, webhookId, attempts, terms, request, campaignId } = touch
    const taken = this.queues.take(host, campaignId, this.now)
    this.#withNew.add(journey.id)
    const call = {
      touch: id,
      webhookId,
      attempt: attempts + 1,
      seconds: terms.attemptSeconds,
      request,
      atOnce: atOnceTo(host),
      // The worker looks at the clock on the wall.
      until: until === null ? null : until - this.behind,
      paced: taken.rates.length > 0,
    }
    this.calls.push({ call, touch, journey, taken })
  }

  /** A webhook arrived, of a campaign whose re-entry rule counts that. */
  receive({ leadId, campaignId, entryKey }: Journey): void {
    for (const key of [entryKey, null]) this.#receipts.add(JSON.stringify([leadId, campaignId, key]))
  }

  /** When this batch brought the lead (with this key) a webhook of the campaign; undefined: it did not. */
  receivedAt(leadId: number, campaignId: string, key: string | null): number | undefined {
    return this.#receipts.has(JSON.stringify([leadId, campaignId, key])) ? this.now : undefined
  }

  /** What this batch has said about a journey so far. */
  notesOf({ id }: Journey): readonly Note[] {
    return this.#journal.get(id) ?? []
  }

  note(journey: Journey, ...notes: readonly Note[]): void {
    const known = this.#journal.get(journey.id)
    if (known === undefined) this.#journal.set(journey.id, [...notes])
    else known.push(...notes)
    this.notices?.note(journey, notes)
    this.#touch(journey)
  }

  count({ campaignId, version }: Pick<Journey, 'campaignId' | 'version'>, step: string, what: Counter, by = 1): void {
    this.#counts.add(campaignId, version, step, what, by)
  }

  /** Counts a journey of an experiment in its cohort. `length`: of the cohorts (ms); null where nobody is split. */
  countInCohort(
    { campaignId, version, enteredAt }: Pick<Journey, 'campaignId' | 'version' | 'enteredAt'>,
    length: number | null,
    { step, what, by = 1 }: { readonly step: string; readonly what: Counter; readonly by?: number },
  ): void {
    if (length === null) return
    this.#cohorts.add({ campaignId, version, step, what, until: cohortOf(enteredAt, length), n: by })
  }

  /** Counts a journey that was given a variant among those that were, or among those of them that ended. */
  countHour({ campaignId, enteredAt }: Pick<Journey, 'campaignId' | 'enteredAt'>, what: 'entered' | 'over'): void {
    const hour = { campaignId, version: 0, step: '', until: hourOfEntry(enteredAt) }
    this.#cohorts.add({ ...hour, what, n: 1 })
    if (what === 'over') this.#cohorts.add({ ...hour, what: 'last-end', n: this.now })
  }

  // What happens, for campaigns to hear

  /**
   * Does anybody listen to this? Asked before anything is made for it: where nobody does, it costs a look into a set.
   */
  hears(name: string): boolean {
    return this.#listeners.hears(name)
  }

  /**
   * The one way in which something inside Hookline becomes an event. `by`: the journey that brought it about, whose
   * chain it lengthens; null when it came from outside. A chain that is too long ends here, and the journal says so.
   */
  emit(name: string, leadId: number, by: Journey | null, properties: JsonObject): void {
    if (!this.events.emit(name, leadId, by, properties) && by !== null)
      this.note(by, { is: 'chain-ended', event: name, depth: MAX_DEPTH + 1 })
  }

  /**
   * A lead's attributes have changed: one event for each that somebody listens to. Exits are asked about it at the end
   * of the turn.
   */
  attributesChanged(before: Lead | null, after: Lead, by: Journey | null): void {
    this.#mayExit(after.id)
    this.notices?.leadChanged(before, after)
    if (!this.#listeners.hears(internalEvents.attributeChanged)) return
    for (const attribute of this.#listeners.attributes) {
      const [from, to]: Json[] = [before?.attributes[attribute] ?? null, after.attributes[attribute] ?? null]
      if (JSON.stringify(from) === JSON.stringify(to)) continue
      this.emit(internalEvents.attributeChanged, after.id, by, { attribute, from: from ?? null, to: to ?? null })
    }
  }

  #mayExit(leadId: number): void {
    if (this.#listeners.exitsOnChange.size > 0) this.#changed.add(leadId)
  }

  /** The leads whose attributes have changed, each handed out once. Empty where no exit asks. */
  takeChangedLeads(): readonly number[] {
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
  }

  /** Writes everything down. Deletes come first: what a step left is gone before the next one's tasks arrive. */
  *write(): Work<void> {
    const leads = (ids: ReadonlySet<number>) => [...ids].map(id => this.lead(id))
    const journeys = (ids: ReadonlySet<number>) => [...ids].flatMap(id => this.#journeys.get(id) ?? [])
    yield* insertLeads(leads(this.#newLeads), this.now)
    yield* updateLeads(leads(this.#changedLeads), this.now)
    yield* insertJourneys(journeys(this.#newJourneys))
    yield* saveJourneys(journeys(this.#changedJourneys))
    yield* saveVersions([...this.migrated].map(([id, { version }]) => ({ id, version })))
    yield* this.tasks.write(this.#clearedSteps)
    if (this.#freed.size > 0) yield* makeDue(yield* heldCallsOf([...this.#freed]), this.now)
    yield* countLeftEarly(this.#leftEarly)
    yield* this.awaited.write()
    yield* this.lists.write(this.now)
    yield* insertInOutbox(this.#outbox)
    yield* this.touches.write(this.#clearedSteps)
    yield* appendJournal([...this.#journal].map(([journeyId, notes]) => ({ journeyId, at: this.now, notes })))
    yield* this.conversions.write()
    yield* this.#counts.write()
    yield* this.#cohorts.write()
    yield* this.rotations.write()
    for (const work of this.#last) yield* work()
  }

  #touch(journey: Journey): void {
    this.touchedCampaigns.add(journey.campaignId)
    this.touchedJourneys.add(journey.id)
  }
}

const noLists: ReadonlySet<string> = new Set()
const noTouches: readonly LedgerTouch[] = []
/** What somebody listens to. */
export type Listeners = Pick<CampaignRegistry, 'hears' | 'attributes' | 'capReach' | 'exitsOnChange' | 'decidedIn'>

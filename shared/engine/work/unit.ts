import type { Call } from '../../call'
import type { Note } from '../../journal'
import type { Json, JsonObject } from '../../json'
import { LawBroken } from '../../problems'
import { cohortOf, hourOfEntry } from '../../rules/cohorts'
import type { DeliveryTerms } from '../../rules/delivery'
import { MAX_DEPTH, nextDepth } from '../../rules/depth'
import type { Experiments } from '../../rules/experiments'
import { internalEvents } from '../../rules/internal-events'
import { plannedOf } from '../../rules/planned'
import { insertAttempts, type StoredAttempt } from '../../store/attempts'
import { type Awaited, clearAwaited, insertAwaited } from '../../store/awaited'
import { appendJournal } from '../../store/journal'
import { insertJourneys, type Journey, saveJourneys, saveVersions } from '../../store/journeys'
import { insertLeads, updateLeads } from '../../store/leads'
import { deleteMembers, insertMembers, type Membership } from '../../store/lists'
import { insertInOutbox, type NewOutboxItem, type OutboxItem } from '../../store/outbox'
import { heldCallsOf, makeDue } from '../../store/reasks'
import { countLeftEarly } from '../../store/removals'
import { clearTasks, deleteTasks, insertTasks, type MovedTask, moveTasks, type Task } from '../../store/tasks'
import {
  abandonTouches,
  type CountedTouch,
  type DeadAs,
  deleteTouches,
  insertTouches,
  type ResentTouch,
  resendTouches,
  restoreTouches,
  type SettledTouch,
  settleTouches,
  type Touch,
  type TouchHead,
} from '../../store/touches'
import type { Work } from '../../store/work'
import type { Effort, Lead } from '../../world'
import type { CampaignRegistry } from '../campaigns/registry'
import type { Env } from '../env'
import { atOnceTo, type Host, type HostQueues, type Taken } from '../send/host-queues'
import type { CappedSend } from '../send/wanted'
import { CohortBook } from './cohort-book'
import { ConversionBook } from './conversion-book'
import { CountBook } from './count-book'
import { drop } from './drop'
import { Heard } from './heard'
import { History } from './history'
import type { InternalEvent } from './internal-event'
import { Ledger } from './ledger'
import { Rotations } from './rotations'

/** The attempt that settled a touch, or comes before the next: which one it was, and how it ended. */
type Ended = Pick<SettledTouch, 'attempts' | 'lastStatus' | 'cause'>

/**
 * What one batch decided, gathered while it decides and written in bulk at its end, in the same transaction (law 3). It also answers questions
 * about itself, so that a later decision of the batch sees what an earlier one did: the lead's new attributes, the touches already reserved.
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
  /** Journeys that this batch brought to another version: which, and the step that they left for it (null: they stay where they are). */
  readonly migrated = new Map<number, { readonly version: number; readonly left: string | null }>()

  readonly history = new History()
  /** What templates have taken of this turn. */
  readonly effort: Effort

  readonly #env: Env
  readonly #listeners: Listeners
  #emitted: InternalEvent[] = []
  #queuedForEntry: InternalEvent[] = []
  #emittedSoFar = 0
  readonly #leads = new Map<number, Lead>()
  readonly #newLeads = new Set<number>()
  readonly #changedLeads = new Set<number>()
  readonly #journeys = new Map<number, Journey>()
  readonly #newJourneys = new Set<number>()
  readonly #changedJourneys = new Set<number>()
  readonly #newTasks = new Map<number, Task>()
  readonly #movedTasks = new Map<number, MovedTask>()
  readonly #deletedTasks = new Set<number>()
  readonly #clearedSteps: { journeyId: number; leadId: number; step: string }[] = []
  readonly #newTouches: Touch[] = []
  /** Journeys for which this batch added a task or a call: leaving a step looks for them only then. */
  readonly #withNew = new Set<number>()
  readonly #settledTouches: SettledTouch[] = []
  readonly #undoneTouches: number[] = []
  readonly #resentTouches: ResentTouch[] = []
  /** Touches of this batch that somebody sent again by hand: they go their own way. */
  readonly #onTheirOwn = new Set<number>()
  readonly #restoredTouches: { readonly id: number; readonly as: DeadAs }[] = []
  readonly #receipts = new Set<string>()
  /** By journey: the step whose call was settled. */
  readonly #settledSteps = new Map<number, string>()
  #asks: CappedSend[] = []
  readonly #attempts: StoredAttempt[] = []
  readonly #journal = new Map<number, Note[]>()
  readonly #awaited = new Map<number, readonly Awaited[]>()
  readonly #deaf: Journey[] = []
  readonly #outbox: OutboxItem[] = []
  /** Leads whose attributes have changed, where an exit may ask for them. */
  readonly #changed = new Set<number>()
  /** By lead: the lists that they are on by now. Only where a step may change lists. */
  readonly #onLists = new Map<number, Set<string>>()
  readonly #members = new Map<string, Membership & { readonly change: 'added' | 'removed' }>()
  readonly #leftEarly = new Map<number, number>()
  /** Leads whose held calls are asked again: what held them may be over. */
  readonly #freed = new Set<number>()
  /** Whose turn it is in exact rotations. */
  readonly rotations = new Rotations()

  /** What leads have done since some moment of the past, for what begins there. */
  readonly heard = new Heard()
  /** Waits that began at a moment that has passed and have not heard yet what happened since, by the id of their journey. */
  readonly lookingBack = new Map<number, Journey>()

  readonly #last: (() => Work<void>)[] = []

  /** May this batch hand out calls? What a person does by hand leaves them to the tick behind it. */
  mayCall = false

  /** `queues`: how many calls may still be handed out, and where to; the rest waits in the table. */
  constructor(env: Env, queues: HostQueues, listeners: Listeners) {
    this.#env = env
    this.queues = queues
    this.#listeners = listeners
    this.now = env.clock.now()
    this.behind = env.clock.behind()
    this.effort = { clock: env.clock.monotonic, spentMs: 0 }
  }

  // What is known

  knowLeads(leads: readonly Lead[]): void {
    for (const lead of leads) if (!this.#leads.has(lead.id)) this.#leads.set(lead.id, lead)
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

  /** True the first time: a lead's lists are loaded once a batch. */
  wantsLists(leadId: number): boolean {
    if (this.#onLists.has(leadId)) return false
    this.#onLists.set(leadId, new Set())
    return true
  }

  knowMembers(memberships: readonly Membership[]): void {
    for (const { listId, leadId } of memberships) this.#onLists.get(leadId)?.add(listId)
  }

  /** The lists that the lead is on by now. */
  listsOf(leadId: number): ReadonlySet<string> {
    return this.#onLists.get(leadId) ?? this.#none(leadId, noLists, 'lists')
  }

  /** The touches of the lead that caps may count. */
  touchesOf(leadId: number): readonly CountedTouch[] {
    return this.ledger.of(leadId) ?? this.#none(leadId, noTouches, 'touches')
  }

  /** A lead who is new in this batch has none; of any other it would have to be known. */
  #none<T>(leadId: number, none: T, what: 'lists' | 'touches'): T {
    if (!this.#newLeads.has(leadId)) this.wasForgotten(what, leadId)
    return none
  }

  /** Somebody decides about a lead by facts that were not loaded (law 2). A mistake of ours: it is said, and the turn goes on, or the leads of all campaigns would stand still. */
  wasForgotten(what: 'lists' | 'touches' | 'past', leadId: number): void {
    const err = new LawBroken(2, `the ${what} of lead ${leadId} should have been loaded`)
    this.#env.log.error({ err, lead: leadId }, 'a decision was made without knowing enough')
  }

  /** Did this very batch bring the journey to a step that waits for such an event? */
  beganToAwait({ id }: Journey, event: string): boolean {
    return this.#awaited.get(id)?.some(row => row.event === event) ?? false
  }

  /** Journeys of this very batch that began to wait for an event of this lead, oldest first. */
  *awaitingSince(leadId: number, event: string): Iterable<Journey> {
    if (this.#awaited.size === 0) return
    for (const [id, rows] of this.#awaited) {
      const journey = this.#journeys.get(id)
      if (journey !== undefined && rows.some(r => r.leadId === leadId && r.event === event)) yield journey
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

  /** May one more call to this host be handed out? One that is made once at most, only when it can begin at once: what was handed out may have begun. */
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
  }

  changeLead(lead: Lead): void {
    this.#leads.set(lead.id, lead)
    if (!this.#newLeads.has(lead.id)) this.#changedLeads.add(lead.id)
    this.#mayExit(lead.id)
  }

  /** The lead's clock shows another time by now: what quiet hours said of calls under way, and of calls that they hold, may no longer be so. */
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

  addTask(task: Omit<Task, 'id'>): Task {
    if (task.lane !== null) this.queues.wait(task.lane, task.level)
    const added: Task = {
      id: this.#env.ids.task(),
      journeyId: task.journeyId,
      campaignId: task.campaignId,
      step: task.step,
      type: task.type,
      state: task.state,
      dueAt: task.dueAt,
      touchId: task.touchId,
      revision: task.revision,
      lane: task.lane,
      level: task.level,
      rank: task.rank,
      deferredAt: task.deferredAt ?? null,
      heldBy: task.heldBy ?? null,
    }
    this.#newTasks.set(added.id, added)
    this.#withNew.add(task.journeyId)
    return added
  }

  /** The task goes on waiting, for something else: it keeps its id, which is its place among those who came at the same instant. */
  moveTask({ id }: Pick<Task, 'id'>, to: Omit<MovedTask, 'id'>): void {
    if (to.lane !== null) this.queues.wait(to.lane, to.level)
    this.#deletedTasks.delete(id)
    this.#movedTasks.set(id, { id, ...to })
  }

  /** The highest level of the calls that this batch has put into this queue so far; null: none. They are not in the table yet. */
  levelIn(queue: string): number | null {
    let highest: number | null = null
    for (const tasks of [this.#newTasks, this.#movedTasks])
      for (const task of tasks.values()) if (task.lane === queue) highest = Math.max(highest ?? 0, task.level)
    return highest
  }

  deleteTask(id: number): void {
    this.#deletedTasks.add(id)
  }

  /**
   * Law 5: tasks of the step go, those that this very batch set too, and a call that is still on the wire is given up. A dead letter of the step that was sent again
   * goes its own way: a migration may have brought its journey back to the step meanwhile.
   */
  clearStep(journey: Journey, step: string): void {
    const { id: journeyId, leadId } = journey
    // A call that this batch has settled was all that the step had pending.
    if (this.#settledSteps.get(journeyId) === step) return
    this.#clearedSteps.push({ journeyId, leadId, step })
    if (!this.#withNew.has(journeyId)) return
    for (const task of this.#newTasks.values())
      if (task.journeyId === journeyId && task.step === step && !this.#onTheirOwn.has(task.touchId ?? 0))
        this.#newTasks.delete(task.id)
    // A call that this very batch reserved has not left yet, and never will: no cap counts it.
    const unsent = drop(this.#newTouches, touch => touch.journeyId === journeyId && touch.step === step)
    for (const { id } of unsent) this.ledger.forget(id)
    const kept = drop(
      this.calls,
      ({ touch }) => touch.journeyId === journeyId && touch.step === step && touch.resent === null,
    )
    for (const { taken } of kept) this.queues.drop(taken)
  }

  /** From now on the journey hears these events. */
  await(journey: Journey, events: readonly string[]): void {
    const { id, leadId, memory } = journey
    if (memory.wait !== undefined && memory.wait.since < this.now) this.lookingBack.set(id, journey)
    this.#awaited.set(
      id,
      events.map(event => ({ leadId, event, journeyId: id })),
    )
  }

  /** Law 5: the journey left the step in which it heard events. */
  stopAwaiting(journey: Journey): void {
    // What this very batch wrote down is not in the table yet.
    if (!this.#awaited.delete(journey.id)) this.#deaf.push(journey)
  }

  addToOutbox(item: NewOutboxItem): void {
    this.#outbox.push({ ...item, id: this.#env.ids.outboxItem() })
  }

  /** Puts the lead on a list or takes it off. False when nothing changed by that. */
  changeList(leadId: number, listId: string, change: 'added' | 'removed'): boolean {
    const lists = this.#onLists.get(leadId) ?? new Set()
    this.#onLists.set(leadId, lists)
    if (lists.has(listId) === (change === 'added')) return false
    if (change === 'added') lists.add(listId)
    else lists.delete(listId)
    this.#members.set(`${leadId} ${listId}`, { listId, leadId, change })
    return true
  }

  addTouch(touch: Omit<Touch, 'id'>): Touch {
    // A plain literal, as all on the way of a lead: V8 makes those in a tenth of the time that it takes for a spread.
    const added: Touch = {
      id: this.#env.ids.touch(),
      webhookId: touch.webhookId,
      journeyId: touch.journeyId,
      leadId: touch.leadId,
      campaignId: touch.campaignId,
      step: touch.step,
      reservedAt: touch.reservedAt,
      plannedAt: touch.plannedAt,
      status: touch.status,
      attempts: touch.attempts,
      interrupted: touch.interrupted,
      terms: touch.terms,
      request: touch.request,
      resent: touch.resent,
    }
    this.#newTouches.push(added)
    this.#withNew.add(touch.journeyId)
    const { id, leadId, campaignId, reservedAt: at, plannedAt, status } = added
    if (this.#listeners.capReach > 0) this.ledger.add({ id, leadId, campaignId, at, plannedAt, status })
    return added
  }

  /** A call that caps may keep back: decided at the end of the turn, with those of other campaigns that are due with it. */
  ask(ask: CappedSend): void {
    this.#asks.push(ask)
  }

  /** The calls that wait for that, each handed out once. */
  takeAsks(): readonly CappedSend[] {
    return this.#asks.splice(0)
  }

  /** Hands the next attempt of a reserved touch to the workers, after the commit. `until`: from then on the gates' verdict is no longer true (ms). */
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

  /** A call came back before anything of it had left, and its touch was reserved for that call alone: it is as if it had never been. */
  undoTouch({ id }: Pick<TouchHead, 'id'>): void {
    this.#undoneTouches.push(id)
    this.ledger.forget(id)
  }

  /** The last word on a touch. */
  settleTouch({ id }: Pick<TouchHead, 'id'>, status: SettledTouch['status'], ended: Ended): void {
    const { attempts, lastStatus, cause } = ended
    this.#settledTouches.push({ id, status, attempts, settledAt: this.now, lastStatus, cause })
    if (status === 'failed' && ended.attempts === 0) this.ledger.forget(id)
    else this.ledger.recount(id, status)
  }

  /** The touch that was settled is the one that its journey waits for: nothing else is pending in the step. */
  hasItsAnswer({ journeyId, step }: Pick<TouchHead, 'journeyId' | 'step'>): void {
    this.#settledSteps.set(journeyId, step)
  }

  /** The touch stays reserved: there will be another attempt. */
  countAttempt({ id, resent }: TouchHead, ended: Ended): void {
    if (resent !== null) this.#onTheirOwn.add(id)
    const { attempts, lastStatus, cause } = ended
    this.#settledTouches.push({ id, status: 'reserved', attempts, settledAt: null, lastStatus, cause })
  }

  /** A dead letter goes out again, by hand: it is reserved once more. */
  resendTouch(touch: ResentTouch): void {
    this.#resentTouches.push(touch)
    this.#onTheirOwn.add(touch.id)
    this.ledger.recount(touch.id, 'reserved')
  }

  /** A dead letter that was to go out again was kept here: it is what it was before somebody sent it again. */
  restoreTouch({ id }: Pick<TouchHead, 'id'>, as: DeadAs): void {
    this.#restoredTouches.push({ id, as })
    this.ledger.recount(id, as)
  }

  addAttempt(attempt: StoredAttempt): void {
    this.#attempts.push(attempt)
  }

  /** What this batch has said about a journey so far. */
  notesOf({ id }: Journey): readonly Note[] {
    return this.#journal.get(id) ?? []
  }

  note(journey: Journey, ...notes: readonly Note[]): void {
    const known = this.#journal.get(journey.id)
    if (known === undefined) this.#journal.set(journey.id, [...notes])
    else known.push(...notes)
    this.#touch(journey)
  }

  count({ campaignId, version }: Pick<Journey, 'campaignId' | 'version'>, step: string, what: string, by = 1): void {
    this.#counts.add(campaignId, version, step, what, by)
  }

  /** Counts a journey of an experiment in its cohort. `length`: of the cohorts (ms); null where nobody is split. */
  countInCohort(
    { campaignId, version, enteredAt }: Pick<Journey, 'campaignId' | 'version' | 'enteredAt'>,
    length: number | null,
    { step, what, by = 1 }: { readonly step: string; readonly what: string; readonly by?: number },
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

  // What happens, for other campaigns to hear

  /** Does anybody listen to this? Asked before anything is made for it: where nobody does, it costs a look into a set. */
  hears(name: string): boolean {
    return this.#listeners.hears(name)
  }

  /**
   * The one way in which something inside Hookline becomes an event. `by`: the journey that brought it about, whose chain it lengthens; null when it came from
   * outside. A chain that is too long ends here, and the journal says so.
   */
  emit(name: string, leadId: number, by: Journey | null, properties: JsonObject): void {
    if (!this.#listeners.hears(name)) return
    const depth = by === null ? 0 : nextDepth(by.memory)
    if (depth === undefined) {
      if (by !== null) this.note(by, { is: 'chain-ended', event: name, depth: MAX_DEPTH + 1 })
      return
    }
    // Unique, and the same in each run of a seed: a journey's revision happens once (law 1), and its events are counted.
    const id = `${name}:${this.#env.epoch}.${by === null ? `l${leadId}` : `${by.id}.${by.rev}`}:${this.now}.${++this.#emittedSoFar}`
    const planned = by === null ? undefined : (plannedOf(by.memory) ?? undefined)
    this.#emitted.push({ leadId, event: { id, name, at: this.now, properties, depth, planned }, to: null })
  }

  /** A lead's attributes have changed: one event for each that somebody listens to. Exits are asked about it at the end of the turn. */
  attributesChanged(before: Lead | null, after: Lead, by: Journey | null): void {
    this.#mayExit(after.id)
    if (!this.#listeners.hears(internalEvents.attributeChanged)) return
    for (const attribute of this.#listeners.attributes) {
      const [from, to]: Json[] = [before?.attributes[attribute] ?? null, after.attributes[attribute] ?? null]
      if (JSON.stringify(from) === JSON.stringify(to)) continue
      this.emit(internalEvents.attributeChanged, after.id, by, { attribute, from: from ?? null, to: to ?? null })
    }
  }

  /** The next internal events, each handed out once. */
  takeEmitted(most: number): readonly InternalEvent[] {
    return this.#emitted.splice(0, most)
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

  /** An entry that was asked for waits for its turn, behind those who came before. */
  queueForEntry(request: InternalEvent & { readonly to: string }): void {
    this.#queuedForEntry.push(request)
  }

  /** Those who have to wait in an entry queue. */
  takeQueuedForEntry(): readonly InternalEvent[] {
    return this.#queuedForEntry.splice(0)
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
    yield* deleteTasks([...this.#deletedTasks])
    yield* clearTasks(this.#clearedSteps)
    yield* moveTasks([...this.#movedTasks.values()])
    yield* insertTasks([...this.#newTasks.values()])
    if (this.#freed.size > 0) yield* makeDue(yield* heldCallsOf([...this.#freed]), this.now)
    yield* countLeftEarly(this.#leftEarly)
    yield* clearAwaited(this.#deaf)
    yield* insertAwaited([...this.#awaited.values()].flat())
    yield* deleteMembers([...this.#members.values()].filter(m => m.change === 'removed'))
    yield* insertMembers(
      [...this.#members.values()].filter(m => m.change === 'added'),
      this.now,
    )
    yield* insertInOutbox(this.#outbox)
    yield* settleTouches(this.#settledTouches)
    yield* deleteTouches(this.#undoneTouches)
    yield* resendTouches(this.#resentTouches)
    yield* restoreTouches(this.#restoredTouches, this.now)
    yield* abandonTouches(this.#clearedSteps, this.now)
    yield* insertTouches(this.#newTouches)
    yield* insertAttempts(this.#attempts)
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
const noTouches: readonly CountedTouch[] = []
/** What somebody listens to. */
export type Listeners = Pick<CampaignRegistry, 'hears' | 'attributes' | 'capReach' | 'exitsOnChange' | 'decidedIn'>

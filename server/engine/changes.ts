import type { Call } from '#shared/call'
import type { Note } from '#shared/journal'
import type { Lead } from '#shared/world'
import type { Env } from '../env'
import { insertAttempts, type StoredAttempt } from '../store/attempts'
import { addCounts, type Count } from '../store/counts'
import { appendJournal } from '../store/journal'
import { insertJourneys, type Journey, saveJourneys } from '../store/journeys'
import { insertLeads, updateLeads } from '../store/leads'
import { clearTasks, deleteTasks, insertTasks, moveTasks, type Task, type TaskState } from '../store/tasks'
import {
  abandonTouches,
  insertTouches,
  type SettledTouch,
  settleTouches,
  type Touch,
  type TouchHead,
} from '../store/touches'
import type { Work } from '../store/work'
import type { Host, Lanes, Taken } from './lanes'

/**
 * What one batch decided, gathered while it decides and written in bulk at its end, in the same transaction (law 3). It also answers questions
 * about itself, so that a later decision of the batch sees what an earlier one did: the lead's new attributes, the touches already reserved.
 */
export class Changes {
  readonly now: number
  /** To be handed to the HTTP workers after the commit. */
  readonly calls: {
    readonly call: Call
    readonly touch: TouchHead
    readonly journey: Journey
    readonly taken: Taken
  }[] = []
  readonly lanes: Lanes
  readonly touchedCampaigns = new Set<string>()
  readonly touchedJourneys = new Set<number>()

  readonly #env: Env
  readonly #leads = new Map<number, Lead>()
  readonly #newLeads = new Set<number>()
  readonly #changedLeads = new Set<number>()
  readonly #journeys = new Map<number, Journey>()
  readonly #newJourneys = new Set<number>()
  readonly #changedJourneys = new Set<number>()
  readonly #newTasks = new Map<number, Task>()
  readonly #movedTasks = new Map<number, { id: number; state: TaskState; dueAt: number; lane: string | null }>()
  readonly #deletedTasks = new Set<number>()
  readonly #clearedSteps: { journeyId: number; step: string }[] = []
  readonly #newTouches: Touch[] = []
  readonly #settledTouches: SettledTouch[] = []
  /** By journey: the step whose call was settled. */
  readonly #settledSteps = new Map<number, string>()
  readonly #abandoned = new Map<number, Journey>()
  readonly #ledger = new Map<number, number[]>()
  readonly #attempts: StoredAttempt[] = []
  readonly #journal = new Map<number, Note[]>()
  /** By campaign, version, step, and what is counted: no keys are glued together for eight counts a lead. */
  readonly #counts = new Map<string, Map<number, Map<string, Map<string, number>>>>()

  /** `lanes`: how many calls may still be handed out, and where to; the rest waits in the table. */
  constructor(env: Env, lanes: Lanes) {
    this.#env = env
    this.lanes = lanes
    this.now = env.clock.now()
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

  /** True the first time: a lead's touches are loaded once a batch. */
  wantsTouches(leadId: number): boolean {
    if (this.#ledger.has(leadId)) return false
    this.#ledger.set(leadId, [])
    return true
  }

  knowTouches(touches: readonly { readonly lead_id: number; readonly at: number }[]): void {
    for (const { lead_id, at } of touches) this.#ledgerOf(lead_id).push(at)
  }

  /** Instants of the touches that count for this lead's caps, those of this batch included. */
  touchesOf(leadId: number): readonly number[] {
    return this.#ledgerOf(leadId)
  }

  /** Every journey as this batch leaves it. */
  savedJourneys(): Iterable<Journey> {
    return this.#journeys.values()
  }

  // What is decided

  addLead(lead: Lead): void {
    this.#leads.set(lead.id, lead)
    this.#newLeads.add(lead.id)
  }

  changeLead(lead: Lead): void {
    this.#leads.set(lead.id, lead)
    if (!this.#newLeads.has(lead.id)) this.#changedLeads.add(lead.id)
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

  addTask(task: Omit<Task, 'id'>): Task {
    if (task.lane !== null) this.lanes.wait(task.lane)
    const added = { ...task, id: this.#env.ids.task() }
    this.#newTasks.set(added.id, added)
    return added
  }

  moveTask(id: number, state: TaskState, dueAt: number, lane: string | null): void {
    if (lane !== null) this.lanes.wait(lane)
    this.#movedTasks.set(id, { id, state, dueAt, lane })
  }

  deleteTask(id: number): void {
    this.#deletedTasks.add(id)
  }

  /** Law 5: tasks of the step go, those that this very batch set too, and a call that is still on the wire is given up. */
  clearStep(journey: Journey, step: string): void {
    const { id: journeyId } = journey
    // A call that this batch has settled was all that the step had pending.
    if (this.#settledSteps.get(journeyId) === step) return
    this.#abandoned.set(journeyId, journey)
    this.#clearedSteps.push({ journeyId, step })
    for (const task of this.#newTasks.values())
      if (task.journeyId === journeyId && task.step === step) this.#newTasks.delete(task.id)
  }

  addTouch(touch: Omit<Touch, 'id'>): Touch {
    const added = { ...touch, id: this.#env.ids.touch() }
    this.#newTouches.push(added)
    this.#ledgerOf(touch.leadId).push(touch.reservedAt)
    return added
  }

  /** Hands the next attempt of a reserved touch to the workers, after the commit. */
  call(touch: Touch, journey: Journey, host: Host): void {
    const { id, webhookId, attempts, terms, request } = touch
    const call = { touch: id, webhookId, attempt: attempts + 1, seconds: terms.attemptSeconds, request }
    this.calls.push({ call, touch, journey, taken: this.lanes.take(host, touch.campaignId, this.now) })
  }

  /** The last word on a touch. */
  settleTouch({ id, journeyId, step }: TouchHead, status: SettledTouch['status'], attempts: number): void {
    this.#settledTouches.push({ id, status, attempts, settledAt: this.now })
    this.#settledSteps.set(journeyId, step)
  }

  /** The touch stays reserved: there will be another attempt. */
  countAttempt({ id }: TouchHead, attempts: number): void {
    this.#settledTouches.push({ id, status: 'reserved', attempts, settledAt: null })
  }

  addAttempt(attempt: StoredAttempt): void {
    this.#attempts.push(attempt)
  }

  note(journey: Journey, ...notes: readonly Note[]): void {
    const known = this.#journal.get(journey.id)
    if (known === undefined) this.#journal.set(journey.id, [...notes])
    else known.push(...notes)
    this.#touch(journey)
  }

  count({ campaignId, version }: Pick<Journey, 'campaignId' | 'version'>, step: string, what: string): void {
    const ofStep = within(within(within(this.#counts, campaignId), version), step)
    ofStep.set(what, (ofStep.get(what) ?? 0) + 1)
  }

  /** Writes everything down. Deletes come first: what a step left is gone before the next one's tasks arrive. */
  *write(): Work<void> {
    const leads = (ids: ReadonlySet<number>) => [...ids].map(id => this.lead(id))
    const journeys = (ids: ReadonlySet<number>) => [...ids].flatMap(id => this.#journeys.get(id) ?? [])
    yield* insertLeads(leads(this.#newLeads), this.now)
    yield* updateLeads(leads(this.#changedLeads), this.now)
    yield* insertJourneys(journeys(this.#newJourneys))
    yield* saveJourneys(journeys(this.#changedJourneys))
    yield* deleteTasks([...this.#deletedTasks])
    yield* clearTasks(this.#clearedSteps)
    yield* moveTasks([...this.#movedTasks.values()])
    yield* insertTasks([...this.#newTasks.values()])
    yield* settleTouches(this.#settledTouches)
    yield* abandonTouches([...this.#abandoned.values()], this.now)
    yield* insertTouches(this.#newTouches)
    yield* insertAttempts(this.#attempts)
    yield* appendJournal([...this.#journal].map(([journeyId, notes]) => ({ journeyId, at: this.now, notes })))
    yield* addCounts(this.#allCounts())
  }

  #allCounts(): Count[] {
    return [...this.#counts].flatMap(([campaignId, versions]) =>
      [...versions].flatMap(([version, steps]) =>
        [...steps].flatMap(([step, counts]) =>
          [...counts].map(([what, n]) => ({ campaignId, version, step, what, n })),
        ),
      ),
    )
  }

  #touch(journey: Journey): void {
    this.touchedCampaigns.add(journey.campaignId)
    this.touchedJourneys.add(journey.id)
  }

  #ledgerOf(leadId: number): number[] {
    const known = this.#ledger.get(leadId)
    if (known !== undefined) return known
    const fresh: number[] = []
    this.#ledger.set(leadId, fresh)
    return fresh
  }
}

/** The inner map of a key; made when it is not there yet. */
function within<K, L, V>(outer: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = outer.get(key)
  if (known !== undefined) return known
  const made = new Map<L, V>()
  outer.set(key, made)
  return made
}

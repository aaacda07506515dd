import { loadReport } from '#server/http/views/report'
import { openSqlite } from '#server/store/sqlite'
import type { Report } from '#shared/api'
import type { ExperimentAct } from '#shared/api/experiments'
import { defaultInstallation, type InstallationSettings } from '#shared/api/settings'
import type { Call } from '#shared/call'
import { type Decided, decideByHand } from '#shared/engine/acts/experiment-acts'
import { forgetUnasked } from '#shared/engine/acts/forget'
import { deleteLead, mergeInto } from '#shared/engine/acts/lead-acts'
import type { Act, Rehearsed } from '#shared/engine/acts/lifecycle'
import { cancelMigration } from '#shared/engine/acts/migration'
import { beginRemoving, cancelRemoving, type RemovalOrder, removeOne } from '#shared/engine/acts/remove'
import { beginResending, type Resend, type ResendHow, resendOne } from '#shared/engine/acts/resend'
import { steerGoal } from '#shared/engine/campaigns/stored-goals'
import { embeddedRuntime } from '#shared/engine/embedded'
import { createEngine, type Engine } from '#shared/engine/engine'
import type { IncomingEvent } from '#shared/engine/entry/ingest'
import type { Env, Log } from '#shared/engine/env'
import type { HostLimit } from '#shared/engine/send/hosts'
import type { Turn } from '#shared/engine/turn'
import { createPurge, type Purge } from '#shared/engine/watch/purge'
import type { Plan } from '#shared/graph/migration'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import type { JournalEntry } from '#shared/journal'
import type { Json } from '#shared/json'
import { LawBroken } from '#shared/problems'
import type { Cap } from '#shared/rules/caps'
import type { StoredExperiment } from '#shared/rules/experiments/split'
import type { LeadField } from '#shared/rules/fields'
import type { MergeChoice } from '#shared/rules/merge'
import type { Webhook } from '#shared/rules/webhook'
import type { ActivityFilter } from '#shared/store/activity'
import { type CampaignMigration, latestMigration } from '#shared/store/campaign-migrations'
import { allVersions, findCampaign, insertCampaign, publish, saveDraft } from '#shared/store/campaigns'
import { type Conversion, conversionsOf } from '#shared/store/conversions'
import { findExperiment } from '#shared/store/experiments'
import { putField } from '#shared/store/fields'
import { allGoals, type StoredGoal } from '#shared/store/goals'
import { sweepHistory } from '#shared/store/history'
import { loadIds } from '#shared/store/ids'
import { journalOf } from '#shared/store/journal'
import { activeAfter, type Journey, journeysById, journeysOfLead, lastJourneyId } from '#shared/store/journeys'
import { findLead, leadsById, leadsCalled, putLeads } from '#shared/store/leads'
import { findList, insertList, pageOfMembers } from '#shared/store/lists'
import { keepTime, lastInstant } from '#shared/store/meta'
import { insertProgram, moveCampaign, saveProgram } from '#shared/store/programs'
import { type Removal, removalsOf } from '#shared/store/removals'
import { saveSettings } from '#shared/store/settings'
import { type Touch, touchesById, touchesOfJourney } from '#shared/store/touches'
import { deleteWebhook, insertWebhook, saveWebhook } from '#shared/store/webhooks'
import { all, type Store, sql, type Work } from '#shared/store/work'
import { type Clock, type KeptClock, keepClock } from '#shared/time/clock'
import { addDuration } from '#shared/time/duration'
import { BreakerLaw } from './breaker-law'
import { CapLaw } from './cap-law'
import { type Dice, dice as roll } from './chance'
import { Crash, type CrashPlan, crashing, type Life } from './crash'
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
import { type Answer, type Arrived, ok, outcomeOf, type Script } from './receiver'
import { SendLaw } from './send-law'
import { type Moment, neverOverlapping, turnOver, type WaitingStore, yielding } from './yielding'

/**
 * The simulated installation: the real engine, the real rules and a real SQLite (in memory), with a clock that jumps to the next due instant, seeded chance, and
 * a scripted receiver at the other end of the wire. Nothing else is made up. After every tick the laws are checked.
 */

export interface WorldOptions {
  readonly seed?: number
  /** ISO instant at which the simulated time begins. */
  readonly start?: string
  readonly maxInFlight?: number
  readonly crashes?: number
  /** `sends`: only what leaves is judged after each tick, for crowds; the tables at the end. `none`: the run is compared with one that is judged. */
  readonly laws?: 'all' | 'sends' | 'none'
  /** An empty database. Left out: SQLite in memory. */
  readonly store?: Store
  /** How late timers ring (ms), one of these each time; on time unless said. */
  readonly lateness?: readonly number[]
  /** `waits`: transactions yield to the event loop at every statement. `busy`: and much arrives meanwhile (`World.meanwhile`). */
  readonly driver?: Driver
}

/** How the database answers: while everybody else waits, or while the event loop turns. */
export type Driver = 'at-once' | 'waits' | 'busy'

export class LawsBroken extends Error {
  override readonly name = 'LawsBroken'
}

/** A transaction failed, and the process lives on. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull'
}

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }

export class World {
  now: number
  readonly dice: Dice
  readonly crash: CrashPlan
  /** Every call that arrived at the receiver, in order. */
  readonly arrived: Arrived[] = []
  /** How often the process died. */
  deaths = 0
  receiver: Script = ok
  /** What is known of each host from the outside. */
  readonly breakers = new BreakerLaw()

  /** In the middle of a turn of a busy database: somebody does something, or nobody. Called now and then, and not waited for until the turn is over. */
  meanwhile: () => unknown = () => undefined
  /** How often something came in the middle of a turn. */
  interruptions = 0
  /** What is to happen in the middle of the next turn. */
  #amid: ((at: Moment) => void) | undefined
  /** The next transaction fails at its end, as on a full disk, and nobody dies of it. */
  #fails = false

  readonly #store: Store
  /** The same tables, by the driver that the engine has. */
  readonly #tables: WaitingStore
  readonly #driver: Driver
  /** How long the driver waits, and what happens meanwhile: by throws of its own, so that all other chance is what it is without it. */
  readonly #waiting: Dice
  /** What somebody began in the middle of a turn. */
  #acts: Promise<unknown>[] = []
  readonly #faults: unknown[] = []
  #life: Life = { isOver: false }
  #booting: Promise<void> | undefined
  readonly #maxInFlight: number
  readonly #laws: 'all' | 'sends' | 'none'
  readonly #lateness: readonly number[]
  readonly #ringing: Dice
  #published: readonly Published[] = []
  #account = defaultInstallation
  readonly #caps = new CapLaw()
  readonly #sending = new SendLaw()
  readonly #queue = new QueueLaw()
  #engine!: Engine
  #clock!: KeptClock
  #ids!: Env['ids']
  /** Calls that were handed out ahead of their turn on the wire; and by host, how many have one. */
  #queued: Call[] = []
  readonly #onWire = new Map<string, number>()
  /** Calls that have a place on the wire and whose first byte has not left. */
  #connecting: { at: number; call: Call; answer: Answer }[] = []
  #flights: { at: number; deliver: () => void }[] = []
  /** Events that a client sent and got no answer for: it will send them again. */
  #unanswered = new Map<string, IncomingEvent>()
  #events = 0
  #starts = 0

  private constructor(options: WorldOptions) {
    const { seed = 1, start = '2026-05-04T09:00:00Z', maxInFlight = 64, crashes = 0, laws = 'all' } = options
    const { driver = 'at-once', store = openSqlite(':memory:') } = options
    this.#laws = laws
    this.#lateness = options.lateness ?? [0]
    this.#ringing = roll(seed + 6_000_000)
    this.#driver = driver
    this.#waiting = roll(seed + 5_000_000)
    this.now = Date.parse(start)
    this.dice = roll(seed)
    this.crash = { share: 0 }
    this.#store = store
    this.#tables =
      driver === 'at-once'
        ? {
            transact: work => this.#store.transact(work),
            read: work => this.#store.read(work),
            close: () => this.#store.close(),
            alone: work => work(),
            isBusy: () => false,
          }
        : yielding(this.#store, {
            before: () => this.#judgeBetween(),
            meanwhile: at => this.#turnOver(at),
          })
    this.#maxInFlight = maxInFlight
    this.crash.share = crashes
  }

  static async create(options: WorldOptions = {}): Promise<World> {
    const world = new World(options)
    world.#ids = await world.#store.read(loadIds())
    await world.#boot()
    return world
  }

  // What a marketer does

  /** Stores a draft and launches it; `plan`: what becomes of leads who are under way. */
  async launch(id: string, graph: Graph, plan: Plan = []): Promise<Act> {
    const known = (await this.#tables.read(findCampaign(id))) !== undefined
    await this.#tables.transact(known ? saveDraft(id, id, graph, this.now) : insertCampaign(id, id, graph, this.now))
    return this.#act(engine => engine.launch(id, { plan }))
  }

  /** Puts a graph live that no launch would let through: what an older version of the product might have left behind. */
  async smuggle(id: string, graph: Graph): Promise<void> {
    await this.#tables.transact(insertCampaign(id, id, graph, this.now))
    await this.#tables.transact(publish({ campaignId: id, version: 1, graph, publishedAt: this.now }))
    await this.#boot()
  }

  /** Stores a draft and leaves it one: what another campaign may name already. */
  async draft(id: string): Promise<void> {
    await this.#tables.transact(insertCampaign(id, id, emptyGraph, this.now))
  }

  /** Makes a list, empty. */
  async list(id: string): Promise<void> {
    if ((await this.#tables.read(findList(id))) === undefined)
      await this.#tables.transact(insertList({ id, name: id, description: '' }, this.now))
  }

  /** Who is on a list, by external id. */
  async members(id: string): Promise<readonly string[]> {
    const members = await this.#tables.read(pageOfMembers(id, null, 10_000))
    const leads = await this.#tables.read(leadsById(members.map(m => m.leadId)))
    return leads.map(l => l.externalId).sort()
  }

  /** Stores a draft and tries out what a plan would do when it is launched. */
  async rehearse(id: string, graph: Graph, plan: Plan): Promise<Rehearsed> {
    await this.#tables.transact(saveDraft(id, id, graph, this.now))
    return this.#engine.rehearse(id, 'draft', plan)
  }

  /** Stops bringing leads to another version. */
  cancelMigration(id: string): Promise<void> {
    return this.#does(turn => cancelMigration(turn, id))
  }

  /** Everything that was ever published. */
  versions(): Promise<readonly Published[]> {
    return this.#tables.read(allVersions())
  }

  /** The newest migration of a campaign. */
  migration(id: string): Promise<CampaignMigration | undefined> {
    return this.#tables.read(latestMigration(id))
  }

  pause = (id: string) => this.#act(engine => engine.pause(id))
  resume = (id: string) => this.#act(engine => engine.resume(id))
  stop = (id: string, inside: 'finish' | 'exit' = 'finish', reason = '') =>
    this.#act(engine => engine.stop(id, { inside, reason }))

  /** Sends a dead letter again, as often as somebody clicks. */
  resend(touch: number, how: Partial<ResendHow> = {}): Promise<Resend> {
    return this.#does(turn => resendOne(turn, touch, { sendNow: false, request: null, ...how }))
  }

  /** Makes a lead part of another, as a user does by hand. */
  merge(merged: string, into: string, choice: Partial<MergeChoice> = {}): Promise<void> {
    return this.#does(function* (turn) {
      const [kept, gone] = [yield* findLead(into), yield* findLead(merged)]
      // Both may be names of one lead by now: the API answers 409 then.
      if (kept !== undefined && gone !== undefined && kept.id !== gone.id)
        yield* mergeInto(turn, kept, gone, { values: 'kept', fields: {}, ...choice })
    })
  }

  /** Deletes a lead with everything that is stored about it. */
  forget(externalId: string): Promise<void> {
    return this.#does(function* (turn) {
      const lead = yield* findLead(externalId)
      if (lead !== undefined) yield* deleteLead(turn, lead)
    })
  }

  /** Chooses something for the whole installation. */
  async settings(change: Partial<InstallationSettings>): Promise<void> {
    const account = { ...this.#account, ...change }
    const world = this
    const saving = function* (): Work<void> {
      yield* saveSettings(account)
      world.#account = account
    }
    await this.#until(engine => engine.retune(saving()))
  }

  /** The settings are read again, as they are. */
  retune(): Promise<void> {
    return this.#until(engine => engine.retune())
  }

  /** Somebody sets a limit for a host. */
  limitHost(host: string, limit: HostLimit): Promise<void> {
    return this.#until(engine => engine.limitHost(host, limit))
  }

  /** Somebody puts a lead on a list. */
  async puts(externalId: string, list: string): Promise<number> {
    const lead = await this.#tables.read(findLead(externalId))
    const change = { list, leadIds: lead === undefined ? [] : [lead.id], change: 'added' } as const
    return this.#until(engine => engine.changeMembers(change))
  }

  /** An event comes in at this moment, and with every tick again until it is answered. */
  arrives(lead: string, name: string): void {
    const event = { id: `e${++this.#events}`, name, at: this.#clock.now(), properties: {} }
    this.#unanswered.set(`${event.id}/`, { lead, event })
    this.#engine.ingest([{ lead, event }]).then(
      () => this.#unanswered.delete(`${event.id}/`),
      () => {},
    )
  }

  /** Does it until no process dies of it. */
  async #until<T>(act: (engine: Engine) => Promise<T>): Promise<T> {
    for (let engine = this.#engine; ; engine = this.#engine)
      try {
        return await act(engine)
      } catch (error) {
        await this.#survive(error, engine)
      }
  }

  /** Switches a receiver off or on by hand; answers how many calls wait for it, undefined when it is so already. */
  switchReceiver(address: string, to: 'off' | 'on'): Promise<number | undefined> {
    return this.#until(engine => engine.switchReceiver(address, to))
  }

  /** Receivers that only fail or are switched off, as the API shows them. */
  receivers = () => this.#engine.receivers()

  /** What the API writes beside the engine's memory: drafts, lists, secrets, alerts that were seen. */
  write<T>(work: Work<T>): Promise<T> {
    return this.#engine.write(work)
  }

  /** Makes a typed lead field. */
  field(name: string, type: LeadField['type']): Promise<void> {
    const now = this.now
    return this.#does(function* ({ registry }) {
      yield* putField({ name, type, label: '', description: '' }, now)
      yield* registry.refresh()
    })
  }

  /** Decides about an experiment by hand. */
  async decides(campaign: string, step: string, act: ExperimentAct): Promise<Decided> {
    for (let engine = this.#engine; ; engine = this.#engine)
      try {
        const done = await engine.reshape(decideByHand(campaign, step, act, this.now))
        this.#published = await this.#tables.read(allVersions())
        await this.#checkLaws()
        return done
      } catch (error) {
        await this.#survive(error, engine)
      }
  }

  /** What was decided about an experiment. */
  experiment(campaign: string, step: string): Promise<StoredExperiment | undefined> {
    return this.#tables.read(findExperiment(campaign, step))
  }

  /** The report as the API gives it. */
  async report(campaign: string): Promise<Report> {
    const stored = await this.#tables.read(findCampaign(campaign))
    if (stored === undefined) throw new Error(`no campaign "${campaign}"`)
    return this.#tables.read(loadReport(stored, this.now))
  }

  /** Begins to send all dead letters of the installation again that match. */
  resendAll(filter: ActivityFilter = {}): Promise<number> {
    return this.#does(turn => beginResending(turn, filter, false))
  }

  /** Takes one journey out of its campaign by hand. */
  remove = (journey: number, reason = '') => this.#does(turn => removeOne(turn, journey, reason))

  /** Begins to take out many: those of a step, those who are named, or all. */
  removeAll(
    campaignId: string,
    { leads, step = null, reason = '' }: { leads?: readonly string[]; step?: string | null; reason?: string },
  ): Promise<number> {
    return this.#does(function* ({ unit, registry }) {
      const named = leads === undefined ? null : [...(yield* leadsCalled(leads)).values()].map(l => l.id)
      const order: RemovalOrder = { campaignId, why: 'by-hand', step, leads: named, reason }
      return yield* beginRemoving(registry, order, unit.now)
    })
  }

  stopRemoving = (id: number) => this.#does(turn => cancelRemoving(turn, id))

  /** What was begun for a campaign, newest first. */
  removals = (campaign: string): Promise<readonly Removal[]> => this.#tables.read(removalsOf(campaign, 10))

  /** Who goes on in a campaign, oldest first. */
  livingIn(campaign: string): Promise<readonly Journey[]> {
    return this.#tables.read(activeAfter(campaign, { after: 0, upTo: Number.MAX_SAFE_INTEGER }, 1000))
  }

  /** Touches that failed for good or are uncertain, oldest first. */
  async deadLetters(): Promise<readonly number[]> {
    const rows = await this.#tables.read(
      all<{ id: number }>(sql`select id from touches where status in ('failed', 'uncertain') order by id`),
    )
    return rows.map(row => row.id)
  }

  /** Stops the computing of a goal from stored events, or lets it go on. */
  steerGoal(key: number, to: 'cancelled' | 'running'): Promise<StoredGoal | undefined> {
    return this.#does(function* (turn) {
      const row = (yield* allGoals()).find(goal => goal.id === key)
      return row && (yield* steerGoal(turn, row, to))
    })
  }

  async #does<T>(work: (turn: Turn) => Work<T>): Promise<T> {
    for (let engine = this.#engine; ; engine = this.#engine)
      try {
        const done = await engine.does(work)
        await this.#checkLaws()
        return done
      } catch (error) {
        await this.#survive(error, engine)
      }
  }
  // The library and the folders

  addWebhook = (id: string, definition: Webhook) =>
    this.#until(engine => engine.reshape(insertWebhook(id, { name: id, description: '', definition }, this.now)))
  changeWebhook = (id: string, definition: Webhook) =>
    this.#until(engine => engine.reshape(saveWebhook(id, { name: id, description: '', definition }, this.now)))
  dropWebhook = (id: string) => this.#until(engine => engine.reshape(deleteWebhook(id)))
  addFolder = (id: string, parent: string | null, tokens: Record<string, string>) =>
    this.#until(engine => engine.reshape(insertProgram(id, folder(id, parent, tokens), this.now)))
  changeFolder = (id: string, parent: string | null, tokens: Record<string, string>) =>
    this.#until(engine => engine.reshape(saveProgram(id, folder(id, parent, tokens), this.now)))
  moveInto = (campaign: string, id: string | null) =>
    this.#until(engine => engine.reshape(moveCampaign(campaign, id, this.now)))

  /** Makes a subscription that hears from now on, or changes how somebody is told. */
  subscription = <T>(work: (now: number) => Work<T>, revokes?: string): Promise<T> =>
    this.#until(engine => engine.changeSubscriptions(work, revokes))
  /** How they stand. */
  subscriptions = () => this.#engine.subscriptions()

  /** Frequency caps of the whole installation. */
  capAll = (...caps: readonly Cap[]) => this.settings({ caps: [...caps] })

  // What leads do

  async lead(
    externalId: string,
    attributes: Record<string, Json> = {},
    zone: string | null = null,
  ): Promise<LeadDriver> {
    await this.#tables.transact(putLeads([{ externalId, attributes, zone }], () => this.#ids.lead(), this.now))
    return new LeadDriver(this, externalId)
  }

  /** Sends events as a client does: again and again, under the same id, until they are answered. */
  send(
    ...events: {
      lead: string
      name: string
      properties?: Record<string, Json>
      id?: string
      at?: number
      to?: string
    }[]
  ): void {
    for (const { lead, name, properties = {}, id = `e${++this.#events}`, at = this.#clock.now(), to } of events) {
      const event = { id, name, at, properties }
      this.#sent.add(id)
      this.#unanswered.set(`${id}/${this.#unanswered.size}`, { lead, event, ...(to === undefined ? {} : { to }) })
    }
  }

  /** Sends events in one request, once. */
  async post(...events: readonly { lead: string; name: string; at?: number; id?: string }[]): Promise<void> {
    const made = events.map(({ lead, name, at = this.#clock.now(), id = `e${++this.#events}` }) => {
      const event = { id, name, at, properties: {} }
      this.#sent.add(id)
      return { lead, event }
    })
    let isTaken = false
    void this.#engine.ingest(made).then(() => {
      isTaken = true
    })
    while (!isTaken) await this.#tick()
  }

  /** Changes attributes as the API does, again and again until it is answered. */
  async changes(lead: string, attributes: Record<string, Json>): Promise<void> {
    for (let engine = this.#engine; ; engine = this.#engine)
      try {
        await engine.putLeads([{ externalId: lead, attributes }])
        await this.#checkLaws()
        return
      } catch (error) {
        await this.#survive(error, engine)
      }
  }

  /** Moves to another time zone, as the API does it. */
  async moves(lead: string, zone: string): Promise<void> {
    for (let engine = this.#engine; ; engine = this.#engine)
      try {
        await engine.putLeads([{ externalId: lead, attributes: {}, zone }])
        await this.#checkLaws()
        return
      } catch (error) {
        await this.#survive(error, engine)
      }
  }

  // Time

  /** Lets everything happen that is due up to this instant. `next day 08:00`, `PT2H` (from now), or an ISO instant. */
  async runUntil(when: string): Promise<void> {
    const until = this.#instant(when)
    for (let ticks = 0; ticks < 200_000; ticks++) {
      while (await this.#tick());
      const wait = await this.#untilNext()
      if (wait === null || this.now + wait > until) break
      this.#pass(wait + this.#ringing.oneOf(this.#lateness))
      await this.#land()
    }
    this.#pass(Math.max(0, until - this.now))
    while (await this.#tick());
  }

  #pass(ms: number): void {
    this.now += ms
    this.#monotonic += ms
  }

  /**
   * The engine ticks by itself, as in production, and time passes (ms): both clocks go on evenly, and whoever set a timer is woken. What the wire does happens in
   * between.
   */
  async passes(ms: number): Promise<void> {
    this.#engine.run()
    const until = this.#monotonic + ms
    while (this.#monotonic < until) {
      await quiescence(this.#tables)
      const timer = [...this.#timers].reduce<Timer | undefined>(
        (a, b) => (a !== undefined && a.at <= b.at ? a : b),
        undefined,
      )
      const wire = [...this.#flights, ...this.#connecting].map(({ at }) => at - this.now)
      this.#pass(Math.max(0, Math.min(until - this.#monotonic, (timer?.at ?? until) - this.#monotonic, ...wire)))
      await this.#land()
      if (timer !== undefined && timer.at <= this.#monotonic && this.#timers.delete(timer)) timer.run()
      await quiescence(this.#tables)
      await this.#checkLaws()
    }
  }

  /** The wall clock is set (ms, both ways): by NTP, by somebody, by a machine that slept. Nothing else happens. */
  setClock(by: number): void {
    if (by < 0) this.#setBack.push({ sent: new Set(this.#sent), lastJourney: this.#lastJourney })
    this.now += by
    this.#leapt += Math.max(0, by)
    // The wire keeps its own time.
    for (const on of [...this.#flights, ...this.#connecting]) on.at += by
  }

  /** Sends one event, and answers when it was answered: how long that took, by the monotonic clock. */
  async answered(lead: string, name: string): Promise<number> {
    const from = this.#monotonic
    let took = Number.NaN
    const event = { id: `e${++this.#events}`, name, at: this.#clock.now(), properties: {} }
    void this.#engine.ingest([{ lead, event }]).then(() => {
      took = this.#monotonic - from
    })
    while (Number.isNaN(took)) await this.passes(1)
    return took
  }

  /** The server stops: what it was doing is done. */
  close = () => this.#engine.close()

  /** Is a transaction open? */
  get isBusy(): boolean {
    return this.#tables.isBusy()
  }

  /** How each host fares, as the API shows it. */
  hosts = () => this.#engine.hosts()

  /** One tick, and not what it asks for next. */
  async runOneTurn(): Promise<void> {
    await this.#tick()
  }

  /** Runs until nothing is left to happen (at most a year). */
  async runOut(): Promise<void> {
    await this.runUntil('P366D')
  }

  /** The process dies here and now, and a new one starts. */
  async die(): Promise<void> {
    this.deaths++
    await this.#boot()
  }

  // What can be seen

  async journeysOf(externalId: string): Promise<readonly Journey[]> {
    const lead = await this.#tables.read(findLead(externalId))
    return lead === undefined ? [] : [...(await this.#tables.read(journeysOfLead(lead.id, 1000)))].reverse()
  }

  journal(journey: Journey): Promise<readonly JournalEntry[]> {
    return this.#tables.read(journalOf(journey.id))
  }

  touches(journey: Journey): Promise<readonly Touch[]> {
    return this.#tables.read(touchesOfJourney(journey))
  }

  /** What counts for a journey, by all goals that were ever live. */
  async conversions(journey: Journey): Promise<readonly Conversion[]> {
    const goals = await this.#tables.read(allGoals())
    return this.#tables.read(
      conversionsOf(
        [journey.id],
        goals.map(g => g.id),
      ),
    )
  }

  async attributes(externalId: string): Promise<Record<string, Json>> {
    return { ...(await this.#tables.read(findLead(externalId)))?.attributes }
  }

  /** The journeys of calls that were handed out and have not begun, each with its lead's name. */
  async waitingToBegin(): Promise<readonly (Journey & { readonly lead: string })[]> {
    const touches = await this.#tables.read(touchesById(this.#inHand().map(call => call.touch)))
    const journeys = await this.#tables.read(journeysById(touches.map(touch => touch.journeyId)))
    const leads = await this.#tables.read(leadsById(journeys.map(journey => journey.leadId)))
    return journeys.flatMap(journey =>
      leads.filter(({ id }) => id === journey.leadId).map(({ externalId }) => ({ ...journey, lead: externalId })),
    )
  }

  /** Calls that were handed out and have no answer yet. */
  get open(): number {
    return this.#engine.inFlight()
  }

  get store(): Store {
    return this.#store
  }

  /** Everything that must hold when a run is over. */
  async finalLaws(): Promise<void> {
    if (this.#laws === 'none') return
    this.#demand([
      ...(await brokenLaws(this.#store)),
      ...(await brokenEntries(this.#store, this.#published)),
      ...(await brokenStories(this.#store)),
      ...(await brokenGoals(this.#store, this.#published, this.#wasUndone)),
      ...(await brokenAssignments(this.#store)),
      ...(await brokenControl(this.#store, this.#published)),
      ...(await brokenHistory(this.#store)),
      ...(await brokenNotices(this.#store, this.arrived)),
    ])
    this.#demand(this.#brokenRepeats())
  }

  // The inside

  /** Lets go of what was kept by lead and nobody asks about; its rows go a few at a time, now and then not all of them. */
  async forgets(): Promise<void> {
    await this.#does(forgetUnasked)
    while ((await this.#tables.transact(sweepHistory(20))) && this.dice.happens(0.9));
  }

  /** The purge of the installation; it looks when it is told to. */
  purge(): Purge {
    const clock = { ...this.#clock, after: () => () => {} }
    return createPurge(
      { clock, store: this.#store, log: silent },
      { write: work => this.write(work), forget: () => this.#engine.does(forgetUnasked) },
    )
  }

  #boot(): Promise<void> {
    this.#life.isOver = true
    this.#booting ??= this.#start().finally(() => {
      this.#booting = undefined
    })
    return this.#booting
  }

  async #start(): Promise<void> {
    const life = { isOver: false }
    const machine: Clock = {
      now: () => this.now,
      monotonic: () => this.#monotonic,
      behind: () => 0,
      after: (ms, run) => {
        const timer = { at: this.#monotonic + ms, run }
        this.#timers.add(timer)
        return () => this.#timers.delete(timer)
      },
    }
    this.#clock = keepClock(machine, await this.#tables.read(lastInstant()))
    const store = keepTime(this.#storeOf(life), this.#clock)
    const env: Env = {
      clock: this.#clock,
      chance: this.dice,
      store,
      ids: this.#ids,
      epoch: `sim_${++this.#starts}`,
      dispatch: calls => {
        if (!life.isOver) this.#take(calls)
      },
      revoke: async touches => {
        if (!life.isOver) this.#takeBack(touches)
      },
      originOf: url => (URL.canParse(url) ? new URL(url).origin : undefined),
      system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' },
      // A mistake of ours that the engine survives is a broken law here.
      log: { ...silent, error: values => void this.#noteMistake(values) },
    }
    // The one that died answers nobody any more.
    this.#flights = []
    this.#connecting = []
    this.#queued = []
    this.#onWire.clear()
    this.breakers.forget()
    this.#published = await this.#tables.read(allVersions())
    this.#engine = createEngine(env, embeddedRuntime(store, env.ids), { maxInFlight: this.#maxInFlight })
    const share = this.crash.share
    this.crash.share = 0
    await this.#engine.recover()
    this.crash.share = share
  }

  #storeOf(life: Life): Store {
    this.#life = life
    const store = crashing(this.#failing(this.#tables), this.dice, this.crash, life)
    return this.#driver === 'at-once' ? store : neverOverlapping(store)
  }

  #noteMistake(values: { readonly err?: unknown }): void {
    if (values.err instanceof LawBroken) this.#wrongly.push(values.err.message)
  }

  #failing(store: Store): Store {
    const fail = function* <T>(work: Work<T>): Work<T> {
      yield* work
      throw new DiskFull('database or disk is full')
    }
    return {
      ...store,
      transact: work => {
        const fails = this.#fails
        this.#fails = false
        return store.transact(fails ? fail(work) : work)
      },
    }
  }

  /** Begins this in the middle of the next turn. Only over a database that waits. */
  amid<T>(act: () => Promise<T> | T, when: Moment = 'statement'): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#amid = at => {
        if (at !== when) return
        this.#amid = undefined
        Promise.resolve(act()).then(resolve, reject)
      }
    })
  }

  /** The next transaction of the engine fails at its end, as on a full disk: the process lives on. */
  diskIsFull(): void {
    this.#fails = true
  }

  /** In the middle of a turn: so much time passes (ms), and calls come back. */
  answersArrive(ms: number): void {
    this.#pass(ms)
    const landing = this.#flights.filter(f => f.at <= this.now)
    this.#flights = this.#flights.filter(f => f.at > this.now)
    this.interruptions += landing.length
    for (const flight of landing) flight.deliver()
  }

  /** In the middle of a turn: the event loop turns, and much may come, where the database is busy. */
  async #turnOver(at: Moment): Promise<void> {
    const dice = this.#waiting
    this.#amid?.(at)
    if (this.#driver === 'busy' && this.#booting === undefined && !this.#life.isOver && dice.happens(0.1)) {
      this.answersArrive(dice.oneOf([0, 0, 1, 20, 60]))
      if (this.#acts.length < 3 && dice.happens(0.3)) {
        this.interruptions++
        const act = this.meanwhile()
        if (act instanceof Promise) this.#acts.push(act.catch(error => this.#faults.push(error)))
      }
    }
    await turnOver(dice)
  }

  /** Between two turns, while nobody uses the database: the laws hold after each. */
  async #judgeBetween(): Promise<void> {
    if (this.#driver !== 'busy' || this.#booting !== undefined || this.#life.isOver) return
    this.#published = await this.#store.read(allVersions())
    await this.#judge()
  }

  /** Waits for what was begun in the middle of turns. */
  async actsAreOver(): Promise<void> {
    while (this.#acts.length > 0) await Promise.all(this.#acts.splice(0))
    for (const fault of this.#faults) throw fault
  }

  async #act(act: (engine: Engine) => Promise<Act>): Promise<Act> {
    for (let engine = this.#engine; ; engine = this.#engine)
      try {
        const done = await act(engine)
        this.#published = await this.#tables.read(allVersions())
        await this.#checkLaws()
        return done
      } catch (error) {
        await this.#survive(error, engine)
      }
  }

  async #tick(): Promise<boolean> {
    if (this.#lost) {
      this.#lost = false
      await this.die()
    }
    const sent = [...this.#unanswered]
    const engine = this.#engine
    // A client that is not answered keeps its events; one that is refused too.
    const answers = sent.map(([key, event]) =>
      engine.ingest([event]).then(
        () => void this.#unanswered.delete(key),
        () => {},
      ),
    )
    try {
      const more = await engine.tick()
      await settleSoon(answers)
      await this.actsAreOver()
      await this.#checkLaws()
      return more || this.#unanswered.size > 0
    } catch (error) {
      await settleSoon(answers)
      await this.#survive(error, engine)
      await this.actsAreOver()
      await this.#checkLaws()
      return true
    }
  }

  /** The process of this engine died. Of many who hear of it the first starts the next one. */
  async #survive(error: unknown, engine: Engine): Promise<void> {
    if (!(error instanceof Crash)) throw error
    if (this.#booting !== undefined) await this.#booting
    else if (engine === this.#engine) await this.die()
  }

  /** Calls are handed to the door. */
  #take(calls: readonly Call[]): void {
    for (const call of calls) {
      if (this.dice.happens(this.crash.share / 4)) {
        this.#life.isOver = true
        throw new Crash('before a call left')
      }
      this.#handedOut.push(call)
      this.#queued.push(call)
    }
    this.#connect()
  }

  /** Those of the queue get a connection whose host has a place on the wire, as in webhook/call.ts. */
  #connect(): void {
    this.#queued = this.#queued.filter(call => {
      const { origin } = new URL(call.request.url)
      const open = this.#onWire.get(origin) ?? 0
      if (call.atOnce !== null && open >= call.atOnce) return true
      this.#onWire.set(origin, open + 1)
      const answer = this.receiver(call, this.now)
      const waiting = { at: this.now + (answer.connects ?? 0), call, answer }
      if (waiting.at === this.now) this.#begin(waiting)
      else this.#connecting.push(waiting)
      return false
    })
  }

  #hangUp({ request }: Call): void {
    const { origin } = new URL(request.url)
    this.#onWire.set(origin, (this.#onWire.get(origin) ?? 1) - 1)
  }

  /** Law 14: what has not begun never will. */
  #takeBack(touches: readonly number[]): void {
    const named = new Set(touches)
    const back = this.#connecting.filter(({ call }) => named.has(call.touch)).map(({ call }) => call)
    this.#connecting = this.#connecting.filter(({ call }) => !named.has(call.touch))
    for (const call of back) this.#hangUp(call)
    back.push(...this.#queued.filter(({ touch }) => named.has(touch)))
    this.#queued = this.#queued.filter(({ touch }) => !named.has(touch))
    for (const call of back) this.#withdraw(call, 'revoked')
    this.#connect()
  }

  #withdraw({ touch }: Call, why: 'revoked' | 'expired'): void {
    const engine = this.#engine
    this.withdrawn++
    const deliver = () => engine.settle([{ touch, is: 'withdrawn', why, message: `It was ${why}.` }])
    this.#flights.push({ at: this.now, deliver })
  }

  /** The first byte leaves the process: from here on the receiver has it, whatever becomes of us. */
  #begin({ call, answer }: { call: Call; answer: Answer }): void {
    if (call.until !== null && this.now >= call.until) {
      this.#hangUp(call)
      this.#withdraw(call, 'expired')
      return
    }
    if (!isDelivery(call)) this.#pending.push(call)
    this.arrived.push({ at: this.now, call })
    this.#wrongly.push(...this.breakers.leaves(call, this.now))
    const engine = this.#engine
    // On the wire the outcome of a call comes behind the news that it began.
    if (call.paced) this.#flights.push({ at: this.now, deliver: () => engine.begun([call.touch]) })
    const deliver = () => {
      this.#hangUp(call)
      this.breakers.lands(call, answer, this.now)
      engine.settle([outcomeOf(call, answer)])
    }
    this.#flights.push({ at: this.now + answer.after, deliver })
  }
  /** Calls that were taken back before they had begun. */
  withdrawn = 0
  /** Calls whose first byte left and whose laws are not judged yet: that is done when the tables may be read. */
  #pending: Call[] = []
  /** Calls that the tick handed out. */
  #handedOut: Call[] = []
  #monotonic = 0
  /** How far the clock was set forward in all. */
  #leapt = 0
  readonly #timers = new Set<Timer>()
  /** Laws that a call broke by leaving. */
  #wrongly: string[] = []

  /** What the wire does by now: answers arrive, and calls that have their connection begin. */
  async #land(): Promise<void> {
    const landing = this.#flights.filter(f => f.at <= this.now)
    this.#flights = this.#flights.filter(f => f.at > this.now)
    for (const flight of landing)
      if (this.dice.happens(this.crash.share / 4)) this.#lost = true
      // The process died with the message: it hears of nothing more, and begins nothing.
      else if (!this.#lost) flight.deliver()
    if (this.#lost) return
    this.#connect()
    const beginning = this.#connecting.filter(c => c.at <= this.now)
    this.#connecting = this.#connecting.filter(c => c.at > this.now)
    for (const waiting of beginning) this.#begin(waiting)
    // Judged before the next turn, which may end what they began for.
    this.#demand(await this.#tables.alone(() => this.#brokenSends()))
  }
  #lost = false

  /** How the clock was set back: what had been sent by then, and the newest journey. */
  readonly #setBack: { readonly sent: ReadonlySet<string>; readonly lastJourney: number }[] = []
  readonly #sent = new Set<string>()
  #lastJourney = 0

  readonly #wasUndone: WasUndone = (event, journey) =>
    this.#setBack.some(({ sent, lastJourney }) => journey > lastJourney && sent.has(event))

  /** How long nothing happens (ms); null: nothing will. */
  async #untilNext(): Promise<number | null> {
    if (this.#lost) {
      this.#lost = false
      await this.die()
      return 0
    }
    const due = await this.#engine.nextDue()
    const wire = [...this.#flights, ...this.#connecting].map(({ at }) => Math.max(0, at - this.now))
    const wait = Math.min(due === null ? Number.POSITIVE_INFINITY : this.#untilShows(due), ...wire)
    return wait === Number.POSITIVE_INFINITY ? null : wait
  }

  /** How long it takes until the engine's clock shows this instant (ms): while it runs ahead it is slowed to half its speed. */
  #untilShows(at: number): number {
    const left = Math.max(0, at - this.#clock.now())
    const behind = this.#clock.behind()
    return left <= behind ? 2 * left : left + behind
  }

  #checkLaws(): Promise<void> {
    return this.#tables.alone(() => this.#judge())
  }

  async #judge(): Promise<void> {
    const broken = await this.#brokenSends()
    this.#lastJourney = await this.#store.read(lastJourneyId())
    if (this.#laws !== 'all') return this.#demand(broken)
    broken.push(...(await this.#brokenInHand()))
    broken.push(...(await brokenLaws(this.#store)))
    broken.push(...(await this.#caps.broken(this.#store, this.#published)))
    broken.push(...(await this.#queue.broken(this.#store, this.#handedOut.splice(0))))
    this.#demand(broken)
  }

  /** What is wrong with calls whose first byte left. */
  async #brokenSends(): Promise<string[]> {
    const broken = this.#wrongly.splice(0)
    if (this.#laws === 'none') return []
    const standing = this.#standing()
    for (const call of this.#pending.splice(0))
      broken.push(...(await this.#sending.broken(this.#store, call, standing)))
    return broken
  }

  /** Calls that were handed out and have not begun. */
  #inHand(): readonly Call[] {
    return [...this.#queued, ...this.#connecting.map(({ call }) => call)].filter(call => !isDelivery(call))
  }

  async #brokenInHand(): Promise<string[]> {
    const broken = await this.#sending.brokenInHand(this.#store, this.#inHand(), this.#standing())
    if (broken.length === 0 || this.#driver === 'at-once') return broken
    // Somebody's turn may have committed just now, and is about to take them back: nobody has been answered yet.
    await new Promise(resolve => setImmediate(resolve))
    return this.#sending.brokenInHand(this.#store, this.#inHand(), this.#standing())
  }

  #standing() {
    const elapsed = this.#monotonic + this.#leapt
    return { now: this.now, elapsed, account: this.#account.quietHours, published: this.#published }
  }

  #brokenRepeats(): string[] {
    const first = new Map<string, string>()
    const attempts = this.arrived.map(({ call }) => `${call.webhookId}, attempt ${call.attempt}`)
    // Also where the process died: what may have left is counted as an attempt that was cut off.
    const doubled = attempts.filter((attempt, i) => attempts.indexOf(attempt) !== i)
    if (doubled.length > 0) return [`made twice: ${doubled[0]}`]
    return this.arrived.flatMap(({ call }) => {
      const bytes = JSON.stringify(call.request)
      const known = first.get(call.webhookId)
      first.set(call.webhookId, known ?? bytes)
      return known === undefined || known === bytes ? [] : [`${call.webhookId} was sent again with other bytes`]
    })
  }

  #demand(broken: readonly string[]): void {
    if (broken.length > 0)
      throw new LawsBroken(`at ${new Date(this.now).toISOString()}:\n  ${broken.slice(0, 10).join('\n  ')}`)
  }

  #instant(when: string): number {
    if (when.startsWith('P')) return addDuration(this.now, when, 'UTC')
    const time = when.match(/^next day (\d\d):(\d\d)$/)
    if (time === null) return Date.parse(when)
    const midnight = Math.floor(this.now / 86_400_000) * 86_400_000 + 86_400_000
    return midnight + (Number(time[1]) * 60 + Number(time[2])) * 60_000
  }
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

function folder(name: string, parent: string | null, tokens: Record<string, string>) {
  return { name, parent, description: '', tokens: Object.entries(tokens).map(([name, value]) => ({ name, value })) }
}

/** A lead, as tests speak of one: `ada.does('signed_up')`. */
export class LeadDriver {
  constructor(
    readonly world: World,
    readonly externalId: string,
  ) {}

  /** Does something, and everything that follows at once has happened. */
  async does(name: string, properties: Record<string, Json> = {}, id?: string): Promise<void> {
    this.world.send({ lead: this.externalId, name, properties, ...(id === undefined ? {} : { id }) })
    await this.world.runUntil('PT1S')
  }

  journeys(): Promise<readonly Journey[]> {
    return this.world.journeysOf(this.externalId)
  }

  /** Where the lead's newest journey stands; or how it ended. */
  async at(): Promise<string> {
    const journey = (await this.journeys()).at(-1)
    if (journey === undefined) return 'nowhere'
    return journey.status === 'active' ? journey.step : journey.status
  }

  async story(): Promise<readonly JournalEntry[]> {
    const journey = (await this.journeys()).at(-1)
    return journey === undefined ? [] : this.world.journal(journey)
  }

  attributes(): Promise<Record<string, Json>> {
    return this.world.attributes(this.externalId)
  }
}

/** Whatever is on its way without a timer has happened. */
async function quiescence(tables: WaitingStore): Promise<void> {
  for (let i = 0; i < 3; i = tables.isBusy() ? 0 : i + 1) await new Promise(resolve => setImmediate(resolve))
}

/** Promises of a tick that ended are settled within a few turns; those that a dead process left are not waited for. */
async function settleSoon(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.race([Promise.all(promises), Promise.resolve().then(() => Promise.resolve())])
  for (let i = 0; i < 5; i++) await Promise.resolve()
}

import { openSqlite } from '#server/store/sqlite'
import type { ExperimentAct } from '#shared/api/experiments'
import type { InstallationSettings } from '#shared/api/settings'
import { type Decided, decideByHand } from '#shared/engine/acts/experiment-acts'
import { forgetUnasked } from '#shared/engine/acts/forget'
import { deleteLead, mergeInto } from '#shared/engine/acts/lead-acts'
import type { Act, Rehearsed } from '#shared/engine/acts/lifecycle'
import { cancelMigration } from '#shared/engine/acts/migration'
import { beginRemoving, cancelRemoving, type RemovalOrder, removeOne } from '#shared/engine/acts/remove'
import { beginResending, type Resend, type ResendHow, resendOne } from '#shared/engine/acts/resend'
import { steerGoal } from '#shared/engine/campaigns/stored-goals'
import type { HostLimit } from '#shared/engine/send/hosts'
import { createPurge, type Purge } from '#shared/engine/watch/purge'
import type { Plan } from '#shared/graph/migration'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import type { Json } from '#shared/json'
import type { Cap } from '#shared/rules/caps'
import type { LeadField } from '#shared/rules/fields'
import type { MergeChoice } from '#shared/rules/merge'
import type { Webhook } from '#shared/rules/webhook'
import { silent } from '#shared/simulate/env'
import type { ActivityFilter } from '#shared/store/activity'
import { findCampaign, insertCampaign, publish, saveDraft } from '#shared/store/campaigns'
import { putField } from '#shared/store/fields'
import { insertFolder, moveCampaign, saveFolder } from '#shared/store/folders'
import { allGoals, type StoredGoal } from '#shared/store/goals'
import { sweepHistory } from '#shared/store/history'
import { findLead, leadsCalled, putLeads } from '#shared/store/leads'
import { findList, insertList } from '#shared/store/lists'
import { saveSettings } from '#shared/store/settings'
import { deleteWebhook, insertWebhook, saveWebhook } from '#shared/store/webhooks'
import type { Work } from '#shared/store/work'
import type { WorldOptions } from './installation'
import { LeadDriver } from './lead-driver'
import { Watched } from './watched'

/** What people and leads do to a simulated installation (installation.ts), in the words of tests: `ada.does('signed_up')`. */
export class World extends Watched {
  #events = 0

  static async create(options: WorldOptions = {}): Promise<World> {
    const world = new World(options.store ?? openSqlite(':memory:'), options)
    await world.boot()
    return world
  }

  // What a marketer does

  /** Stores a draft and launches it; `plan`: what becomes of leads who are under way. */
  async launch(id: string, graph: Graph, plan: Plan = []): Promise<Act> {
    const known = (await this.tables.read(findCampaign(id))) !== undefined
    await this.tables.transact(known ? saveDraft(id, id, graph, this.now) : insertCampaign(id, id, graph, this.now))
    return this.publishing(engine => engine.launch(id, { plan }))
  }

  /** Puts a graph live that no launch would let through: what an older version of the product might have left behind. */
  async smuggle(id: string, graph: Graph): Promise<void> {
    await this.tables.transact(insertCampaign(id, id, graph, this.now))
    await this.tables.transact(publish({ campaignId: id, version: 1, graph, publishedAt: this.now }))
    await this.boot()
  }

  /** Stores a draft and leaves it one: what another campaign may name already. */
  async draft(id: string): Promise<void> {
    await this.tables.transact(insertCampaign(id, id, emptyGraph, this.now))
  }

  /** Makes a list, empty. */
  async list(id: string): Promise<void> {
    if ((await this.tables.read(findList(id))) === undefined)
      await this.tables.transact(insertList({ id, name: id, description: '' }, this.now))
  }

  /** Stores a draft and tries out what a plan would do when it is launched. */
  async rehearse(id: string, graph: Graph, plan: Plan): Promise<Rehearsed> {
    await this.tables.transact(saveDraft(id, id, graph, this.now))
    return this.engine.rehearse(id, 'draft', plan)
  }

  /** Stops bringing leads to another version. */
  cancelMigration(id: string): Promise<void> {
    return this.does(turn => cancelMigration(turn, id))
  }

  pause = (id: string) => this.publishing(engine => engine.pause(id))
  resume = (id: string) => this.publishing(engine => engine.resume(id))
  stop = (id: string, inside: 'finish' | 'exit' = 'finish', reason = '') =>
    this.publishing(engine => engine.stop(id, { inside, reason }))

  /** Sends a dead letter again, as often as somebody clicks. */
  resend(touch: number, how: Partial<ResendHow> = {}): Promise<Resend> {
    return this.does(turn => resendOne(turn, touch, { sendNow: false, request: null, ...how }))
  }

  /** Makes a lead part of another, as a user does by hand. */
  merge(merged: string, into: string, choice: Partial<MergeChoice> = {}): Promise<void> {
    return this.does(function* (turn) {
      const [kept, gone] = [yield* findLead(into), yield* findLead(merged)]
      // Both may be names of one lead by now: the API answers 409 then.
      if (kept !== undefined && gone !== undefined && kept.id !== gone.id)
        yield* mergeInto(turn, kept, gone, { values: 'kept', fields: {}, ...choice })
    })
  }

  /** Deletes a lead with everything that is stored about it. */
  forget(externalId: string): Promise<void> {
    return this.does(function* (turn) {
      const lead = yield* findLead(externalId)
      if (lead !== undefined) yield* deleteLead(turn, lead)
    })
  }

  /** Chooses something for the whole installation. */
  async settings(change: Partial<InstallationSettings>): Promise<void> {
    const account = { ...this.judge.account, ...change }
    const world = this
    const saving = function* (): Work<void> {
      yield* saveSettings(account)
      world.judge.account = account
    }
    await this.until(engine => engine.retune(saving()))
  }

  /** The settings are read again, as they are. */
  retune(): Promise<void> {
    return this.until(engine => engine.retune())
  }

  /** Somebody sets a limit for a host. */
  limitHost(host: string, limit: HostLimit): Promise<void> {
    return this.until(engine => engine.limitHost(host, limit))
  }

  /** Somebody puts a lead on a list. */
  async puts(externalId: string, list: string): Promise<number> {
    const lead = await this.tables.read(findLead(externalId))
    const change = { list, leadIds: lead === undefined ? [] : [lead.id], change: 'added' } as const
    return this.until(engine => engine.changeMembers(change))
  }

  /** An event comes in at this moment, and with every tick again until it is answered. */
  arrives(lead: string, name: string): void {
    const event = { id: `e${++this.#events}`, name, at: this.clock.now(), properties: {} }
    this.unanswered.set(`${event.id}/`, { lead, event })
    this.engine.ingest([{ lead, event }]).then(
      () => this.unanswered.delete(`${event.id}/`),
      () => {},
    )
  }

  /** Switches a receiver off or on by hand; answers how many calls wait for it, undefined when it is so already. */
  switchReceiver(address: string, to: 'off' | 'on'): Promise<number | undefined> {
    return this.until(engine => engine.switchReceiver(address, to))
  }

  /** What the API writes beside the engine's memory: drafts, lists, secrets, alerts that were seen. */
  write<T>(work: Work<T>): Promise<T> {
    return this.engine.write(work)
  }

  /** Makes a typed lead field. */
  field(name: string, type: LeadField['type']): Promise<void> {
    const now = this.now
    return this.does(function* ({ registry }) {
      yield* putField({ name, type, label: '', description: '' }, now)
      yield* registry.refresh()
    })
  }

  /** Decides about an experiment by hand. */
  decides(campaign: string, step: string, act: ExperimentAct): Promise<Decided> {
    return this.publishing(engine => engine.reshape(decideByHand(campaign, step, act, this.now)))
  }

  /** Begins to send all dead letters of the installation again that match. */
  resendAll(filter: ActivityFilter = {}): Promise<number> {
    return this.does(turn => beginResending(turn, filter, false))
  }

  /** Takes one journey out of its campaign by hand. */
  remove = (journey: number, reason = '') => this.does(turn => removeOne(turn, journey, reason))

  /** Begins to take out many: those of a step, those who are named, or all. */
  removeAll(
    campaignId: string,
    { leads, step = null, reason = '' }: { leads?: readonly string[]; step?: string | null; reason?: string },
  ): Promise<number> {
    return this.does(function* ({ unit, registry }) {
      const named = leads === undefined ? null : [...(yield* leadsCalled(leads)).values()].map(l => l.id)
      const order: RemovalOrder = { campaignId, why: 'by-hand', step, leads: named, reason }
      return yield* beginRemoving(registry, order, unit.now)
    })
  }

  stopRemoving = (id: number) => this.does(turn => cancelRemoving(turn, id))

  /** Stops the computing of a goal from stored events, or lets it go on. */
  steerGoal(key: number, to: 'cancelled' | 'running'): Promise<StoredGoal | undefined> {
    return this.does(function* (turn) {
      const row = (yield* allGoals()).find(goal => goal.id === key)
      return row && (yield* steerGoal(turn, row, to))
    })
  }

  // The library and the folders

  addWebhook = (id: string, definition: Webhook) =>
    this.until(engine => engine.reshape(insertWebhook(id, { name: id, description: '', definition }, this.now)))
  changeWebhook = (id: string, definition: Webhook) =>
    this.until(engine => engine.reshape(saveWebhook(id, { name: id, description: '', definition }, this.now)))
  dropWebhook = (id: string) => this.until(engine => engine.reshape(deleteWebhook(id)))
  addFolder = (id: string, parent: string | null, tokens: Record<string, string>) =>
    this.until(engine => engine.reshape(insertFolder(id, folder(id, parent, tokens), this.now)))
  changeFolder = (id: string, parent: string | null, tokens: Record<string, string>) =>
    this.until(engine => engine.reshape(saveFolder(id, folder(id, parent, tokens), this.now)))
  moveInto = (campaign: string, id: string | null) =>
    this.until(engine => engine.reshape(moveCampaign(campaign, id, this.now)))

  /** Makes a subscription that hears from now on, or changes how somebody is told. */
  subscription = <T>(work: (now: number) => Work<T>, revokes?: string): Promise<T> =>
    this.until(engine => engine.changeSubscriptions(work, revokes))

  /** Frequency caps of the whole installation. */
  capAll = (...caps: readonly Cap[]) => this.settings({ caps: [...caps] })

  // What leads do

  async lead(
    externalId: string,
    attributes: Record<string, Json> = {},
    zone: string | null = null,
  ): Promise<LeadDriver> {
    await this.tables.transact(putLeads([{ externalId, attributes, zone }], () => this.ids.lead(), this.now))
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
    for (const { lead, name, properties = {}, id = `e${++this.#events}`, at = this.clock.now(), to } of events) {
      const event = { id, name, at, properties }
      this.sent.add(id)
      this.unanswered.set(`${id}/${this.unanswered.size}`, { lead, event, ...(to === undefined ? {} : { to }) })
    }
  }

  /** Sends events in one request, once. */
  async post(...events: readonly { lead: string; name: string; at?: number; id?: string }[]): Promise<void> {
    const made = events.map(({ lead, name, at = this.clock.now(), id = `e${++this.#events}` }) => {
      const event = { id, name, at, properties: {} }
      this.sent.add(id)
      return { lead, event }
    })
    let isTaken = false
    void this.engine.ingest(made).then(() => {
      isTaken = true
    })
    while (!isTaken) await this.tick()
  }

  /** Changes attributes as the API does, again and again until it is answered. */
  async changes(lead: string, attributes: Record<string, Json>): Promise<void> {
    await this.lawfully(engine => engine.putLeads([{ externalId: lead, attributes }]))
  }

  /** Moves to another time zone, as the API does it. */
  async moves(lead: string, zone: string): Promise<void> {
    await this.lawfully(engine => engine.putLeads([{ externalId: lead, attributes: {}, zone }]))
  }

  /** Sends one event, and answers when it was answered: how long that took, by the monotonic clock. */
  answered(lead: string, name: string): Promise<number> {
    const event = { id: `e${++this.#events}`, name, at: this.clock.now(), properties: {} }
    return this.took(() => this.engine.ingest([{ lead, event }]))
  }

  /** Lets go of what was kept by lead and nobody asks about; its rows go a few at a time, now and then not all of them. */
  async forgets(): Promise<void> {
    await this.does(forgetUnasked)
    while ((await this.tables.transact(sweepHistory(20))) && this.dice.happens(0.9));
  }

  /** The purge of the installation; it looks when it is told to. */
  purge(): Purge {
    const clock = { ...this.clock, after: () => () => {} }
    return createPurge(
      { clock, store: this.store, log: silent },
      { write: work => this.write(work), forget: () => this.engine.does(forgetUnasked) },
    )
  }

  /** The next transaction of the engine fails at its end, as on a full disk: the process lives on. */
  diskIsFull(): void {
    this.disk.fails = true
  }
}

function folder(name: string, parent: string | null, tokens: Record<string, string>) {
  return { name, parent, description: '', tokens: Object.entries(tokens).map(([name, value]) => ({ name, value })) }
}

import { defaultInstallation, type InstallationSettings } from '../../api/settings'
import { type Call, type CallEnd, causeOf, INTERRUPTED } from '../../call'
import { clearAlertsOf } from '../../store/alerts'
import { insertAttempts, type StoredAttempt } from '../../store/attempts'
import { type Delivery, openDeliveries, putDeliveries } from '../../store/deliveries'
import { lastNotice, noticesAfter, type StoredNotice } from '../../store/notices'
import { allReplays, putReplays } from '../../store/replays'
import { allSubscriptions, type StoredSubscription, saveStandings } from '../../store/subscriptions'
import type { Work } from '../../store/work'
import type { Batching } from '../../subscriptions/batch'
import { envelopes } from '../../subscriptions/envelopes'
import { needsFull } from '../../subscriptions/match'
import { findNotice } from '../../subscriptions/notices'
import { judgeDelivery, patience } from '../../subscriptions/retry'
import { MOST_EVENTS } from '../../subscriptions/subscription'
import { SECOND } from '../../time/units'
import type { Env } from '../env'
import type { HostQueues } from '../send/host-queues'
import { atOnceTo, type Taken } from '../send/hosts'
import type { Turn } from '../turn'
import type { Book } from '../turns'
import { raiseAlert } from '../watch/alerts'
import { removeSubscription } from './acts'
import { Notices, type Wanted } from './notices'
import { attemptOf, reminderOf } from './outcome'
import { bodyOf, choose, isFor, type Queue, queueOf, stands } from './queue'
import { cameTo, isReplaying, nextReplayed, replayedOf } from './replay'
import { requestOf } from './request'
import { look, type Seen, tellDifference, watched } from './watch'
import { Written } from './written'

/**
 * Tells subscriptions what happened (law 13). Each has a queue of its own: a place among the notices, and one request
 * on the wire at most, so that a dead listener holds up
 * nobody else and what a listener hears of a lead is in order. Part of the tick: how requests ended is settled, and the
 * next are begun, in the transaction of the turn; they
 * leave after its commit, by the one door (law 7), and count against the places and the health of their host like any
 * other call.
 *
 * Where nobody subscribes, a turn asks one length here and nothing else.
 */

/** 10 s to connect, 5 s to answer (marketo-alm rule 30). */
const CONNECT_SECONDS = 10
const ANSWER_SECONDS = 5
/** Notices that are looked at at a time, and pages of them a turn: what is not for a subscription is passed over. */
const PAGE = MOST_EVENTS + 1
const PAGES = 10
/** So many notices that are not for a subscription may be passed over before its place is stored. */
const UNSTORED = 5_000
/** Where a host has no place free, or rests, it is asked again after so long at most (ms). */
const ROOM_MS = SECOND

const none: readonly Call[] = []
/** The revision of a request that is not sent again as it is. */
const OUTDATED = 0
/** A reminder happens to no lead: it is no event of a campaign. */
const NOBODY = ''

interface Flight {
  readonly id: string
  readonly touch: number
  readonly taken: Taken
}

interface Landed {
  readonly flight: Flight
  readonly end: CallEnd
}

export class Subscriptions implements Book<Turn> {
  readonly #env: Env
  readonly #places: HostQueues
  #settings: InstallationSettings['subscriptions'] = defaultInstallation.subscriptions
  #queues = new Map<string, Queue>()
  #wanted: Wanted | null = null
  #newest = 0
  /** What campaigns and hosts were like after the last turn; null: nobody heard of it. */
  #seen: Seen | null = null
  readonly #flights = new Map<number, Flight>()
  #landed: Landed[] = []

  // What the open turn makes of it; kept when it commits.
  #staged: Map<string, Queue> | null = null
  #stagedNewest: number | null = null
  #stagedSeen: Seen | null = null
  #settledUpTo = 0
  #begun: { readonly call: Call; readonly flight: Flight }[] = []
  #leaving: readonly Call[] = none

  constructor(env: Env, places: HostQueues) {
    this.#env = env
    this.#places = places
  }

  /**
   * How this installation is called in what it sends: as the settings say, or by the name that it drew when it was
   * made.
   */
  get account(): string {
    return this.#settings.accountId || (this.#env.epoch.split('_')[0] ?? '')
  }

  get #batching(): Batching {
    return { seconds: this.#settings.batchSeconds, events: this.#settings.batchEvents }
  }

  /** The book of a turn; null where nobody hears anything. */
  notices(now: number): Notices | null {
    return this.#wanted === null ? null : new Notices(this.#env, this.#wanted, now)
  }

  /** Reads all of them, after a start and after every change by hand. What is under way goes on. */
  *load(settings: InstallationSettings['subscriptions']): Work<void> {
    this.#settings = settings
    const stored = yield* allSubscriptions()
    const open = new Map((yield* openDeliveries()).map(delivery => [delivery.subscriptionId, delivery]))
    const replays = new Map((yield* allReplays()).map(replay => [replay.subscriptionId, replay]))
    const flying = new Set([...this.#flights.values(), ...this.#landed.map(l => l.flight)].map(flight => flight.touch))
    const staged = new Map<string, Queue>()
    for (const subscription of stored) {
      const delivery = open.get(subscription.id) ?? null
      const flies = delivery !== null && flying.has(delivery.id)
      staged.set(subscription.id, {
        ...queueOf(subscription, delivery, replays.get(subscription.id) ?? null),
        flies,
      })
    }
    this.#staged = staged
    this.#stagedNewest = yield* lastNotice()
  }

  /** What a process before this one had handed out may have arrived: it is shown as cut off, and sent again. */
  *recover(now: number): Work<void> {
    const lost = [...this.#current.values()].filter(({ delivery, flies }) => delivery?.state === 'flying' && !flies)
    const attempts: StoredAttempt[] = []
    const deliveries: Delivery[] = []
    for (const queue of lost) {
      const { delivery } = queue
      if (delivery === null) continue
      const n = delivery.attempts + 1
      const cut: Delivery = { ...delivery, attempts: n, state: 'waiting' }
      attempts.push({
        touchId: delivery.id,
        n,
        startedAt: now,
        ms: 0,
        status: null,
        outcome: INTERRUPTED,
        response: null,
      })
      deliveries.push(cut)
      this.#set({ ...queue, delivery: cut })
    }
    yield* insertAttempts(attempts)
    yield* putDeliveries(deliveries)
  }

  /** A call came back. False: it is none of ours. `shut`: its host is to be left alone from now on. */
  land(end: CallEnd, now: number, shut: (taken: Taken) => void): boolean {
    const flight = this.#flights.get(end.touch)
    if (flight === undefined) return false
    this.#flights.delete(end.touch)
    this.#landed.push({ flight, end })
    if (this.#places.land(flight.taken, end, now, { obeys: true })) shut(flight.taken)
    return true
  }

  get landed(): number {
    return this.#landed.length
  }

  /** Touches of the requests that are on the wire for these; for all. */
  touches(of?: string): readonly number[] {
    return [...this.#flights.values()].filter(({ id }) => of === undefined || id === of).map(({ touch }) => touch)
  }

  /** The first bytes of a call have left. False: it is none of ours. */
  begun(touch: number, now: number): boolean {
    const flight = this.#flights.get(touch)
    if (flight !== undefined) this.#places.begun(flight.taken, now)
    return flight !== undefined
  }

  /**
   * Comes last in every turn, in its transaction: what it tells is written; a tick settles what came back, too, and
   * begins what is due, so that it leaves with the commit.
   */
  *end(turn: Turn): Work<void> {
    if (this.#current.size === 0) return
    const { notices, mayCall } = turn.unit
    const work = new Written()
    if (turn.unit.leadsGone.size > 0) yield* this.#remake()
    if (mayCall) yield* this.#settleAll(turn, work)
    if (notices !== null) {
      this.#watch(turn, notices)
      yield* notices.write(id => turn.unit.knownLead(id), turn.registry)
      if (notices.written.length > 0) this.#hear(notices.written)
    }
    if (mayCall) yield* this.#beginAll(turn, work)
  }

  /** Tells what has changed since the last turn that nobody told of. */
  #watch(turn: Turn, notices: Notices): void {
    if (!watched.some(kind => notices.hears(kind))) return
    const seen = look(turn, this.#places, turn.unit.now)
    if (this.#seen !== null) tellDifference(notices, this.#seen, seen)
    this.#stagedSeen = seen
  }

  /**
   * A lead is gone, and with it what full requests say of it: those that are not over are made anew when they are sent
   * again.
   */
  *#remake(): Work<void> {
    const outdated: Delivery[] = []
    for (const queue of this.#current.values()) {
      if (queue.delivery === null || queue.subscription.definition.payload !== 'full') continue
      const delivery = { ...queue.delivery, revision: OUTDATED }
      outdated.push(delivery)
      this.#set({ ...queue, delivery })
    }
    yield* putDeliveries(outdated)
  }

  /** Settles what came back, and says of those that do not get through for long that it is so. */
  *#settleAll(turn: Turn, work: Written): Work<void> {
    if (this.#landed.length === 0) return
    const { now } = turn.unit
    for (const { flight, end } of this.#landed) this.#settle(flight, end, now, work)
    this.#settledUpTo = this.#landed.length
    yield* clearAlertsOf([...new Set([...work.wellAgain, ...work.reminders.map(({ receiver }) => receiver)])], now)
    for (const alert of work.reminders) yield* raiseAlert(turn, alert, NOBODY)
  }

  *#beginAll(turn: Turn, work: Written): Work<void> {
    const pages = new Map<number, readonly StoredNotice[]>()
    for (const queue of this.#current.values()) yield* this.#begin(turn, queue, pages, work)
    yield* insertAttempts(work.attempts)
    yield* putDeliveries([...work.deliveries.values()])
    yield* putReplays([...work.replays.values()])
    yield* saveStandings([...work.stored].map(id => this.#queueOf(id).subscription))
    for (const id of work.deleted) yield* removeSubscription(id)
  }

  /** Is something to be done at once? */
  isDue(now: number): boolean {
    return this.#landed.length > 0 || (this.nextDue(now) ?? Number.POSITIVE_INFINITY) <= now
  }

  /** When something falls due by itself (ms); null: nothing does. */
  nextDue(now: number): number | null {
    let next: number | null = null
    for (const queue of this.#queues.values()) {
      const due = dueAt(queue, this.#newest, now)
      if (due !== null && (next === null || due < next)) next = due
    }
    return next
  }

  /** Hands out the calls of the turn that has committed. */
  leave(dispatch: Env['dispatch']): void {
    const leaving = this.#leaving
    if (leaving.length === 0) return
    this.#leaving = none
    dispatch(leaving)
  }

  /** How they stand. */
  all(): readonly Queue[] {
    return [...this.#queues.values()]
  }

  committed(): void {
    if (this.#staged !== null) {
      this.#queues = this.#staged
      this.#wanted = wantedBy(this.#staged.values())
    }
    if (this.#wanted === null) this.#seen = null
    else if (this.#stagedSeen !== null) this.#seen = this.#stagedSeen
    if (this.#stagedNewest !== null) this.#newest = this.#stagedNewest
    this.#landed.splice(0, this.#settledUpTo)
    for (const { flight } of this.#begun) this.#flights.set(flight.touch, flight)
    this.#leaving = this.#begun.length === 0 ? none : this.#begun.map(({ call }) => call)
    this.#forget()
  }

  rolledBack(): void {
    this.#forget()
  }

  #forget(): void {
    this.#staged = null
    this.#stagedNewest = null
    this.#stagedSeen = null
    this.#settledUpTo = 0
    if (this.#begun.length > 0) this.#begun = []
  }

  /** As the open turn leaves them. */
  get #current(): ReadonlyMap<string, Queue> {
    return this.#staged ?? this.#queues
  }

  #set(queue: Queue): Queue {
    this.#staged ??= new Map(this.#queues)
    this.#staged.set(queue.subscription.id, queue)
    return queue
  }

  #drop(id: string): void {
    this.#staged ??= new Map(this.#queues)
    this.#staged.delete(id)
  }

  #queueOf(id: string): Queue {
    const queue = this.#current.get(id)
    if (queue === undefined) throw new Error(`subscription ${id} is not there`)
    return queue
  }

  /** This turn told something: whoever waits for more to come with it looks again. */
  #hear(written: readonly StoredNotice[]): void {
    this.#stagedNewest = written.at(-1)?.seq ?? this.#newest
    for (const queue of this.#current.values()) {
      if (queue.wait?.for !== 'others') continue
      const { definition } = queue.subscription
      const mine = written.filter(notice => isFor(definition, notice))
      const waiting = queue.waiting + mine.length
      const isOver =
        waiting >= this.#settings.batchEvents || mine.some(({ kind }) => findNotice(kind)?.pace === 'real-time')
      if (mine.length > 0) this.#set({ ...queue, waiting, wait: isOver ? null : queue.wait })
    }
  }

  #settle(flight: Flight, end: CallEnd, now: number, work: Written): void {
    const queue = this.#current.get(flight.id)
    // It was deleted meanwhile, or its request was dropped.
    if (queue?.delivery?.id !== flight.touch) return
    const { delivery } = queue
    if (end.is === 'withdrawn') {
      work.keep({ ...delivery, state: 'waiting' })
      this.#set({
        ...queue,
        flies: false,
        delivery: { ...delivery, state: 'waiting' },
        wait: waitFor(end.inMs ?? 0, now),
      })
      return
    }
    const { failures, failingSince } = queue.subscription
    const verdict = judgeDelivery(end, failures + 1, now)
    const outcome = end.is === 'answered' ? `status ${end.status}` : causeOf(end)
    const tried = { ...delivery, attempts: delivery.attempts + 1 }
    if (verdict.is === 'delivered') {
      work.attempts.push(attemptOf(delivery, end, now))
      work.stored.add(flight.id)
      work.keep({ ...tried, state: 'delivered', settledAt: now })
      if (queue.subscription.reminded > 0) work.wellAgain.push(queue.subscription.definition.target)
      const well = { failures: 0, nextAt: null, failingSince: null, reminded: 0, succeededAt: now, outcome }
      const arrived = { flies: false, delivery: null, wait: null }
      if (delivery.isReplay) {
        const replay = queue.replay && cameTo(queue.replay, delivery.lastSeq, delivery.events, now)
        if (replay !== null) work.again(replay)
        this.#set({ ...stands(queue, well), ...arrived, replay })
        return
      }
      const position = delivery.lastSeq
      this.#set({
        ...stands(queue, { ...well, position }),
        ...arrived,
        waitingSince: null,
        through: Math.max(queue.through, position),
      })
      return
    }
    const since = failingSince ?? now
    const reminded = patience.remindersAt.filter(after => now - since >= after).length
    const failed = { failures: failures + 1, failingSince: since, failedAt: now, outcome, reminded }
    if (reminded > queue.subscription.reminded) work.reminders.push(reminderOf(queue.subscription, failed, now))
    if (verdict.is === 'gone' && queue.subscription.madeBy === 'hook') {
      work.deleted.push(flight.id)
      this.#drop(flight.id)
      return
    }
    work.attempts.push(attemptOf(delivery, end, now))
    work.stored.add(flight.id)
    const isOver = verdict.is === 'gone' || now - since >= patience.endsAt
    if (isOver) {
      work.keep({ ...tried, state: 'dropped', settledAt: now })
      const ended = stands(queue, { ...failed, nextAt: null, state: 'disabled' })
      this.#set({ ...ended, flies: false, delivery: null, wait: null, through: queue.subscription.position })
      this.#env.log.warn(
        { subscription: flight.id, outcome },
        'a subscription was switched off: it does not get through',
      )
      return
    }
    const nextAt = verdict.at
    work.keep({ ...tried, state: 'waiting' })
    this.#set({
      ...stands(queue, { ...failed, nextAt }),
      flies: false,
      delivery: { ...tried, state: 'waiting' },
      wait: { until: nextAt, for: 'retry' },
    })
  }

  /** Begins the next request of a subscription, when one is due. */
  *#begin(turn: Turn, queue: Queue, pages: Map<number, readonly StoredNotice[]>, work: Written): Work<void> {
    const { now } = turn.unit
    const due = dueAt(queue, this.#stagedNewest ?? this.#newest, now)
    if (due === null || due > now) return
    const host = this.#places.host(queue.subscription.definition.target)
    const until = restsUntil(this.#places, host, now)
    if (until !== null) {
      this.#set({ ...queue, wait: { until: Math.min(until, now + ROOM_MS), for: 'room' } })
      return
    }
    const next = yield* this.#nextOf(turn, queue, pages, work)
    if (next === null) return
    const { delivery, notices } = next
    const { definition } = queue.subscription
    const taken = this.#places.take(host, '', now)
    const call: Call = {
      touch: delivery.id,
      webhookId: delivery.webhookId,
      attempt: delivery.attempts + 1,
      seconds: CONNECT_SECONDS + ANSWER_SECONDS,
      request: requestOf(definition, bodyOf(definition, notices, this.account)),
      atOnce: atOnceTo(host),
      until: null,
      paced: taken.rates.length > 0,
    }
    work.keep(delivery)
    this.#begun.push({ call, flight: { id: queue.subscription.id, touch: delivery.id, taken } })
    const begun = {
      ...stands(this.#queueOf(queue.subscription.id), { nextAt: null }),
      delivery,
      flies: true,
      wait: null,
    }
    if (delivery.isReplay) {
      this.#set({ ...begun, toldNew: false })
      return
    }
    const waitingSince = notices[0]?.at ?? null
    this.#set({ ...begun, toldNew: true, waitingSince, through: Math.max(begun.through, delivery.lastSeq) })
  }

  /** The request that waits for its next attempt, or a new one; null: nothing leaves now. */
  *#nextOf(turn: Turn, queue: Queue, pages: Map<number, readonly StoredNotice[]>, work: Written): Work<Next | null> {
    const { subscription, delivery } = queue
    const { definition, revision } = subscription
    const { now } = turn.unit
    if (delivery !== null && delivery.revision === revision) {
      const stored = yield* noticesAfter(delivery.firstSeq - 1, delivery.lastSeq, Number.MAX_SAFE_INTEGER)
      const notices = delivery.isReplay ? replayedOf(queue, stored) : stored.filter(notice => isFor(definition, notice))
      if (notices.length > 0) return { delivery: { ...delivery, state: 'flying' }, notices }
    }
    // Another definition, or nothing is left of it: it is made anew.
    if (delivery !== null) {
      work.keep({ ...delivery, state: 'dropped', settledAt: now })
      this.#set({ ...queue, delivery: null, through: delivery.isReplay ? queue.through : subscription.position })
    }
    const { id } = subscription
    if (!isReplaying(queue)) return yield* this.#nextNew(turn, this.#queueOf(id), pages, work)
    // They take turns.
    if (queue.toldNew)
      return (
        (yield* this.#nextAgain(this.#queueOf(id), now, work)) ??
        (yield* this.#nextNew(turn, this.#queueOf(id), pages, work))
      )
    return (
      (yield* this.#nextNew(turn, this.#queueOf(id), pages, work)) ??
      (yield* this.#nextAgain(this.#queueOf(id), now, work))
    )
  }

  /** The next request of its replay; null: nothing leaves now. */
  *#nextAgain(queue: Queue, now: number, work: Written): Work<Next | null> {
    if (queue.replay === null) return null
    const { replay, notices } = yield* nextReplayed(queue, queue.replay, now)
    if (replay.position !== queue.replay.position) work.again(replay)
    this.#set({ ...queue, replay })
    if (notices.length === 0) return null
    return { delivery: { ...this.#newDelivery(queue.subscription, notices, now), isReplay: true }, notices }
  }

  /** The next request of what it was not told yet; null: nothing leaves now. */
  *#nextNew(turn: Turn, queue: Queue, pages: Map<number, readonly StoredNotice[]>, work: Written): Work<Next | null> {
    const { subscription } = queue
    const { now } = turn.unit
    let { through } = queue
    for (let n = 0; n < PAGES; n++) {
      const page = pages.get(through) ?? (yield* noticesAfter(through, Number.MAX_SAFE_INTEGER, PAGE))
      pages.set(through, page)
      const chosen = choose(subscription, page, this.#batching, now)
      if (chosen.is === 'later') {
        this.#set({
          ...queue,
          through,
          wait: { until: chosen.until, for: 'others' },
          waitingSince: chosen.oldest,
          waiting: chosen.count,
        })
        return null
      }
      if (chosen.is === 'now')
        return { delivery: this.#newDelivery(subscription, chosen.notices, now), notices: chosen.notices }
      through = page.at(-1)?.seq ?? through
      if (page.length < PAGE) break
    }
    const isFar = through - subscription.position >= UNSTORED
    if (isFar) work.stored.add(subscription.id)
    this.#set({
      ...stands(queue, isFar ? { position: through } : {}),
      through,
      wait: null,
      waitingSince: null,
    })
    return null
  }

  #newDelivery(
    { id, revision, definition }: StoredSubscription,
    notices: readonly StoredNotice[],
    now: number,
  ): Delivery {
    const touch = this.#env.ids.touch()
    const [first, last] = [notices[0], notices.at(-1)]
    if (first === undefined || last === undefined) throw new Error('a request without events')
    const isOne = envelopes[definition.envelope].most === 1
    return {
      id: touch,
      subscriptionId: id,
      revision,
      webhookId: isOne ? first.id : `del_${this.#env.epoch}_${touch}`,
      firstSeq: first.seq,
      lastSeq: last.seq,
      events: notices.length,
      attempts: 0,
      state: 'flying',
      begunAt: now,
      settledAt: null,
      isReplay: false,
    }
  }
}

/** A request that is to leave. */
interface Next {
  readonly delivery: Delivery
  readonly notices: readonly StoredNotice[]
}

/** When a queue has something to do (ms); null: when it hears something new, or when its request is back. */
function dueAt(queue: Queue, newest: number, now: number): number | null {
  const { subscription, flies, wait, delivery, through } = queue
  if (subscription.state !== 'on' || flies) return null
  const isAgain = isReplaying(queue)
  // What is told again waits for no others.
  if (wait !== null && !(isAgain && wait.for === 'others')) return wait.until
  return delivery !== null || through < newest || isAgain ? now : null
}

/** Until when nothing may leave to this host (ms); null: it may now. */
function restsUntil(places: HostQueues, host: ReturnType<HostQueues['host']>, now: number): number | null {
  if (host.restsUntil > now) return host.restsUntil
  if (host.breaker.admits(now) <= 0) return host.breaker.until ?? now + ROOM_MS
  return places.hasRoom(host, 'at-least-once') ? null : now + ROOM_MS
}

function waitFor(ms: number, now: number): Queue['wait'] {
  return { until: now + Math.max(ms, ROOM_MS), for: 'room' }
}

function wantedBy(queues: Iterable<Queue>): Wanted | null {
  const kinds = new Set<string>()
  const full = new Set<string>()
  for (const { subscription } of queues) {
    if (subscription.state !== 'on') continue
    for (const kind of subscription.definition.events) {
      kinds.add(kind)
      if (needsFull(subscription.definition)) full.add(kind)
    }
  }
  return kinds.size === 0 ? null : { kinds, full }
}

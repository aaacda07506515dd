import type { CallEnd } from '../../call'
import { tells } from '../../rules/breaker'
import type { DeliveryTerms } from '../../rules/delivery'
import type { HostFacts } from '../../rules/gates/gate'
import type { RateLimit } from '../../rules/rate'
import { retryAfterMs } from '../../rules/retry'
import { receiverOfQueue } from '../../store/queues'
import type { Env } from '../env'
import type { Book } from '../turns'
import { hostFacts } from './host-facts'
import { atOnceTo, campaignOfQueue, type Host, Hosts, hostOfQueue, isWell, type Taken } from './hosts'
import type { Receivers, Shut } from './receivers'

/**
 * What stands between a call that is due and the wire, kept in memory by the one process that owns the file: how many
 * calls each host may have at once, how it fares, and how many may leave in a second. It is the only limiter: what it
 * lets through begins at once, and what it does not has asked no gate for good yet. Calls that have to wait are tasks
 * with a queue (column `lane`), pulled by their place in it (shared/rules/queue.ts) when it has a place free.
 *
 * Everything that a turn takes is given back when it fails (`rolledBack`).
 */

/**
 * A host may hold three quarters of the room alone, and three times what is free beside others: there is always some
 * left for the next one.
 */
const SHARE = 3
/** One 429 that asks for a day does not silence the host for all: after this long somebody tries again. */
const REST_MS = 300_000
const QUEUES_A_TURN = 16

export interface HostQueuesOptions {
  /** Calls that may be handed out and not yet answered. */
  readonly room: number
  /** What left before (ms) is not known. */
  readonly startedAt: number
  /** Every host takes as many calls as there is room for: for a dry run, in which nothing leaves. */
  readonly isOpen?: boolean
  readonly originOf: Env['originOf']
}

export class HostQueues implements Book {
  readonly #room: number
  readonly #isOpen: boolean
  /**
   * Calls that may be open at once because somebody said so. Unlike the room it is not shared out: a host may hold all
   * of it.
   */
  #most = Number.POSITIVE_INFINITY
  readonly hosts: Hosts
  /**
   * Queues in which a task may wait, served in turn, with the highest level that has waited there since it was empty.
   */
  readonly #waiting = new Map<string, number>()
  /** Queues in which calls may wait that are made once at most. */
  readonly #strict = new Set<string>()
  #taken: (() => void)[] = []
  /** Taken in this transaction, and given back in it. */
  readonly #dropped = new Set<Taken>()
  #inFlight = 0

  constructor(
    { room, startedAt, originOf, isOpen = false }: HostQueuesOptions,
    readonly receivers: Receivers,
  ) {
    this.#room = room
    this.#isOpen = isOpen
    this.hosts = new Hosts(originOf, startedAt)
  }

  /** Where this URL leads. */
  host(url: string): Host {
    return this.hosts.at(url)
  }

  /**
   * What the last gates are told; null where there is nothing to ask, which is nearly always. `limit` is the
   * campaign's; `shut`: the receiver is switched off.
   */
  factsOf(host: Host, campaign: string, limit: RateLimit | null, shut: Shut | null, now: number): HostFacts | null {
    return hostFacts(host, limit === null ? null : this.hosts.rateOf(campaign, limit), shut, now)
  }

  /** Sets how many calls may be open at once, over all hosts; null: no limit but the room. Acts on the next call. */
  allow(most: number | null): void {
    const before = this.#most
    this.#most = most ?? Number.POSITIVE_INFINITY
    this.#taken.push(() => {
      this.#most = before
    })
  }

  /**
   * Is there a place for one more call to this host? One that is made once at most is never handed out ahead of its
   * turn on the wire; when it finds no place, nobody else is either, until the queue is empty, or it would wait for
   * ever.
   */
  hasRoom(host: Host, repeat: DeliveryTerms['repeat']): boolean {
    const free = this.#room - this.#inFlight
    const isFree = this.#places() > 0 && host.inFlight < SHARE * free
    if (this.#isOpen) return isFree
    const isOnce = repeat === 'at-most-once'
    if (isFree && host.inFlight < (isOnce ? atOnceTo(host) : this.#mostHandedOut(host))) return true
    if (isOnce) this.#strict.add(host.queue)
    return false
  }

  /**
   * Keeps a place at a host for a call that is decided later in this transaction. Answers how to give it back, once.
   */
  keepPlace(host: Host): () => void {
    host.inFlight++
    this.#inFlight++
    let isKept = true
    const giveBack = () => {
      if (isKept) this.#leave(host)
      isKept = false
    }
    this.#taken.push(giveBack)
    return giveBack
  }

  /** A call leaves when this transaction commits. */
  take(host: Host, campaign: string, now: number): Taken {
    const rates = this.hosts.ratesOf(host, campaign)
    const taken: Taken = { host, probe: host.breaker.take(now), rates, hasBegun: false }
    if (host.inFlight === 0) host.flow.starts(now)
    host.inFlight++
    this.#inFlight++
    for (const rate of rates) rate.take()
    this.#taken.push(() => {
      if (!this.#dropped.has(taken)) this.#giveBack(taken)
    })
    return taken
  }

  /** A call of this transaction does not leave after all: its place is free. */
  drop(taken: Taken): void {
    this.#dropped.add(taken)
    this.#giveBack(taken)
  }

  /** The first byte of a call has left. */
  begun(taken: Taken, now: number): void {
    if (taken.hasBegun) return
    taken.hasBegun = true
    for (const rate of taken.rates) rate.begin(now)
  }

  /**
   * A call came back. `obeys`: a host that asks to be left alone is, by this call's terms. True when the host is to be
   * left alone from now on: what else is under way to it and has not begun had better not begin.
   */
  land(taken: Taken, end: CallEnd, now: number, { obeys }: { readonly obeys: boolean }): boolean {
    const { host, probe } = taken
    if (end.is === 'withdrawn') {
      this.#giveBack(taken)
      return false
    }
    const wasWell = isWell(host, now)
    const told = tells(end)
    if (told === 'well') {
      host.flow.answered(end.ms, now)
    }
    if (told === 'badly' && end.is === 'unreachable') host.flow.failed()
    this.#leave(host)
    if (end.is === 'answered' || end.sent) this.begun(taken, now)
    else this.#giveBackRates(taken)
    if (told === 'nothing') {
      if (probe) host.breaker.release()
      return false
    }
    host.breaker.record(told, now, { probe })
    if (obeys && end.is === 'answered' && (end.status === 429 || end.status === 503)) {
      const asked = retryAfterMs(end.headers['retry-after'], now) ?? 0
      host.restsUntil = Math.max(host.restsUntil, now + Math.min(asked, REST_MS))
    }
    return wasWell && !isWell(host, now)
  }

  /** A task of this level waits in this queue. */
  wait(queue: string, level: number): void {
    this.#waiting.set(queue, Math.max(level, this.#waiting.get(queue) ?? 0))
  }

  /**
   * The level that goes before a newcomer of this one to the host; null where no higher one waits. A look into a map
   * where nobody does.
   */
  before({ queue }: Host, level: number): number | null {
    const highest = this.#waiting.get(queue)
    return highest !== undefined && highest > level ? highest : null
  }

  /** Nothing waits in this queue any more, unless the transaction fails. */
  emptied(queue: string): void {
    const level = this.#waiting.get(queue) ?? 0
    this.#waiting.delete(queue)
    const wasStrict = this.#strict.delete(queue)
    this.#taken.push(() => {
      this.wait(queue, level)
      if (wasStrict) this.#strict.add(queue)
    })
  }

  /** Queues that have a place now, with how many: at most some a turn, the ones that waited longest first. */
  open(now: number, most: number): readonly { readonly queue: string; readonly most: number }[] {
    const open: { queue: string; most: number }[] = []
    for (const [queue, level] of [...this.#waiting]) {
      const places = this.#placesIn(queue, now, most)
      if (places <= 0) continue
      open.push({ queue, most: places })
      this.#waiting.delete(queue)
      this.#waiting.set(queue, level)
      if (open.length === QUEUES_A_TURN) break
    }
    return open
  }

  /** When a queue has a place by itself; null when only an answer can make one. */
  nextDue(now: number): number | null {
    let next = Number.POSITIVE_INFINITY
    for (const queue of this.#waiting.keys()) next = Math.min(next, this.#opensAt(queue, now))
    return next === Number.POSITIVE_INFINITY ? null : next
  }

  committed(): void {
    this.#taken = []
    this.#dropped.clear()
  }

  rolledBack(): void {
    for (const giveBack of this.#taken.reverse()) giveBack()
    this.committed()
  }

  #giveBack(taken: Taken): void {
    this.#leave(taken.host)
    this.#giveBackRates(taken)
    if (taken.probe) taken.host.breaker.release()
  }

  #giveBackRates(taken: Taken): void {
    if (taken.hasBegun) return
    taken.hasBegun = true
    for (const rate of taken.rates) rate.giveBack()
  }

  #leave(host: Host): void {
    host.inFlight--
    this.#inFlight--
  }

  /**
   * Calls to a host that may be handed out. Where somebody set a limit, or a call waits that is made once at most: not
   * one ahead of its turn.
   */
  #mostHandedOut(host: Host): number {
    const isStrict = host.limit.connections !== null || this.#strict.has(host.queue)
    return atOnceTo(host) + (isStrict ? 0 : host.flow.ahead)
  }

  /** Places for calls to anybody. */
  #places(): number {
    return Math.min(this.#room, this.#most) - this.#inFlight
  }

  #placesIn(queue: string, now: number, most: number): number {
    const room = Math.min(most, this.#places())
    const receiver = receiverOfQueue(queue)
    if (receiver !== undefined) return this.receivers.isOff(receiver) ? 0 : room
    const host = this.#hostOf(queue)
    if (host === undefined) return this.hosts.rateOfCampaign(campaignOfQueue(queue))?.free(now, room) ?? room
    if (host.restsUntil > now) return 0
    const own = Math.min(room, this.#mostHandedOut(host) - host.inFlight)
    // As many as `hasRoom` lets through one by one: each that is taken leaves less that is free.
    const shared = Math.ceil((SHARE * (this.#room - this.#inFlight) - host.inFlight) / (SHARE + 1))
    const fair = Math.min(own, host.breaker.admits(now), shared)
    return host.rate === null ? fair : Math.min(fair, host.rate.free(now, room))
  }

  #opensAt(queue: string, now: number): number {
    if (this.#places() <= 0) return Number.POSITIVE_INFINITY
    const receiver = receiverOfQueue(queue)
    if (receiver !== undefined) return this.receivers.isOff(receiver) ? Number.POSITIVE_INFINITY : now
    const host = this.#hostOf(queue)
    if (host === undefined) return this.hosts.rateOfCampaign(campaignOfQueue(queue))?.freeAt(now) ?? now
    if (host.inFlight >= Math.min(this.#mostHandedOut(host), SHARE * (this.#room - this.#inFlight)))
      return Number.POSITIVE_INFINITY
    const { breaker, restsUntil, rate } = host
    const well = breaker.admits(now) > 0 ? now : (breaker.until ?? Number.POSITIVE_INFINITY)
    return Math.max(well, restsUntil, rate?.freeAt(now) ?? now)
  }

  #hostOf(queue: string): Host | undefined {
    const name = hostOfQueue(queue)
    return name === null ? undefined : this.hosts.named(name)
  }
}

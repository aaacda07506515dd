import type { CallEnd } from '../../call'
import { Breaker, tells } from '../../rules/breaker'
import type { DeliveryTerms } from '../../rules/delivery'
import { Flow } from '../../rules/flow'
import type { HostFacts } from '../../rules/gates/gate'
import { Rate, type RateLimit } from '../../rules/rate'
import { retryAfterMs } from '../../rules/retry'
import type { Env } from '../env'
import type { Book } from '../turns'
import { type Receivers, receiverOfQueue, type Shut, seenOff } from './receivers'

/**
 * What stands between a call that is due and the wire, kept in memory by the one process that owns the file: how many calls each host may have at once, how it
 * fares, and how many may leave in a second. It is the only limiter: what it lets through begins at once, and what it does not has asked no gate for good yet.
 * Calls that have to wait are tasks with a queue (column `lane`), pulled by their place in it (shared/rules/queue.ts) when it has a place free.
 *
 * Everything that a turn takes is given back when it fails (`rolledBack`).
 */

/** What somebody set for a host. */
export interface HostLimit {
  /** Calls at once. */
  readonly connections: number | null
  readonly rate: RateLimit | null
}
export const noLimit: HostLimit = { connections: null, rate: null }

/** One host, by its origin. */
export interface Host {
  readonly name: string
  readonly queue: string
  readonly breaker: Breaker
  /** Handed out and not back. */
  inFlight: number
  readonly flow: Flow
  /** It asked for quiet by Retry-After; ms, 0: it did not. */
  restsUntil: number
  limit: HostLimit
  rate: Rate | null
}

/** What a call took on its way out; given back when it lands. */
export interface Taken {
  readonly host: Host
  readonly probe: boolean
  /** Limits that count it from its first byte on. */
  readonly rates: readonly Rate[]
  hasBegun: boolean
}

/** How a host stands, for screens. */
export interface HostView {
  readonly host: string
  readonly state: 'closed' | 'open' | 'half-open' | 'resting'
  readonly since: number | null
  readonly nextTry: number | null
  readonly errorRate: number
  readonly samples: number
  readonly inFlight: number
  readonly limit: HostLimit
}

/** A host may hold three quarters of the room alone, and three times what is free beside others: there is always some left for the next one. */
const SHARE = 3
/** One 429 that asks for a day does not silence the host for all: after this long somebody tries again. */
const REST_MS = 300_000
const MOST_HOSTS = 10_000
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
  readonly #originOf: Env['originOf']
  readonly #isOpen: boolean
  /** Calls that may be open at once because somebody said so. Unlike the room it is not shared out: a host may hold all of it. */
  #most = Number.POSITIVE_INFINITY
  #startedAt: number
  readonly #hosts = new Map<string, Host>()
  /** By what stands before the path, as it was written. */
  readonly #written = new Map<string, Host>()
  readonly #limits = new Map<string, HostLimit>()
  readonly #campaigns = new Map<string, Rate>()
  /** Queues in which a task may wait, served in turn, with the highest level that has waited there since it was empty. */
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
    this.#originOf = originOf
    this.#isOpen = isOpen
    this.#startedAt = startedAt
  }

  /** Where this URL leads. */
  host(url: string): Host {
    const end = url.indexOf('/', 8)
    const written = end === -1 ? url : url.slice(0, end)
    const known = this.#written.get(written)
    if (known !== undefined) return known
    if (this.#written.size >= MOST_HOSTS) this.#forgetIdle()
    const host = this.#named(this.#originOf(url) ?? written)
    this.#written.set(written, host)
    return host
  }

  /** What the last gates are told; null where there is nothing to ask, which is nearly always. `limit` is the campaign's; `shut`: the receiver is switched off. */
  factsOf(host: Host, campaign: string, limit: RateLimit | null, shut: Shut | null, now: number): HostFacts | null {
    const ofCampaign = limit === null ? null : this.#rateOf(campaign, limit)
    const ill = !isWell(host, now)
    if (!ill && shut === null && ofCampaign === null && host.rate === null) return null
    const resting = host.restsUntil > now
    return {
      name: host.name,
      off: shut && seenOff(shut),
      health: {
        is: resting ? 'resting' : ill ? 'failing' : 'well',
        until: resting ? host.restsUntil : ill ? (host.breaker.until ?? null) : null,
        ...host.breaker.seen(now),
      },
      rates: [
        ...(ofCampaign === null ? [] : [seen('campaign', ofCampaign, now)]),
        ...(host.rate === null ? [] : [seen('host', host.rate, now)]),
      ],
    }
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
   * Is there a place for one more call to this host? One that is made once at most is never handed out ahead of its turn on the wire; when it finds no place, nobody
   * else is either, until the queue is empty, or it would wait for ever.
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

  /** Keeps a place at a host for a call that is decided later in this transaction. Answers how to give it back, once. */
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
    const ofCampaign = this.#campaigns.get(campaign)
    const rates = host.rate === null && ofCampaign === undefined ? noRates : ratesOf(host.rate, ofCampaign)
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
   * A call came back. `obeys`: a host that asks to be left alone is, by this call's terms. True when the host is to be left alone from now on: what else is under
   * way to it and has not begun had better not begin.
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

  /** The level that goes before a newcomer of this one to the host; null where no higher one waits. A look into a map where nobody does. */
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

  /** Time went back by so much (ms): nobody is left alone for longer by that, and what left when is not known. */
  wentBack(by: number, now: number): void {
    this.#startedAt = now
    this.#campaigns.clear()
    for (const host of this.#hosts.values()) {
      host.restsUntil -= by
      host.breaker.wentBack(by, now)
      host.rate = host.limit.rate === null ? null : this.#newRate(host.limit.rate)
    }
  }

  setLimit(name: string, limit: HostLimit): void {
    this.#limits.set(name, limit)
    const host = this.#named(name)
    host.limit = limit
    host.rate = limit.rate === null ? null : this.#newRate(limit.rate)
  }

  view(now: number): readonly HostView[] {
    return [...this.#hosts.values()].map(({ name, breaker, inFlight, restsUntil, limit }) => {
      const resting = breaker.state === 'closed' && restsUntil > now
      return {
        host: name,
        state: resting ? 'resting' : breaker.state,
        since: breaker.since,
        nextTry: resting ? restsUntil : breaker.until,
        ...breaker.seen(now),
        inFlight,
        limit,
      }
    })
  }

  #named(name: string): Host {
    const known = this.#hosts.get(name)
    if (known !== undefined) return known
    const limit = this.#limits.get(name) ?? noLimit
    const host: Host = {
      name,
      queue: `host ${name}`,
      breaker: new Breaker(),
      inFlight: 0,
      flow: new Flow(),
      restsUntil: 0,
      limit,
      rate: limit.rate === null ? null : this.#newRate(limit.rate),
    }
    this.#hosts.set(name, host)
    return host
  }

  #rateOf(campaign: string, limit: RateLimit): Rate {
    const known = this.#campaigns.get(campaign)
    if (known?.limit.most === limit.most && known.limit.per === limit.per) return known
    const made = this.#newRate(limit)
    this.#campaigns.set(campaign, made)
    return made
  }

  /** What left before the start is not known, so a limit begins with its window full. */
  #newRate(limit: RateLimit): Rate {
    return new Rate(limit, this.#startedAt)
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

  /** Calls to a host that may be handed out. Where somebody set a limit, or a call waits that is made once at most: not one ahead of its turn. */
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
    if (host === undefined) return this.#campaigns.get(campaignOf(queue))?.free(now, room) ?? room
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
    if (host === undefined) return this.#campaigns.get(campaignOf(queue))?.freeAt(now) ?? now
    if (host.inFlight >= Math.min(this.#mostHandedOut(host), SHARE * (this.#room - this.#inFlight)))
      return Number.POSITIVE_INFINITY
    const { breaker, restsUntil, rate } = host
    const well = breaker.admits(now) > 0 ? now : (breaker.until ?? Number.POSITIVE_INFINITY)
    return Math.max(well, restsUntil, rate?.freeAt(now) ?? now)
  }

  #hostOf(queue: string): Host | undefined {
    const name = hostOfQueue(queue)
    return name === null ? undefined : this.#named(name)
  }

  /** A million hosts called once cost nothing afterwards. */
  #forgetIdle(): void {
    this.#written.clear()
    for (const [name, host] of this.#hosts)
      if (host.inFlight === 0 && host.breaker.state === 'closed' && !this.#limits.has(name)) this.#hosts.delete(name)
  }
}

/** The queue of a campaign that has a rate. */
export function queueOfCampaign(id: string): string {
  return `campaign ${id}`
}

/** The host of a queue; null of a campaign's. */
export function hostOfQueue(queue: string): string | null {
  return queue.startsWith('host ') ? queue.slice('host '.length) : null
}

function campaignOf(queue: string): string {
  return queue.slice('campaign '.length)
}

/** May it be called: its breaker lets calls through, and it has not asked to be left alone? */
function isWell({ restsUntil, breaker }: Host, now: number): boolean {
  return restsUntil <= now && breaker.admits(now) > 0
}

/** Calls to a host that may be on the wire at once, whatever the others hold. */
export function atOnceTo({ flow, limit: { connections } }: Host): number {
  return connections === null ? flow.atOnce : Math.min(flow.atOnce, connections)
}

const noRates: readonly Rate[] = []

function ratesOf(...rates: readonly (Rate | null | undefined)[]): readonly Rate[] {
  return rates.filter(rate => rate != null)
}

function seen(of: 'campaign' | 'host', rate: Rate, now: number): HostFacts['rates'][number] {
  const freeAt = rate.freeAt(now)
  // Nobody knows yet when the calls under way begin; they wake the queue when they do.
  const until = Number.isFinite(freeAt) ? freeAt : now + 1000
  return { of, ...rate.limit, freeAt: until > now ? until : null }
}

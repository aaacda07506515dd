import { Breaker } from '../../rules/breaker'
import { Flow } from '../../rules/flow'
import { Rate, type RateLimit } from '../../rules/rate'
import type { Env } from '../env'

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

const MOST_HOSTS = 10_000

/** The hosts that are called, by origin, with their health, limits and rates; and the rates of campaigns. */
export class Hosts {
  readonly #originOf: Env['originOf']
  /** What left before (ms) is not known. */
  #startedAt: number
  readonly #byName = new Map<string, Host>()
  /** By what stands before the path, as it was written. */
  readonly #written = new Map<string, Host>()
  readonly #limits = new Map<string, HostLimit>()
  readonly #campaigns = new Map<string, Rate>()

  constructor(originOf: Env['originOf'], startedAt: number) {
    this.#originOf = originOf
    this.#startedAt = startedAt
  }

  /** Where this URL leads. */
  at(url: string): Host {
    const end = url.indexOf('/', 8)
    const written = end === -1 ? url : url.slice(0, end)
    const known = this.#written.get(written)
    if (known !== undefined) return known
    if (this.#written.size >= MOST_HOSTS) this.#forgetIdle()
    const host = this.named(this.#originOf(url) ?? written)
    this.#written.set(written, host)
    return host
  }

  /** The host of this name, made when it is not known yet. */
  named(name: string): Host {
    const known = this.#byName.get(name)
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
    this.#byName.set(name, host)
    return host
  }

  /** The rate of a campaign, made anew when its limit is another. */
  rateOf(campaign: string, limit: RateLimit): Rate {
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

  /** The limits that count a call to this host by this campaign. */
  ratesOf(host: Host, campaign: string): readonly Rate[] {
    const ofCampaign = this.#campaigns.get(campaign)
    if (host.rate === null && ofCampaign === undefined) return noRates
    return [host.rate, ofCampaign].filter(rate => rate != null)
  }

  /** The rate of a campaign that has one by now. */
  rateOfCampaign(id: string): Rate | undefined {
    return this.#campaigns.get(id)
  }

  setLimit(name: string, limit: HostLimit): void {
    this.#limits.set(name, limit)
    const host = this.named(name)
    host.limit = limit
    host.rate = limit.rate === null ? null : this.#newRate(limit.rate)
  }

  view(now: number): readonly HostView[] {
    return [...this.#byName.values()].map(({ name, breaker, inFlight, restsUntil, limit }) => {
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

  /** Time went back by so much (ms): nobody is left alone for longer by that, and what left when is not known. */
  wentBack(by: number, now: number): void {
    this.#startedAt = now
    this.#campaigns.clear()
    for (const host of this.#byName.values()) {
      host.restsUntil -= by
      host.breaker.wentBack(by, now)
      host.rate = host.limit.rate === null ? null : this.#newRate(host.limit.rate)
    }
  }

  /** A million hosts called once cost nothing afterwards. */
  #forgetIdle(): void {
    this.#written.clear()
    for (const [name, host] of this.#byName)
      if (host.inFlight === 0 && host.breaker.state === 'closed' && !this.#limits.has(name)) this.#byName.delete(name)
  }
}

const noRates: readonly Rate[] = []

/** The queue of a campaign that has a rate. */
export function queueOfCampaign(id: string): string {
  return `campaign ${id}`
}

/** The host of a queue; null of a campaign's. */
export function hostOfQueue(queue: string): string | null {
  return queue.startsWith('host ') ? queue.slice('host '.length) : null
}

/** The campaign of a queue of its own. */
export function campaignOfQueue(queue: string): string {
  return queue.slice('campaign '.length)
}

/** May it be called: its breaker lets calls through, and it has not asked to be left alone? */
export function isWell({ restsUntil, breaker }: Host, now: number): boolean {
  return restsUntil <= now && breaker.admits(now) > 0
}

/** Calls to a host that may be on the wire at once, whatever the others hold. */
export function atOnceTo({ flow, limit: { connections } }: Host): number {
  return connections === null ? flow.atOnce : Math.min(flow.atOnce, connections)
}

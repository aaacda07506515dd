import type { Outcome } from '../call'
import { MINUTE } from '../time/units'

/** The breaker of one host (delivery R20). */
const breaker = {
  /** Opens when at least this many calls ended within the window, and at least this share of them badly. */
  samples: 20,
  share: 0.5,
  windowMs: MINUTE,
  /** How long it stays open. Then this many calls are let through, and all of them must do well. */
  openMs: MINUTE,
  probes: 3,
} as const

const BUCKETS = 12
const BUCKET_MS = breaker.windowMs / BUCKETS
const bad = new Set([408, 429, 502, 503, 504, 529])

/** What an outcome says about its host. `nothing`: the fault is ours, the name server's, or in what was sent. */
export function tells(outcome: Outcome): 'well' | 'badly' | 'nothing' {
  if (outcome.is === 'answered') return bad.has(outcome.status) ? 'badly' : 'well'
  return outcome.cause === 'blocked-address' || outcome.cause === 'bad-request' || outcome.cause === 'dns'
    ? 'nothing'
    : 'badly'
}

export type HealthState = 'closed' | 'open' | 'half-open'

/** Watches how calls to one host end. Instants are ms, handed in. Closed: calls may pass. */
export class Breaker {
  state: HealthState = 'closed'
  /** When it came to this state; null: it never was in another. */
  since: number | null = null
  /** When it lets a few calls through; null while it is not open. */
  until: number | null = null
  #probing = 0
  #passed = 0
  readonly #well = new Uint32Array(BUCKETS)
  readonly #badly = new Uint32Array(BUCKETS)
  #bucket = 0

  /** How many calls may leave now. */
  admits(now: number): number {
    if (this.state === 'closed') return Number.POSITIVE_INFINITY
    if (this.state === 'open' && now < (this.until ?? 0)) return 0
    return breaker.probes - this.#probing - this.#passed
  }

  /** A call leaves. Returns whether it is a probe, whose end decides. */
  take(now: number): boolean {
    if (this.state === 'closed') return false
    if (this.state === 'open') this.#become('half-open', now)
    this.#probing++
    return true
  }

  /** A probe did not leave after all, or told nothing. */
  release(): void {
    if (this.state === 'half-open') this.#probing = Math.max(0, this.#probing - 1)
  }

  record(told: 'well' | 'badly', now: number, { probe }: { readonly probe: boolean }): void {
    this.#roll(now)
    const counts = told === 'well' ? this.#well : this.#badly
    const at = this.#bucket % BUCKETS
    counts[at] = (counts[at] ?? 0) + 1
    if (this.state === 'closed') {
      const { samples, errorRate } = this.seen(now)
      if (told === 'badly' && samples >= breaker.samples && errorRate >= breaker.share) this.#open(now)
    } else if (this.state === 'half-open' && probe) {
      this.#probing--
      if (told === 'badly') this.#open(now)
      else if (++this.#passed >= breaker.probes) this.#close(now)
    }
  }

  /** Time went back by this much (ms): it half-opens that much earlier, and forgets what it saw at a later time. */
  wentBack(by: number, now: number): void {
    if (this.until !== null) this.until -= by
    this.#well.fill(0)
    this.#badly.fill(0)
    this.#bucket = Math.floor(now / BUCKET_MS)
  }

  /** Calls that ended within the last minute, and the share of them that ended badly. */
  seen(now: number): { readonly samples: number; readonly errorRate: number } {
    this.#roll(now)
    const sum = (counts: Uint32Array) => counts.reduce((a, b) => a + b, 0)
    const failed = sum(this.#badly)
    const samples = failed + sum(this.#well)
    return { samples, errorRate: samples === 0 ? 0 : failed / samples }
  }

  #open(now: number): void {
    this.#become('open', now)
    this.until = now + breaker.openMs
  }

  #close(now: number): void {
    this.#become('closed', now)
    this.#well.fill(0)
    this.#badly.fill(0)
  }

  #become(state: HealthState, now: number): void {
    this.state = state
    this.since = now
    this.until = null
    this.#probing = 0
    this.#passed = 0
  }

  /** Forgets what is older than the window. */
  #roll(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS)
    for (let i = Math.max(this.#bucket + 1, bucket - BUCKETS + 1); i <= bucket; i++) {
      this.#well[i % BUCKETS] = 0
      this.#badly[i % BUCKETS] = 0
    }
    this.#bucket = Math.max(this.#bucket, bucket)
  }
}

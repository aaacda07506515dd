import type { Call } from '#shared/call'
import type { Answer } from '#shared/simulate/endpoints'

/** delivery R20, in numbers of its own. */
const SAMPLES = 20
const SHARE = 0.5
const WINDOW = 60_000
const OPEN = 60_000
const PROBES = 3
/** The product counts in stretches of five seconds, so that its window may be this much shorter. */
const GRAIN = 5_000
const bad = [408, 429, 502, 503, 504, 529]

interface Host {
  /** `unknown`: it may have opened, within the grain of the window; nothing is demanded any more. */
  state: 'closed' | 'open' | 'half-open' | 'unknown'
  until: number
  landed: { readonly at: number; readonly bad: boolean }[]
  probes: Set<string>
  passed: number
}

/**
 * delivery R20, judged from what left and what came back, by means of its own: while the breaker of a host is open nothing goes there, and then three probes at
 * most until all of them did well. What a process knew of its hosts dies with it.
 */
export class BreakerLaw {
  readonly #hosts = new Map<string, Host>()
  /** How often a breaker surely opened: a run that never sees it has shown nothing. */
  opened = 0

  forget(): void {
    this.#hosts.clear()
  }

  /** A call leaves. Answers what is wrong with that. */
  leaves(call: Call, at: number): string[] {
    const host = this.#hostOf(call)
    if (host.state === 'open' && at < host.until)
      return [`a call to a host whose breaker is open until ${new Date(host.until).toISOString()}: ${call.webhookId}`]
    if (host.state === 'open') Object.assign(host, { state: 'half-open', probes: new Set(), passed: 0 })
    if (host.state !== 'half-open') return []
    host.probes.add(keyOf(call))
    return host.probes.size > PROBES ? [`${host.probes.size} probes to a host that is failing: ${call.webhookId}`] : []
  }

  /** An answer comes back, and the process hears of it. */
  lands(call: Call, { with: answer }: Answer, at: number): void {
    const host = this.#hostOf(call)
    const isBad = answer.is === 'unreachable' || bad.includes(answer.status)
    host.landed = [...host.landed.filter(l => l.at > at - WINDOW), { at, bad: isBad }]
    if (host.state === 'closed' && isBad) {
      const [widest, narrowest] = [opens(host, at - WINDOW), opens(host, at - WINDOW + GRAIN)]
      if (widest !== narrowest) host.state = 'unknown'
      else if (widest) this.#open(host, at)
    } else if (host.state === 'half-open' && host.probes.has(keyOf(call))) {
      if (isBad) this.#open(host, at)
      else if (++host.passed >= PROBES) Object.assign(host, { state: 'closed', landed: [] })
    }
  }

  #open(host: Host, at: number): void {
    this.opened++
    Object.assign(host, { state: 'open', until: at + OPEN })
  }

  #hostOf({ request }: Call): Host {
    const name = new URL(request.url).origin
    const known = this.#hosts.get(name)
    if (known !== undefined) return known
    const made: Host = { state: 'closed', until: 0, landed: [], probes: new Set(), passed: 0 }
    this.#hosts.set(name, made)
    return made
  }
}

function opens({ landed }: Host, since: number): boolean {
  const seen = landed.filter(l => l.at > since)
  return seen.length >= SAMPLES && seen.filter(l => l.bad).length >= seen.length * SHARE
}

function keyOf({ webhookId, attempt }: Call): string {
  return `${webhookId} ${attempt}`
}

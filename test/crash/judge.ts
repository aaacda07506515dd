import type { Arrival } from './receiver'

/** What the receiver's log proves, held against the attempts that the server stored. */
export interface Judgement {
  /** Sentences; none when every promise was kept. */
  readonly broken: readonly string[]
  /** Webhooks that were received in the end. */
  readonly delivered: number
  /** Second and later arrivals of an id: `retries` after a stored refusal, and copies. */
  readonly repeats: number
  /** Arrivals of which the server did not store how they ended: each was made again. */
  readonly copies: number
  /** What may be made again: calls without an answer at a kill, and calls answered so late that nothing answered after them was stored either. */
  readonly unansweredAtKills: number
  readonly justAnsweredAtKills: number
}

/** An attempt as the server stored it. `startedAt`: ms since the epoch. */
export interface Attempt {
  readonly id: string
  readonly status: number | null
  readonly startedAt: number
}

/** How a life of the server ended. The last one, which is still alive, has no end. */
export interface End {
  readonly at: number
  readonly by: 'SIGKILL' | 'SIGTERM'
}

/**
 * Answers are stored in the order in which they came, but for what waits in a socket or a thread on a busy machine: an answer that is older than a stored
 * one by more than this must be stored too.
 */
const DISORDER_MS = 500

/**
 * `ends`: of each life of the server, in their order. What must hold: in each life, a call is stored as often as it came, or once less when that life was killed; it comes again only when its last end was not stored, or stored as a refusal; always with the same body; an answer is not left
 * behind while later ones are stored; a lead whose second webhook has arrived never sees its first again.
 */
export function judge(log: readonly Arrival[], ends: readonly End[], attempts: readonly Attempt[]): Judgement {
  const killedAt = ends.map(({ at, by }) => (by === 'SIGKILL' ? at : undefined))
  const broken: string[] = []
  const stored = groupBy(attempts, a => `${a.id} ${lifeOf(a, ends)}`)
  const lost = new Set<Arrival>()
  const lastStored: number[] = []
  let delivered = 0
  const calls = groupBy(log, a => a.id)
  for (const [id, arrivals] of calls) {
    if (arrivals.some(a => a.status === 200)) delivered++
    else broken.push(`${id} was never received`)
    let before: Arrival | undefined
    for (const [life, mine] of groupBy(arrivals, a => a.life)) {
      const known = stored.get(`${id} ${life}`) ?? []
      stored.delete(`${id} ${life}`)
      const [ended, open] = [mine.slice(0, known.length), mine.slice(known.length)]
      if (known.length > mine.length || ended.some((a, i) => a.status !== known[i]?.status))
        broken.push(`${id} is stored as ${say(known)} but was answered ${say(mine)}, in life ${life}`)
      if (open.length > (killedAt[life] === undefined ? 0 : 1))
        broken.push(`${id} came ${mine.length} times in life ${life}, and was stored ${known.length} times`)
      for (const arrival of open) lost.add(arrival)
      for (const arrival of mine) {
        if (before !== undefined && (arrival.body !== before.body || arrival.path !== before.path))
          broken.push(`${id} came again with other bytes: ${before.body} and ${arrival.body}`)
        if (before?.status === 200 && !lost.has(before)) broken.push(`${id} came again after it was stored as 200`)
        before = arrival
      }
      for (const { answeredAt } of ended) lastStored[life] = Math.max(lastStored[life] ?? 0, answeredAt ?? 0)
    }
  }
  for (const [where, known] of stored) broken.push(`${where}: stored as ${say(known)}, and nothing came in that life`)
  const isLate = ({ answeredAt, life }: Arrival) => (answeredAt ?? 0) > (lastStored[life] ?? 0) - DISORDER_MS
  const wasAnswered = ({ answeredAt, life }: Arrival) =>
    answeredAt !== null && answeredAt <= (killedAt[life] ?? Infinity)
  for (const arrival of lost)
    if (wasAnswered(arrival) && !isLate(arrival)) broken.push(`${arrival.id}: its answer was left behind by later ones`)
  broken.push(...goneBack(log))
  const ofKilled = log.filter(a => killedAt[a.life] !== undefined)
  return {
    broken,
    delivered,
    repeats: log.length - calls.size,
    copies: lost.size,
    unansweredAtKills: ofKilled.filter(a => !wasAnswered(a)).length,
    justAnsweredAtKills: ofKilled.filter(a => wasAnswered(a) && isLate(a)).length,
  }
}

/** A life's attempts begin after the end of the life before. */
function lifeOf({ startedAt }: Attempt, ends: readonly End[]): number {
  const life = ends.findIndex(({ at }) => startedAt <= at)
  return life < 0 ? ends.length : life
}

/** The second webhook of a lead proves that the first was settled. */
function goneBack(log: readonly Arrival[]): string[] {
  const second = new Set<string>()
  const back: string[] = []
  for (const { id, path, body } of log) {
    if (path === '/second') second.add(body)
    else if (second.has(body)) back.push(`${id} came again after the lead's second webhook`)
  }
  return back
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

function say(ends: readonly { readonly status: number | null }[]): string {
  return ends.map(({ status }) => status ?? 'nothing').join(', ') || 'nothing'
}

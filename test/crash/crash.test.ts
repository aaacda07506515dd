import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import type { Report } from '#shared/api'
import { INTERRUPTED } from '#shared/call'
import type { Graph } from '#shared/graph/schema'
import { plainDelivery } from '#shared/rules/delivery'
import { type Dice, dice } from '#shared/simulate/chance'
import { all, sql } from '#shared/store/work'
import {
  ask,
  ensureBuilt,
  eventOf,
  type Hookline,
  launchCampaign,
  pause,
  Refusal,
  reportOf,
  startHookline,
  within,
} from '../bench/hookline'
import { scratchFolder, tidyUp } from '../bench/processes'
import { anybody, graph, step } from '../sim/graphs'
import { brokenLaws } from '../sim/laws'
import { type Attempt, type End, type Judgement, judge } from './judge'
import { type Arrival, Receiver } from './receiver'

/** Another seed: other moments. What happens between them is up to the machine. */
const seed = Number(process.env['CRASH_SEED'] ?? 1)

describe('a server that dies', () => {
  beforeAll(ensureBuilt, 60_000)
  afterEach(tidyUp)

  it('loses no lead and repeats no call that was settled, killed ten times with 2,000 leads in flight', async () => {
    const leads = 2_000
    const town = await Town.open(leads)
    const moments = tenMoments(dice(seed), leads)
    console.log(`CRASH_SEED=${seed}: kills ${moments.map(m => `after ${m.count} ${m.of}`).join(', ')}`)

    for (const moment of moments) town.plan(moment, 'SIGKILL')
    await town.sendAll()
    await town.untilFinished(70_000)

    expect(town.kills).toBe(10)
    await expectAllWell(town)
  }, 90_000)

  it('finishes its calls when it is told to stop, and repeats none of them at the next start', async () => {
    const town = await Town.open(600)

    town.plan({ of: 'arrived', count: 60 }, 'SIGTERM')
    await town.sendAll()
    await town.untilFinished(30_000)

    expect(town.stops).toEqual([{ code: 0, signal: null }])
    const { repeats, copies } = await expectAllWell(town)
    expect(copies).toBe(0)
    expect(repeats).toBe(town.receiver.log.filter(a => a.status === 503).length)
  }, 60_000)
})

describe('the judge of crashes', () => {
  // The first life ended at 5,000; what is stored before that belongs to it.
  const call = (more: Partial<Arrival>): Arrival => ({
    ...{ id: 'hl_1', path: '/first', body: '{"lead":"ada"}', life: 0, status: 200, answeredAt: 4_000 },
    ...more,
  })
  const kept = (status: number, startedAt = 3_900, id = 'hl_1'): Attempt => ({ id, status, startedAt })
  const refused = call({ status: 503, answeredAt: 2_000 })
  const open = call({ status: null, answeredAt: null })
  const again = call({ life: 1, answeredAt: 6_000 })

  it.each<[string, Arrival[], Attempt[]]>([
    ['a retry after a 503', [refused, call({})], [kept(503), kept(200)]],
    ['a call that was unanswered at the kill', [open, again], [kept(200, 5_900)]],
    ['an answer that was not stored any more', [call({}), again], [kept(200, 5_900)]],
  ])('lets pass %s', (_, log, attempts) => {
    expect(judge(log, [{ at: 5_000, by: 'SIGKILL' }], attempts).broken).toEqual([])
  })

  it.each<[string, Arrival[], Attempt[], string]>([
    ['a webhook that was never received', [refused], [kept(503)], 'never received'],
    [
      'a copy of a call that was settled',
      [call({}), again],
      [kept(200), kept(200, 5_900)],
      'after it was stored as 200',
    ],
    ['two copies in one life', [open, open, again], [kept(200, 5_900)], 'came 2 times in life 0'],
    ['a copy without a kill', [call({}), again, again], [kept(200), kept(200, 5_900)], 'came 2 times in life 1'],
    ['other bytes', [open, { ...again, body: '{"lead":"eve"}' }], [kept(200, 5_900)], 'other bytes'],
    ['an attempt that nobody saw', [call({})], [kept(200), kept(200)], 'is stored as 200, 200 but was answered 200'],
    ['an attempt in a life that sent nothing', [call({})], [kept(200), kept(503, 5_900)], 'nothing came in that life'],
    [
      'an answer that was left behind',
      [call({ answeredAt: 1_000 }), call({ id: 'hl_2' }), again],
      [kept(200, 3_900, 'hl_2'), kept(200, 5_900)],
      'left behind by later ones',
    ],
    [
      'a first webhook after the second',
      [refused, call({ id: 'hl_2', path: '/second' }), call({})],
      [kept(503), kept(200), kept(200, 3_900, 'hl_2')],
      "after the lead's second webhook",
    ],
  ])('convicts %s', (_, log, attempts, sentence) => {
    expect(judge(log, [{ at: 5_000, by: 'SIGKILL' }], attempts).broken.join('\n')).toContain(sentence)
  })
})

/** When the server is to die: at a count, never at a time. */
interface Moment {
  readonly of: 'events acknowledged' | 'arrived' | 'answered'
  readonly count: number
}

/** Two while events are taken in, eight while calls arrive and are answered, each in a stretch of its own. */
function tenMoments({ below }: Dice, leads: number): readonly Moment[] {
  const part = leads / 10
  const during = [1, 5].map(n => ({ of: 'events acknowledged' as const, count: n * part + below(4 * part) }))
  const after = Array.from({ length: 8 }, (_, i): Moment => {
    const count = Math.floor(leads * 0.4 + i * part * 1.9) + below(Math.floor(part * 1.5))
    return { of: i % 2 === 0 ? 'arrived' : 'answered', count }
  })
  return [...during, ...after]
}

/** A server with one campaign, its receiver, and the sender of its events, over all the server's lives. */
class Town {
  kills = 0
  readonly stops: unknown[] = []
  readonly acknowledged = new Set<string>()
  readonly receiver = new Receiver(dice(seed + 1))
  readonly dataDir = scratchFolder()
  campaign = ''
  resent = 0

  readonly #ends: End[] = []
  readonly #moments: { readonly moment: Moment; readonly signal: 'SIGKILL' | 'SIGTERM' }[] = []
  #port = 0
  #server: Promise<Hookline> = Promise.reject(new Error('not started'))
  /** The server that may be killed now; undefined while it is down. */
  #up: Hookline | undefined

  private constructor(readonly leads: number) {
    this.#server.catch(() => {})
    this.receiver.onProgress = () => this.#look()
  }

  /** Starts the receiver and the server, and launches the campaign. */
  static async open(leads: number): Promise<Town> {
    const town = new Town(leads)
    town.#port = await town.receiver.listen()
    await town.#start()
    const { origin } = await town.#server
    town.campaign = await launchCampaign(origin, 'Crash', twoWebhooks(`http://127.0.0.1:${town.#port}`))
    return town
  }

  async origin(): Promise<string> {
    return (await this.#server).origin
  }

  plan(moment: Moment, signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#moments.push({ moment, signal })
  }

  /** Sends the event of every lead, 20 at a time, until each was acknowledged; what was not is sent again under the same ids. */
  async sendAll(): Promise<void> {
    const batches = Array.from({ length: this.leads / 20 }, (_, b) =>
      Array.from({ length: 20 }, (_, i) => eventOf('lead', b * 20 + i)),
    )
    const sender = async () => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        while (!(await this.#take(JSON.stringify(batch)))) this.resent++
        for (const { id } of batch) this.acknowledged.add(id)
        this.#look()
      }
    }
    await Promise.all(Array.from({ length: 4 }, sender))
  }

  /** Waits until the report says that every journey is over, and no more kill is to come. */
  async untilFinished(ms: number): Promise<void> {
    let last = 'no report yet'
    const finish = async () => {
      while (true) {
        const report = await this.report().catch(() => undefined)
        last = JSON.stringify(report?.counts ?? last)
        if (report?.counts.finished === this.leads && this.#up !== undefined) return
        await pause(50)
      }
    }
    await within(ms, finish(), () => `not all journeys are over. ${last}; ${this.#moments.length} kills to come`)
  }

  async report(): Promise<Report> {
    return reportOf(await this.origin(), this.campaign)
  }

  judge(attempts: readonly Attempt[]): Judgement {
    return judge(this.receiver.log, this.#ends, attempts)
  }

  async stop(): Promise<void> {
    await (await this.#server).stop()
    this.receiver.close()
  }

  /** False when the server went away before it answered: nobody knows whether the events were stored. */
  async #take(body: string): Promise<boolean> {
    try {
      await ask(await this.origin(), 'POST', '/events', body)
      return true
    } catch (error) {
      if (error instanceof Refusal && error.status < 500) throw error
      await pause(20)
      return false
    }
  }

  #look(): void {
    const next = this.#moments[0]
    if (next === undefined || this.#up === undefined || this.#count(next.moment.of) < next.moment.count) return
    this.#moments.shift()
    if (next.signal === 'SIGKILL') this.#server = this.#kill(this.#up)
    else this.#server = this.#stopInOrder(this.#up)
    this.#up = undefined
  }

  #count(of: Moment['of']): number {
    if (of === 'events acknowledged') return this.acknowledged.size
    return of === 'arrived' ? this.receiver.log.length : this.receiver.answered
  }

  async #kill(server: Hookline): Promise<Hookline> {
    this.kills++
    this.#ends.push({ at: Date.now(), by: 'SIGKILL' })
    server.process.signal('SIGKILL')
    await server.process.ended
    return this.#next()
  }

  async #stopInOrder(server: Hookline): Promise<Hookline> {
    this.stops.push(await server.stop())
    this.#ends.push({ at: Date.now(), by: 'SIGTERM' })
    return this.#next()
  }

  async #next(): Promise<Hookline> {
    this.receiver.life++
    return this.#start()
  }

  #start(): Promise<Hookline> {
    const starting = startHookline({ dataDir: this.dataDir, open: [this.#port] }).then(server => {
      this.#up = server
      return server
    })
    this.#server = starting
    return starting
  }
}

/** Webhook, a short delay, webhook, exit; one second later each time it is refused. */
function twoWebhooks(receiver: string): Graph {
  const request = { method: 'POST', headers: [] }
  const body = { as: 'pairs', pairs: [{ key: 'lead', value: '{{ lead.external_id }}' }] }
  const call = (path: string) =>
    step('call-webhook', {
      request: { ...request, body, url: `${receiver}${path}` },
      delivery: { ...plainDelivery, retry: 'brief' },
    })
  return graph(
    {
      start: step('trigger', { event: 'signed_up', where: anybody }),
      first: call('/first'),
      wait: step('delay', { wait: 'PT1S' }),
      second: call('/second'),
      done: step('exit'),
    },
    ['start -> first', 'first:succeeded -> wait', 'wait -> second', 'second:succeeded -> done'],
  )
}

/** Everything that is promised, whatever happened: by the receiver's log, the report and the tables. Ends the server. */
async function expectAllWell(town: Town): Promise<Judgement> {
  const { leads, receiver, acknowledged } = town
  const report = await town.report()
  await town.stop()
  const left = await readLeft(town.dataDir)
  const judgement = town.judge(left.attempts)
  const { delivered, repeats, copies, unansweredAtKills, justAnsweredAtKills, broken } = judgement
  console.log(
    `${acknowledged.size} events acknowledged (${town.resent} requests sent again), ${delivered} of ${leads * 2} webhooks delivered, ${leads * 2 - delivered} lost, ${repeats} repeats: ${repeats - copies} retries, ${copies} copies; on the wire at ${town.kills} kills: ${unansweredAtKills} unanswered, ${justAnsweredAtKills} just answered`,
  )

  expect(broken.slice(0, 20)).toEqual([])
  expect(copies).toBeLessThanOrEqual(unansweredAtKills + justAnsweredAtKills)
  // Found G8: whatever arrived is shown, as an attempt that ended or as one that was cut off.
  const arrivals = new Map<string, number>()
  for (const { id } of receiver.log) arrivals.set(id, (arrivals.get(id) ?? 0) + 1)
  expect([...arrivals].filter(([id, n]) => n > (left.shown.get(id) ?? 0))).toEqual([])
  expect(acknowledged.size).toBe(leads)
  expect(new Map(left.journeys.map(j => [j.lead, j.status])).size).toBe(leads)
  expect(left.journeys.map(j => j.status)).toEqual(Array.from({ length: leads }, () => 'finished'))
  expect([count(receiver.log, '/first'), count(receiver.log, '/second')]).toEqual([leads, leads])
  expect(report.counts).toEqual(countsOfAll(leads))
  expect(report.webhooks).toEqual({ received: leads * 2, failed: 0, skipped: 0, open: 0 })
  expect([left.integrity, ...left.broken]).toEqual(['ok'])
  return judgement
}

/** How many different webhooks came to this address. */
function count(log: readonly Arrival[], path: string): number {
  return new Set(log.filter(a => a.path === path).map(a => a.id)).size
}

function countsOfAll(leads: number): Report['counts'] {
  const nothing = { waiting: 0, ended: 0, moved: 0, instead: [], unsent: [] }
  const passed = (port: string) => ({ ...nothing, entered: leads, left: { [port]: leads } })
  return {
    ...{ entered: leads, waiting: 0, finished: leads, exited: 0, failed: 0, conversions: 0 },
    steps: {
      start: passed('next'),
      first: passed('succeeded'),
      wait: passed('next'),
      second: passed('succeeded'),
      done: { ...nothing, entered: leads, left: {}, ended: leads },
    },
  }
}

interface Left {
  /** What SQLite and the laws say about the file. */
  readonly integrity: string
  readonly broken: readonly string[]
  /** How each journey stands, by lead. A lead with two would be here twice. */
  readonly journeys: readonly { readonly lead: string; readonly status: string }[]
  /** Those that came to an end. */
  readonly attempts: readonly Attempt[]
  /** By webhook-id: all attempts that people are shown, those that were cut off included. */
  readonly shown: ReadonlyMap<string, number>
}

/** Reads the file that the server left: thousands of calls of the API would take longer than all the rest. */
async function readLeft(dataDir: string): Promise<Left> {
  const store = openSqlite(join(dataDir, 'hookline.db'))
  try {
    const integrity = await store.read(all<{ integrity_check: string }>(sql`pragma integrity_check`))
    const journeys = await store.read(
      all<Left['journeys'][number]>(sql`
        select l.external_id as lead, j.status from journeys j join leads l on l.id = j.lead_id order by l.id`),
    )
    const attempts = await store.read(
      all<Attempt>(sql`
        select t.webhook_id as id, a.status, a.started_at as startedAt
        from attempts a join touches t on t.id = a.touch_id where a.outcome <> ${INTERRUPTED} order by a.touch_id, a.n`),
    )
    const broken = await brokenLaws(store)
    const shown = await store.read(
      all<{ id: string; n: number }>(sql`
        select t.webhook_id as id, count(*) as n from attempts a join touches t on t.id = a.touch_id group by t.webhook_id`),
    )
    return {
      integrity: integrity.map(row => row.integrity_check).join('; '),
      broken,
      journeys,
      attempts,
      shown: new Map(shown.map(({ id, n }) => [id, n])),
    }
  } finally {
    store.close()
  }
}

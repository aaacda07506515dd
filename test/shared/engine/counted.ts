import { openSqlite } from '#server/store/sqlite'
import type { Call } from '#shared/call'
import { embeddedRuntime } from '#shared/engine/embedded'
import { createEngine, type Engine } from '#shared/engine/engine'
import type { IncomingEvent } from '#shared/engine/entry/ingest'
import type { Env } from '#shared/engine/env'
import type { Graph } from '#shared/graph/schema'
import { ok, outcomeOf } from '#shared/simulate/endpoints'
import { insertCampaign } from '#shared/store/campaigns'
import { loadIds } from '#shared/store/ids'
import { keepTime } from '#shared/store/meta'
import { one, type Row, type Store, sql, type Work } from '#shared/store/work'
import { keepClock } from '#shared/time/clock'

/** What the engine asked of its database, in its turns and in reads between them. */
export interface Counted {
  /** Statements, a bulk statement once. */
  readonly statements: number
  /** Statements as the database runs them: a bulk statement once for each of its rows. */
  readonly runs: number
  /** Rows that were read. */
  readonly read: number
}

const ANSWERS_AFTER_MS = 50

/**
 * The real engine over a real SQLite in memory; what it asks is counted. Time passes only while calls are on the wire, so
 * that the same work is the same turns on every machine.
 */
export class CountedEngine {
  readonly #sqlite = openSqlite(':memory:')
  #asked = { statements: 0, runs: 0, read: 0 }
  #calls: Call[] = []
  #now = Date.parse('2026-05-04T09:00:00Z')
  #engine!: Engine

  static async start(): Promise<CountedEngine> {
    const made = new CountedEngine()
    await made.#start()
    return made
  }

  async #start(): Promise<void> {
    const clock = keepClock(
      { now: () => this.#now, monotonic: () => this.#now, behind: () => 0, after: () => () => {} },
      0,
    )
    const counting: Store = {
      ...this.#sqlite,
      transact: work => this.#sqlite.transact(this.#counted(work)),
      read: work => this.#sqlite.read(this.#counted(work)),
    }
    const store = keepTime(counting, clock)
    const env: Env = {
      clock,
      chance: { unit: () => 0.5, hex: bytes => 'ab'.repeat(bytes) },
      store,
      ids: await this.#sqlite.read(loadIds()),
      epoch: 'counted',
      dispatch: calls => void this.#calls.push(...calls),
      revoke: async () => {},
      originOf: url => new URL(url).origin,
      system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' },
      log: {
        info: () => {},
        warn: () => {},
        error: values => {
          throw new Error(JSON.stringify(values))
        },
      },
    }
    this.#engine = createEngine(env, embeddedRuntime(store, env.ids), { maxInFlight: 4096 })
    await this.#engine.recover()
  }

  async launch(id: string, graph: Graph): Promise<void> {
    await this.#sqlite.transact(insertCampaign(id, id, graph, this.#now))
    const done = await this.#engine.launch(id, { plan: [] })
    if (done.is !== 'done') throw new Error(JSON.stringify(done))
  }

  /** Lets these events in, 1,000 at a time, and everything that follows from them happens. Answers what it took. */
  async walk(
    events: readonly { readonly id: string; readonly lead: string; readonly name: string }[],
  ): Promise<Counted> {
    this.#asked = { statements: 0, runs: 0, read: 0 }
    for (let from = 0; from < events.length; from += 1000) {
      const bulk = events.slice(from, from + 1000).map(({ lead, ...event }) => this.#incoming(lead, event))
      let isTaken = false
      const taken = this.#engine.ingest(bulk).then(() => {
        isTaken = true
      })
      while ((await this.#engine.tick()) || this.#calls.length > 0 || !isTaken) this.#answer()
      await taken
    }
    return this.#asked
  }

  /** How large the database is, without pages that are free. */
  async bytes(): Promise<number> {
    const size = one<{ bytes: number }>(sql`
      select (page_count - freelist_count) * page_size as bytes
      from pragma_page_count(), pragma_freelist_count(), pragma_page_size()`)
    return (await this.#sqlite.read(size))?.bytes ?? 0
  }

  close(): void {
    this.#sqlite.close()
  }

  #incoming(lead: string, event: { id: string; name: string; properties?: object }): IncomingEvent {
    return { lead, event: { properties: {}, ...event, at: this.#now } as IncomingEvent['event'] }
  }

  #answer(): void {
    const calls = this.#calls.splice(0)
    const paced = calls.filter(call => call.paced).map(call => call.touch)
    if (paced.length > 0) this.#engine.begun(paced)
    // A host that is never quick is handed little at a time (send/host-queues.ts).
    this.#now += ANSWERS_AFTER_MS
    this.#engine.settle(calls.map(call => outcomeOf(call, { ...ok(call, this.#now), after: ANSWERS_AFTER_MS })))
  }

  *#counted<T>(work: Work<T>): Work<T> {
    let step = work.next([])
    while (step.done !== true) {
      const { many } = step.value
      this.#asked.statements++
      this.#asked.runs += many?.length ?? 1
      const rows: readonly Row[] = yield step.value
      this.#asked.read += rows.length
      step = work.next(rows)
    }
    return step.value
  }
}

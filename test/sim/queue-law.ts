import type { Call } from '#shared/call'
import type { Store } from '#shared/store/work'
import { all, list, sql } from '#shared/store/work'

interface Waiting {
  readonly id: number
  readonly lane: string
  readonly level: number
  readonly rank: number
  readonly journey_id: number
  readonly touch_id: number | null
}

/**
 * Marketo-alm rule 20, from the outside: of those who wait in the line of a host, no call leaves before one that stands in front of it and stays there. Who leaves the line
 * by another way (an exit, a pause) is none of its business.
 */
export class QueueLaw {
  #line: readonly Waiting[] = []

  /** After each tick, with the calls that it handed out. */
  async broken(store: Store, calls: readonly Call[]): Promise<string[]> {
    const before = this.#line
    this.#line = await store.read(
      all<Waiting>(sql`
        select id, lane, level, rank, journey_id, touch_id from tasks
        where state = 'ready' and lane like 'host %' order by rank, id`),
    )
    const touches = calls.map(call => call.touch)
    const rows = await store.read(
      all<{ journey_id: number }>(
        sql`select journey_id from touches where id in ${list(touches)} and resent_at is null`,
      ),
    )
    const left = new Set(touches)
    const sent = new Set(rows.map(row => row.journey_id))
    const stayed = new Set(this.#line.map(task => task.id))
    const gone = before.filter(
      ({ id, touch_id: touch, journey_id: journey }) =>
        !stayed.has(id) && (touch === null ? sent.has(journey) : left.has(touch)),
    )
    return gone.flatMap(first =>
      before
        .filter(({ id, lane, rank }) => stayed.has(id) && lane === first.lane && rank < first.rank)
        .map(
          ({ id, level, rank }) =>
            `task ${first.id} (level ${first.level}, place ${first.rank}) left before task ${id} (level ${level}, place ${rank}), which waits in ${first.lane}`,
        ),
    )
  }
}

import type { Store } from '#server/store/work'
import { all, sql } from '#server/store/work'
import type { Call } from '#shared/call'

interface Waiting {
  readonly id: number
  readonly lane: string
  readonly level: number
  readonly rank: number
  readonly touch_id: number | null
}

/**
 * Marketo-alm rule 20, from the outside: of those who wait in the line of a host, no call leaves before one that stands in front of it and stays there. Who leaves the line
 * by another way (an exit, a pause) is none of its business.
 */
export class QueueLaw {
  #line: readonly Waiting[] = []

  /** After each tick, with the calls that left in it. */
  async broken(store: Store, calls: readonly Call[]): Promise<string[]> {
    const before = this.#line
    this.#line = await store.read(
      all<Waiting>(sql`
        select id, lane, level, rank, touch_id from tasks
        where state = 'ready' and lane like 'host %' and touch_id is not null order by rank, id`),
    )
    const left = new Set(calls.map(call => call.touch))
    const stayed = new Set(this.#line.map(task => task.id))
    const gone = before.filter(({ id, touch_id: touch }) => !stayed.has(id) && touch !== null && left.has(touch))
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

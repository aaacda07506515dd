import type { Asked } from '../subscriptions/replay'
import { all, each, run, sql, type Work } from './work'

/** The last replay of a subscription: what it is told once more. Instants are ms. */
export interface Replay {
  readonly subscriptionId: string
  readonly asked: Asked
  /** The notices that it goes through; everything up to `position` was told again, or is not for it. */
  readonly firstSeq: number
  readonly lastSeq: number
  readonly position: number
  /** Events that arrived again. */
  readonly told: number
  readonly state: 'running' | 'done' | 'cancelled'
  readonly begunAt: number
  readonly endedAt: number | null
}

interface ReplayRow {
  readonly subscription_id: string
  readonly asked: string
  readonly first_seq: number
  readonly last_seq: number
  readonly position: number
  readonly told: number
  readonly state: Replay['state']
  readonly begun_at: number
  readonly ended_at: number | null
}

export function* allReplays(): Work<readonly Replay[]> {
  return (yield* all<ReplayRow>(sql`select * from replays order by subscription_id`)).map(row => ({
    subscriptionId: row.subscription_id,
    asked: JSON.parse(row.asked) as Asked,
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    position: row.position,
    told: row.told,
    state: row.state,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
  }))
}

/** Stores them as they are by now. A new one takes the place of the last. */
export function* putReplays(replays: readonly Replay[]): Work<void> {
  yield* each(
    `insert into replays (subscription_id, asked, first_seq, last_seq, position, told, state, begun_at, ended_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (subscription_id) do update set asked = excluded.asked, first_seq = excluded.first_seq,
       last_seq = excluded.last_seq, position = excluded.position, told = excluded.told, state = excluded.state,
       begun_at = excluded.begun_at, ended_at = excluded.ended_at`,
    replays.map(r => [
      r.subscriptionId,
      JSON.stringify(r.asked),
      r.firstSeq,
      r.lastSeq,
      r.position,
      r.told,
      r.state,
      r.begunAt,
      r.endedAt,
    ]),
  )
}

export function* forgetReplay(subscriptionId: string): Work<void> {
  yield* run(sql`delete from replays where subscription_id = ${subscriptionId}`)
}

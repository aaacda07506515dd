import { all, each, list, sql, type Work } from './work'

/** How many leads one share of an exact rotation has had. `rotation` names the weights (rules/rotation.ts). */
export interface RotationCount {
  readonly campaignId: string
  readonly step: string
  readonly rotation: string
  readonly share: string
  readonly n: number
}

/** The rotations of these campaigns: some rows for each step that rotates. Index: primary key. */
export function* rotationsOf(campaignIds: readonly string[]): Work<readonly RotationCount[]> {
  return yield* all<RotationCount>(sql`
    select campaign_id as "campaignId", step, rotation, share, n from rotations
    where campaign_id in ${list(campaignIds)}`)
}

/** Adds turns, in the transaction of the leads who took them (law 3). */
export function* addTurns(turns: readonly RotationCount[]): Work<void> {
  yield* each(
    `insert into rotations (campaign_id, step, rotation, share, n) values (?, ?, ?, ?, ?)
     on conflict (campaign_id, step, rotation, share) do update set n = rotations.n + excluded.n`,
    turns.map(t => [t.campaignId, t.step, t.rotation, t.share, t.n]),
  )
}

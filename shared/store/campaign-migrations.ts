import type { Plan } from '../graph/migration'
import { all, one, run, sql, type Work } from './work'

/**
 * Brings leads who are under way to a newer version of their campaign, in the background. It works upwards from the
 * oldest journey, so each has one turn.
 */
export interface CampaignMigration {
  readonly id: number
  readonly campaignId: string
  /** The version that leads are brought to. */
  readonly to: number
  readonly plan: Plan
  readonly status: 'running' | 'done' | 'cancelled'
  /** The journey behind which the migration goes on, and the last that belongs to it. */
  readonly after: number
  readonly last: number
  readonly total: number
  readonly moved: number
  readonly exited: number
  /** Leads who finish on the version that they began. */
  readonly finishing: number
  readonly begunAt: number
  readonly endedAt: number | null
}

interface MigrationRow {
  readonly id: number
  readonly campaign_id: string
  readonly to_version: number
  readonly plan: string
  readonly status: CampaignMigration['status']
  readonly after_journey: number
  readonly last_journey: number
  readonly total: number
  readonly moved: number
  readonly exited: number
  readonly finishing: number
  readonly begun_at: number
  readonly ended_at: number | null
}

/** The newest migration of a campaign. Index: campaign_migrations_by_campaign. */
export function* latestMigration(campaignId: string): Work<CampaignMigration | undefined> {
  const row = yield* one<MigrationRow>(
    sql`select * from campaign_migrations where campaign_id = ${campaignId} order by id desc limit 1`,
  )
  return row && fromRow(row)
}

/** The oldest migration that is not done. Index: campaign_migrations_running. */
export function* openMigration(): Work<CampaignMigration | undefined> {
  const row = yield* one<MigrationRow>(
    sql`select * from campaign_migrations where status = 'running' order by id limit 1`,
  )
  return row && fromRow(row)
}

/** All migrations of a campaign, oldest first. Index: campaign_migrations_by_campaign. */
export function* migrationsOf(campaignId: string): Work<readonly CampaignMigration[]> {
  const rows = yield* all<MigrationRow>(
    sql`select * from campaign_migrations where campaign_id = ${campaignId} order by id`,
  )
  return rows.map(fromRow)
}

export function* insertMigration(m: Omit<CampaignMigration, 'id'>): Work<void> {
  const newest = yield* one<{ id: number }>(sql`select coalesce(max(id), 0) as id from campaign_migrations`)
  yield* run(sql`
    insert into campaign_migrations (id, campaign_id, to_version, plan, status, after_journey, last_journey, total, moved, exited, finishing, begun_at, ended_at)
    values (${(newest?.id ?? 0) + 1}, ${m.campaignId}, ${m.to}, ${JSON.stringify(m.plan)}, ${m.status}, ${m.after}, ${m.last}, ${m.total},
      ${m.moved}, ${m.exited}, ${m.finishing}, ${m.begunAt}, ${m.endedAt})`)
}

export function* saveMigration(m: CampaignMigration): Work<void> {
  yield* run(sql`
    update campaign_migrations set status = ${m.status}, after_journey = ${m.after}, moved = ${m.moved}, exited = ${m.exited},
      finishing = ${m.finishing}, ended_at = ${m.endedAt}
    where id = ${m.id}`)
}

function fromRow(row: MigrationRow): CampaignMigration {
  return {
    id: row.id,
    campaignId: row.campaign_id,
    to: row.to_version,
    plan: JSON.parse(row.plan) as Plan,
    status: row.status,
    after: row.after_journey,
    last: row.last_journey,
    total: row.total,
    moved: row.moved,
    exited: row.exited,
    finishing: row.finishing,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
  }
}

import type { Memory } from '../world'
import { all, each, list, one, sql, type Work } from './work'

export type JourneyStatus = 'active' | 'finished' | 'exited' | 'failed'

/** The only truth about a journey. */
export interface Journey {
  readonly id: number
  readonly campaignId: string
  readonly version: number
  readonly leadId: number
  readonly step: string
  readonly memory: Memory
  readonly status: JourneyStatus
  /** Counts the changes of the journey. It names each send, and reveals a stale save. */
  readonly rev: number
  /** When the event took place that let the lead in (rules/entry.ts, `entryTime`); it may have come in later. */
  readonly enteredAt: number
  /** When a run of a schedule was to let the lead in (ms); null when no run did. */
  readonly plannedAt: number | null
  readonly endedAt: number | null
  /** The key of a keyed entry; for a run on leads' own clocks the run; else null. */
  readonly entryKey: string | null
  /**
   * The first entry of its lead into the campaign. Known only where verdicts on experiments look at first entries
   * alone, else false.
   */
  readonly isFirst: boolean
}

interface JourneyRow {
  readonly id: number
  readonly campaign_id: string
  readonly version: number
  readonly lead_id: number
  readonly step: string
  readonly memory: string
  readonly status: JourneyStatus
  readonly rev: number
  readonly entered_at: number
  readonly planned_at: number | null
  readonly ended_at: number | null
  readonly entry_key: string | null
  readonly is_first: number
}

/** Index: primary key. In id order. */
export function* journeysById(ids: readonly number[]): Work<readonly Journey[]> {
  if (ids.length === 0) return []
  return (yield* all<JourneyRow>(sql`select * from journeys where id in ${list(ids)} order by id`)).map(fromRow)
}

export function* findJourney(id: number): Work<Journey | undefined> {
  return (yield* journeysById([id]))[0]
}

/** Index: journeys_by_lead. Newest first. */
export function* journeysOfLead(leadId: number, limit: number): Work<readonly Journey[]> {
  return (yield* all<JourneyRow>(
    sql`select * from journeys where lead_id = ${leadId} order by id desc limit ${limit}`,
  )).map(fromRow)
}

/**
 * Journeys of these leads in these campaigns that entered at `since` or later, over or not. Index: journeys_by_lead.
 */
export function* journeysSince(
  leadIds: readonly number[],
  campaigns: readonly string[],
  since: number,
): Work<readonly Journey[]> {
  if (leadIds.length === 0 || campaigns.length === 0) return []
  const rows = yield* all<JourneyRow>(sql`
    select * from journeys
    where lead_id in ${list(leadIds)} and campaign_id in ${list(campaigns)} and entered_at >= ${since}
    order by id`)
  return rows.map(fromRow)
}

/** When these leads last entered these campaigns. Index: journeys_by_lead. */
export function* lastEntries(
  leadIds: readonly number[],
  campaigns: readonly string[],
): Work<readonly { lead_id: number; campaign_id: string; at: number }[]> {
  if (leadIds.length === 0 || campaigns.length === 0) return []
  return yield* all<{ lead_id: number; campaign_id: string; at: number }>(sql`
    select lead_id, campaign_id, max(entered_at) as at from journeys
    where lead_id in ${list(leadIds)} and campaign_id in ${list(campaigns)}
    group by lead_id, campaign_id`)
}

/** When these leads last entered these campaigns by the plan of the run that let them in. Index: journeys_by_lead. */
export function* lastPlannedEntries(
  leadIds: readonly number[],
  campaigns: readonly string[],
): Work<readonly { lead_id: number; campaign_id: string; at: number }[]> {
  if (leadIds.length === 0 || campaigns.length === 0) return []
  return yield* all<{ lead_id: number; campaign_id: string; at: number }>(sql`
    select lead_id, campaign_id, max(coalesce(planned_at, entered_at)) as at from journeys
    where lead_id in ${list(leadIds)} and campaign_id in ${list(campaigns)}
    group by lead_id, campaign_id`)
}

/** When these leads last entered these campaigns with these keys. Index: journeys_by_lead. */
export function* lastKeyedEntries(
  leadIds: readonly number[],
  campaigns: readonly string[],
  keys: readonly string[],
): Work<readonly { lead_id: number; campaign_id: string; entry_key: string; at: number }[]> {
  if (leadIds.length === 0 || campaigns.length === 0 || keys.length === 0) return []
  return yield* all<{ lead_id: number; campaign_id: string; entry_key: string; at: number }>(sql`
    select lead_id, campaign_id, entry_key, max(entered_at) as at from journeys
    where lead_id in ${list(leadIds)} and campaign_id in ${list(campaigns)} and entry_key in ${list(keys)}
    group by lead_id, campaign_id, entry_key`)
}

/** Journeys of these leads in these campaigns that go on. Index: journeys_by_lead. */
export function* journeysInside(leadIds: readonly number[], campaigns: readonly string[]): Work<readonly Journey[]> {
  if (leadIds.length === 0 || campaigns.length === 0) return []
  const rows = yield* all<JourneyRow>(sql`
    select * from journeys
    where lead_id in ${list(leadIds)} and campaign_id in ${list(campaigns)} and status = 'active' order by id`)
  return rows.map(fromRow)
}

/** The first living journeys of a campaign. Index: journeys_active. */
export function* activeJourneys(campaignId: string, limit: number): Work<readonly Journey[]> {
  const rows = yield* all<JourneyRow>(sql`
    select * from journeys where campaign_id = ${campaignId} and status = 'active' order by id limit ${limit}`)
  return rows.map(fromRow)
}

/** The next living journeys of a campaign within a stretch of ids. Index: journeys_active. */
export function* activeAfter(
  campaignId: string,
  { after, upTo }: { readonly after: number; readonly upTo: number },
  limit: number,
): Work<readonly Journey[]> {
  const rows = yield* all<JourneyRow>(sql`
    select * from journeys where campaign_id = ${campaignId} and status = 'active' and id > ${after} and id <= ${upTo}
    order by id limit ${limit}`)
  return rows.map(fromRow)
}

/** The newest journey of all; 0 when there is none. Index: primary key. */
export function* lastJourneyId(): Work<number> {
  return (yield* one<{ id: number }>(sql`select coalesce(max(id), 0) as id from journeys`))?.id ?? 0
}

/** How many are alive in a campaign, or stand in one step of it. Index: journeys_active. */
export function* countActiveIn(campaignId: string, step: string | null): Work<number> {
  const where = step === null ? sql`` : sql`and step = ${step}`
  const row = yield* one<{ n: number }>(
    sql`select count(*) as n from journeys where campaign_id = ${campaignId} and status = 'active' ${where}`,
  )
  return row?.n ?? 0
}

/** The living journeys of these leads in these campaigns, oldest first. Index: journeys_by_lead. */
export function* journeysIn(leadIds: readonly number[], campaigns: readonly string[]): Work<readonly Journey[]> {
  const rows = yield* all<JourneyRow>(sql`
    select * from journeys
    where lead_id in ${list(leadIds)} and campaign_id in ${list(campaigns)} and status = 'active' order by id`)
  return rows.map(fromRow)
}

export function* countActive(): Work<number> {
  return (yield* one<{ n: number }>(sql`select count(*) as n from journeys where status = 'active'`))?.n ?? 0
}

export function* insertJourneys(journeys: readonly Journey[]): Work<void> {
  yield* each(
    `insert into journeys (id, campaign_id, version, lead_id, step, memory, status, rev, entered_at, planned_at, ended_at, entry_key, is_first)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    journeys.map(j => [
      j.id,
      j.campaignId,
      j.version,
      j.leadId,
      j.step,
      JSON.stringify(j.memory),
      j.status,
      j.rev,
      j.enteredAt,
      j.plannedAt,
      j.endedAt,
      j.entryKey,
      j.isFirst ? 1 : 0,
    ]),
  )
}

export function* saveJourneys(journeys: readonly Journey[]): Work<void> {
  yield* each(
    'update journeys set step = ?, memory = ?, status = ?, rev = ?, ended_at = ? where id = ?',
    journeys.map(j => [j.step, JSON.stringify(j.memory), j.status, j.rev, j.endedAt, j.id]),
  )
}

/** Journeys that were migrated (law 8). Nothing is asked where none was. */
export function* saveVersions(journeys: readonly { readonly id: number; readonly version: number }[]): Work<void> {
  yield* each(
    'update journeys set version = ? where id = ?',
    journeys.map(j => [j.version, j.id]),
  )
}

function fromRow(row: JourneyRow): Journey {
  return {
    id: row.id,
    campaignId: row.campaign_id,
    version: row.version,
    leadId: row.lead_id,
    step: row.step,
    memory: JSON.parse(row.memory) as Memory,
    status: row.status,
    rev: row.rev,
    enteredAt: row.entered_at,
    plannedAt: row.planned_at,
    endedAt: row.ended_at,
    entryKey: row.entry_key,
    isFirst: row.is_first === 1,
  }
}

/** Entries are sought among this many journeys. */
const RECENT = 5000

/**
 * How many entered a campaign lately: since `since` (ms), or since the oldest of the newest journeys. Index: primary
 * key.
 */
export function* recentEntries(
  campaignId: string,
  since: number,
): Work<{ readonly n: number; readonly since: number }> {
  const row = yield* one<{ n: number; looked: number; oldest: number | null }>(sql`
    select sum(case when campaign_id = ${campaignId} and entered_at >= ${since} then 1 else 0 end) as n,
      count(*) as looked, min(entered_at) as oldest
    from (select campaign_id, entered_at from journeys order by id desc limit ${RECENT})`)
  const isAll = (row?.looked ?? 0) < RECENT
  return { n: row?.n ?? 0, since: isAll ? since : Math.max(since, row?.oldest ?? since) }
}

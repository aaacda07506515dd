import type { CampaignStand, CampaignStatus, CampaignStop } from '../api'
import { migrateGraph } from '../graph/migrate'
import type { Graph } from '../graph/schema'
import type { Pause } from '../rules/after-pause'
import { all, one, run, type Sql, sql, type Work } from './work'

interface CampaignRow {
  readonly id: string
  readonly name: string
  readonly status: CampaignStatus
  readonly emptying: number
  readonly draft: string
  readonly revision: number
  readonly live_version: number | null
  readonly program_id: string | null
  readonly paused_at: number | null
  readonly resumed_at: number | null
  readonly stopped_at: number | null
  readonly stop_inside: CampaignStop['inside'] | null
  readonly stop_reason: string | null
  readonly created_at: number
  readonly updated_at: number
}

export interface StoredCampaign {
  readonly id: string
  readonly name: string
  readonly status: CampaignStatus
  /** Leads inside are being removed after a stop. */
  readonly emptying: boolean
  readonly draft: Graph
  readonly revision: number
  readonly liveVersion: number | null
  /** The folder that it lies in. */
  readonly folderId: string | null
  /** The last pause that is over. */
  readonly pause: Pause | null
  /** How the campaign was stopped; null when it was not, or when nobody recorded it. */
  readonly stop: CampaignStop | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface StoredVersion {
  readonly campaignId: string
  readonly version: number
  readonly graph: Graph
  readonly publishedAt: number
}

export function* allCampaigns(): Work<readonly StoredCampaign[]> {
  return (yield* all<CampaignRow>(sql`select * from campaigns order by created_at desc, id`)).map(fromRow)
}

export function* findCampaign(id: string): Work<StoredCampaign | undefined> {
  const row = yield* one<CampaignRow>(sql`select * from campaigns where id = ${id}`)
  return row && fromRow(row)
}

export function* insertCampaign(id: string, name: string, draft: Graph, now: number): Work<void> {
  yield* run(sql`
    insert into campaigns (id, name, status, draft, revision, created_at, updated_at)
    values (${id}, ${name}, 'draft', ${JSON.stringify(draft)}, 1, ${now}, ${now})`)
}

/** This many earlier drafts of a campaign are kept: an afternoon of drawing, saved whenever the hand rests. */
const DRAFTS_KEPT = 100

/** Stores name and draft under the next revision, and keeps the draft before for `earlierDraft`. */
export function* saveDraft(id: string, name: string, draft: Graph, now: number): Work<void> {
  yield* run(sql`
    insert into drafts (campaign_id, revision, name, graph)
    select id, revision, name, draft from campaigns where id = ${id}
    on conflict (campaign_id, revision) do nothing`)
  yield* run(sql`
    delete from drafts where campaign_id = ${id}
    and revision <= (select revision from campaigns where id = ${id}) - ${DRAFTS_KEPT}`)
  yield* run(sql`
    update campaigns set name = ${name}, draft = ${JSON.stringify(draft)}, revision = revision + 1, updated_at = ${now}
    where id = ${id}`)
}

/** The draft at an earlier revision; undefined when that is too long ago. Index: primary key. */
export function* earlierDraft(id: string, revision: number): Work<{ name: string; graph: Graph } | undefined> {
  const row = yield* one<{ name: string; graph: string }>(
    sql`select name, graph from drafts where campaign_id = ${id} and revision = ${revision}`,
  )
  return row && { name: row.name, graph: graphFrom(row.graph) }
}

/** What tells a screen that a campaign has changed meanwhile. Undefined when there is none. Index: primary key. */
export function* standOf(id: string): Work<CampaignStand | undefined> {
  const row = yield* one<Pick<CampaignRow, 'revision' | 'live_version' | 'status' | 'updated_at'>>(
    sql`select revision, live_version, status, updated_at from campaigns where id = ${id}`,
  )
  return row && { revision: row.revision, liveVersion: row.live_version, status: row.status, updatedAt: row.updated_at }
}

export function* deleteCampaign(id: string): Work<void> {
  yield* run(sql`delete from drafts where campaign_id = ${id} and exists
    (select 1 from campaigns where id = ${id} and live_version is null)`)
  yield* run(sql`delete from campaigns where id = ${id} and live_version is null`)
}

/** `emptying`: leads inside are to be removed. */
export function* setStatus(id: string, status: CampaignStatus, emptying: boolean, now: number): Work<void> {
  yield* run(sql`
    update campaigns set
      paused_at = ${status === 'paused' ? sql`${now}` : sql`paused_at`}, resumed_at = ${status === 'paused' ? sql`resumed_at` : resumedAt(now)},
      status = ${status}, emptying = ${emptying ? 1 : 0}, updated_at = ${now}
    where id = ${id}`)
}

/** Records how a campaign was stopped. */
export function* keepStop(id: string, { at, inside, reason }: CampaignStop): Work<void> {
  yield* run(sql`
    update campaigns set stopped_at = ${at}, stop_inside = ${inside}, stop_reason = ${reason} where id = ${id}`)
}

/** Publishes a graph as a version that never changes, and makes it the one that new leads enter. */
export function* publish({ campaignId, version, graph, publishedAt }: StoredVersion): Work<void> {
  yield* run(sql`
    insert into versions (campaign_id, version, graph, published_at)
    values (${campaignId}, ${version}, ${JSON.stringify(graph)}, ${publishedAt})`)
  yield* run(sql`
    update campaigns set
      resumed_at = ${resumedAt(publishedAt)}, status = 'live', emptying = 0, live_version = ${version}, updated_at = ${publishedAt}
    where id = ${campaignId}`)
}

/** Whatever ends a pause resumes the campaign: a launch and a stop too. */
function resumedAt(now: number): Sql {
  return sql`case when status = 'paused' then ${now} else resumed_at end`
}

export function* findVersion(campaignId: string, version: number): Work<StoredVersion | undefined> {
  const row = yield* one<VersionRow>(
    sql`select * from versions where campaign_id = ${campaignId} and version = ${version}`,
  )
  return row && versionFromRow(row)
}

interface VersionRow {
  readonly campaign_id: string
  readonly version: number
  readonly graph: string
  readonly published_at: number
}

/** The versions of a campaign, oldest first. Index: primary key. */
export function* versionsOf(campaignId: string): Work<readonly StoredVersion[]> {
  return (yield* all<VersionRow>(sql`select * from versions where campaign_id = ${campaignId} order by version`)).map(
    versionFromRow,
  )
}

export function* allVersions(): Work<readonly StoredVersion[]> {
  return (yield* all<VersionRow>(sql`select * from versions order by campaign_id, version`)).map(versionFromRow)
}

function versionFromRow(row: VersionRow): StoredVersion {
  return {
    campaignId: row.campaign_id,
    version: row.version,
    graph: graphFrom(row.graph),
    publishedAt: row.published_at,
  }
}

/** What will be read back when this graph is stored. */
export function asStored(graph: Graph): Graph {
  return graphFrom(JSON.stringify(graph))
}

/** Rows hold what some version of Hookline parsed; only the versions of its steps can have grown old. */
function graphFrom(text: string): Graph {
  return migrateGraph(JSON.parse(text)) as Graph
}

function pauseOf({ paused_at: from, resumed_at: until }: CampaignRow): Pause | null {
  return from === null || until === null || until < from ? null : { from, until }
}

function stopOf({
  status,
  stopped_at: at,
  stop_inside: inside,
  stop_reason: reason,
}: CampaignRow): CampaignStop | null {
  return status !== 'stopped' || at === null || inside === null ? null : { at, inside, reason: reason ?? '' }
}

function fromRow(row: CampaignRow): StoredCampaign {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    emptying: row.emptying === 1,
    draft: graphFrom(row.draft),
    revision: row.revision,
    liveVersion: row.live_version,
    folderId: row.program_id,
    pause: pauseOf(row),
    stop: stopOf(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

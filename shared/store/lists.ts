import { all, each, list, one, run, sql, type Work } from './work'

/** Leads that somebody put together: the lists, and who is on them. */
export interface StoredList {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly members: number
}

interface ListRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly created_at: number
  readonly updated_at: number
  readonly members: number
}

/** All lists by name, with how many are on each. Index: primary key of members. */
export function* allLists(): Work<readonly StoredList[]> {
  const rows = yield* all<ListRow>(sql`
    select l.*, (select count(*) from members m where m.list_id = l.id) as members from lists l order by lower(l.name), l.id`)
  return rows.map(fromRow)
}

export function* findList(id: string): Work<StoredList | undefined> {
  const row = yield* one<ListRow>(sql`
    select l.*, (select count(*) from members m where m.list_id = l.id) as members from lists l where l.id = ${id}`)
  return row && fromRow(row)
}

/** Of the ids that are asked for, those of lists that exist. */
export function* knownLists(ids: readonly string[]): Work<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = yield* all<{ id: string }>(sql`select id from lists where id in ${list(ids)}`)
  return new Set(rows.map(r => r.id))
}

export function* insertList({ id, name, description }: NewList, now: number): Work<void> {
  yield* run(sql`
    insert into lists (id, name, description, created_at, updated_at) values (${id}, ${name}, ${description}, ${now}, ${now})`)
}

export function* updateList({ id, name, description }: NewList, now: number): Work<void> {
  yield* run(sql`update lists set name = ${name}, description = ${description}, updated_at = ${now} where id = ${id}`)
}

type NewList = Pick<StoredList, 'id' | 'name' | 'description'>

/** The list and its memberships; the leads stay. */
export function* deleteList(id: string): Work<void> {
  yield* run(sql`delete from members where list_id = ${id}`)
  yield* run(sql`delete from lists where id = ${id}`)
}

export interface Membership {
  readonly listId: string
  readonly leadId: number
}

/** Puts leads on lists. A lead who is on one already keeps the date. A missing list is ignored. */
export function* insertMembers(memberships: readonly Membership[], now: number): Work<void> {
  yield* each(
    `insert into members (list_id, lead_id, added_at) select ?, ?, ? where exists (select 1 from lists where id = ?)
     on conflict (list_id, lead_id) do nothing`,
    memberships.map(m => [m.listId, m.leadId, now, m.listId]),
  )
}

export function* deleteMembers(memberships: readonly Membership[]): Work<void> {
  yield* each(
    'delete from members where list_id = ? and lead_id = ?',
    memberships.map(m => [m.listId, m.leadId]),
  )
}

/** The lists that these leads are on. Index: members_by_lead. */
export function* membershipsOf(leadIds: readonly number[]): Work<readonly Membership[]> {
  if (leadIds.length === 0) return []
  const rows = yield* all<{ list_id: string; lead_id: number }>(
    sql`select list_id, lead_id from members where lead_id in ${list(leadIds)}`,
  )
  return rows.map(r => ({ listId: r.list_id, leadId: r.lead_id }))
}

/** Which of these leads are on the list. Index: primary key. */
export function* membersAmong(listId: string, leadIds: readonly number[]): Work<ReadonlySet<number>> {
  const rows = yield* all<{ lead_id: number }>(
    sql`select lead_id from members where list_id = ${listId} and lead_id in ${list(leadIds)}`,
  )
  return new Set(rows.map(r => r.lead_id))
}

/**
 * A page of members, the newest leads first. `before`: the lead that the page before ended with. Index: primary key.
 */
export function* pageOfMembers(
  listId: string,
  before: number | null,
  limit: number,
): Work<readonly { readonly leadId: number; readonly addedAt: number }[]> {
  const rows = yield* all<{ lead_id: number; added_at: number }>(sql`
    select lead_id, added_at from members where list_id = ${listId} and lead_id < ${before ?? Number.MAX_SAFE_INTEGER}
    order by lead_id desc limit ${limit}`)
  return rows.map(r => ({ leadId: r.lead_id, addedAt: r.added_at }))
}

function fromRow(row: ListRow): StoredList {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    members: row.members,
  }
}

import type { JsonObject } from '../json'
import type { Lead } from '../world'
import { all, each, list, one, type Sql, sql, type Work } from './work'

interface LeadRow {
  readonly id: number
  readonly external_id: string
  readonly attributes: string
  readonly zone: string | null
  readonly created_at: number
  readonly updated_at: number
}

export interface StoredLead extends Lead {
  readonly createdAt: number
  readonly updatedAt: number
}

const columns: Sql = sql`id, external_id, attributes, zone, created_at, updated_at`

/** Leads by internal id, in no particular order. Index: primary key. */
export function* leadsById(ids: readonly number[]): Work<readonly StoredLead[]> {
  if (ids.length === 0) return []
  return (yield* all<LeadRow>(sql`select ${columns} from leads where id in ${list(ids)}`)).map(fromRow)
}

/**
 * Which ids lead to a lead: all that they have, or only their own, which is all there is where no lead was ever merged.
 */
export type Names = 'all' | 'own'

/**
 * Leads by the id that outsiders use: their own, or that of a lead that was merged into them. The one resolver: every
 * id from outside goes through here. Callers often know whether there can be any but own ids
 * (`CampaignRegistry.names`). Index: unique external_id, primary key of lead_aliases.
 */
export function* leadsCalled(
  externalIds: readonly string[],
  names: Names = 'all',
): Work<ReadonlyMap<string, StoredLead>> {
  if (externalIds.length === 0) return new Map()
  const byOwn = sql`select external_id as called, ${columns} from leads where external_id in ${list(externalIds)}`
  const byAll = sql`
    ${byOwn}
    union all
    select a.external_id, l.id, l.external_id, l.attributes, l.zone, l.created_at, l.updated_at
    from lead_aliases a join leads l on l.id = a.lead_id where a.external_id in ${list(externalIds)}`
  const rows = yield* all<LeadRow & { readonly called: string }>(names === 'own' ? byOwn : byAll)
  return new Map(rows.map(row => [row.called, fromRow(row)]))
}

/** Which kinds of ids leads of this installation may have. Index: primary key, its first entry. */
export function* namesInUse(): Work<Names> {
  return (yield* one(sql`select 1 as one from lead_aliases limit 1`)) === undefined ? 'own' : 'all'
}

/** The lead with this id from outside. */
export function* findLead(externalId: string): Work<StoredLead | undefined> {
  return (yield* leadsCalled([externalId])).get(externalId)
}

/** Ids of leads that were merged into this one. Index: lead_aliases_by_lead. */
export function* aliasesOf(leadId: number): Work<readonly string[]> {
  const rows = yield* all<{ external_id: string }>(
    sql`select external_id from lead_aliases where lead_id = ${leadId} order by external_id`,
  )
  return rows.map(row => row.external_id)
}

/**
 * Any lead, chosen by a chance in [0, 1): the first at or after a place between the lowest and the highest id. Index:
 * primary key.
 */
export function* randomLead(chance: number): Work<StoredLead | undefined> {
  const first = yield* one<{ id: number }>(sql`select id from leads order by id limit 1`)
  const last = yield* one<{ id: number }>(sql`select id from leads order by id desc limit 1`)
  if (first === undefined || last === undefined) return undefined
  const place = first.id + Math.floor(chance * (last.id - first.id + 1))
  const found = yield* one<LeadRow>(sql`select ${columns} from leads where id >= ${place} order by id limit 1`)
  return found && fromRow(found)
}

export function* insertLeads(leads: readonly Lead[], now: number): Work<void> {
  yield* each(
    'insert into leads (id, external_id, attributes, zone, search, email, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?)',
    leads.map(l => [l.id, l.externalId, JSON.stringify(l.attributes), l.zone, searchText(l), emailOf(l), now, now]),
  )
}

export function* updateLeads(leads: readonly Lead[], now: number): Work<void> {
  yield* each(
    'update leads set attributes = ?, zone = ?, search = ?, email = ?, updated_at = ? where id = ?',
    leads.map(l => [JSON.stringify(l.attributes), l.zone, searchText(l), emailOf(l), now, l.id]),
  )
}

/**
 * One lead as somebody outside describes it. Attributes are merged, and null removes one; `zone` undefined leaves the
 * zone alone.
 */
export interface LeadInput {
  readonly externalId: string
  readonly attributes: JsonObject
  readonly zone?: string | null
}

/**
 * Creates or changes many leads. When a batch has the same lead twice, the later one is applied on top. Returns how
 * many were new, what they were before by their own id, and what they are now.
 */
export function* putLeads(
  inputs: readonly LeadInput[],
  nextId: () => number,
  now: number,
  names: Names = 'all',
): Work<{ created: number; updated: number; before: ReadonlyMap<string, Lead>; after: readonly Lead[] }> {
  const called = yield* leadsCalled(
    inputs.map(i => i.externalId),
    names,
  )
  const known = new Map<string, Lead>([...called.values()].map(l => [l.externalId, l]))
  const fresh = new Map<string, Lead>()
  const changed = new Map<string, Lead>()
  for (const input of inputs) {
    const externalId = called.get(input.externalId)?.externalId ?? input.externalId
    const old = changed.get(externalId) ?? fresh.get(externalId) ?? known.get(externalId)
    const lead: Lead = {
      id: old?.id ?? nextId(),
      externalId,
      attributes: merge(old?.attributes ?? {}, input.attributes),
      zone: input.zone === undefined ? (old?.zone ?? null) : input.zone,
    }
    ;(known.has(externalId) ? changed : fresh).set(externalId, lead)
  }
  yield* insertLeads([...fresh.values()], now)
  yield* updateLeads([...changed.values()], now)
  return { created: fresh.size, updated: changed.size, before: known, after: [...fresh.values(), ...changed.values()] }
}

function merge(old: JsonObject, change: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, value]) => value !== null))
}

/** A page of leads, newest first. `before` is the internal id that the page before ended with. Index: primary key. */
export function* pageOfLeads(before: number | null, limit: number): Work<readonly StoredLead[]> {
  const from = before ?? Number.MAX_SAFE_INTEGER
  return (yield* all<LeadRow>(
    sql`select ${columns} from leads where id < ${from} order by id desc limit ${limit}`,
  )).map(fromRow)
}

/** How many leads there are. Index: any, all of it. */
export function* countLeads(): Work<number> {
  return (yield* one<{ n: number }>(sql`select count(*) as n from leads`))?.n ?? 0
}

/** The zones that leads are in. It skips from one zone to the next, a look-up each. Index: leads_by_zone. */
export function* zonesOfLeads(): Work<readonly string[]> {
  const rows = yield* all<{ zone: string }>(sql`
    with recursive known (zone) as (
      select min(zone) from leads where zone is not null
      union all
      select (select min(zone) from leads where zone is not null and zone > known.zone) from known where known.zone is not null)
    select zone from known where zone is not null order by zone`)
  return rows.map(row => row.zone)
}

/**
 * Leads in these zones (`unknown`: and those whose zone is not known) within a stretch of ids, in id order. Index:
 * primary key.
 */
export function* leadsInZones(
  after: number,
  upTo: number,
  zones: readonly string[],
  unknown: boolean,
): Work<readonly Lead[]> {
  const known = sql`zone in ${list(zones)}`
  const wanted = unknown ? sql`(zone is null or ${known})` : known
  return (yield* all<LeadRow>(
    sql`select ${columns} from leads where id > ${after} and id <= ${upTo} and ${wanted} order by id`,
  )).map(fromRow)
}

/** The next leads of a batch, in id order. Index: primary key. */
export function* leadsAfter(id: number, upTo: number, limit: number): Work<readonly Lead[]> {
  return (yield* all<LeadRow>(
    sql`select ${columns} from leads where id > ${id} and id <= ${upTo} order by id limit ${limit}`,
  )).map(fromRow)
}

export function* lastLeadId(): Work<number> {
  return (yield* one<{ id: number | null }>(sql`select max(id) as id from leads`))?.id ?? 0
}

function fromRow(row: LeadRow): StoredLead {
  return {
    id: row.id,
    externalId: row.external_id,
    attributes: JSON.parse(row.attributes) as JsonObject,
    zone: row.zone,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** No address is longer (RFC 5321: 64 + 1 + 255), and an index of PostgreSQL takes no text above 2,700 bytes. */
const LONGEST_EMAIL = 320

function searchText({ externalId, attributes }: Lead): string {
  const shown = ['email', 'first_name', 'last_name', 'name', 'phone', 'company'].map(key => attributes[key])
  const text = [externalId, ...shown.filter(v => typeof v === 'string' || typeof v === 'number')].join(' ')
  return withoutNul(text.toLowerCase().slice(0, 1000))
}

function emailOf({ attributes: { email } }: Lead): string | null {
  if ((typeof email !== 'string' && typeof email !== 'number') || email === '') return null
  return withoutNul(String(email).toLowerCase().slice(0, LONGEST_EMAIL))
}

/** PostgreSQL keeps no NUL in a text. A search may replace it by a space. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', ' ') : text
}

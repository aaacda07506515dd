import { all, each, list, sql, type Work } from './work'

/** One event that counts for one journey by one goal: the only truth about conversions. Counters follow it. */
export interface Conversion {
  readonly id: number
  readonly journeyId: number
  /** Of the row in `goals`. */
  readonly goal: number
  readonly eventId: string
  /** When the event took place, never later than it came in. */
  readonly at: number
  readonly receivedAt: number
  /** Whole numbers of the currency's smallest unit; null without a value. */
  readonly value: number | null
  readonly currency: string | null
  /** The send that has the credit, and its step; null when no send was received before. */
  readonly touchId: number | null
  readonly step: string | null
  /** By step: the variants that the lead had when the event came in. */
  readonly variants: { readonly [step: string]: string }
}

interface ConversionRow {
  readonly id: number
  readonly journey_id: number
  readonly goal: number
  readonly event_id: string
  readonly at: number
  readonly received_at: number
  readonly value: number | null
  readonly currency: string | null
  readonly touch_id: number | null
  readonly step: string | null
  readonly variants: string
}

/** What these journeys were credited with by these goals. Index: conversions_once. */
export function* conversionsOf(journeyIds: readonly number[], goals: readonly number[]): Work<readonly Conversion[]> {
  if (journeyIds.length === 0 || goals.length === 0) return []
  const rows = yield* all<ConversionRow>(sql`
    select * from conversions where journey_id in ${list(journeyIds)} and goal in ${list(goals)} order by id`)
  return rows.map(fromRow)
}

/** Which of these journeys have converted by any of their goals. Index: conversions_once. */
export function* convertedJourneys(journeyIds: readonly number[]): Work<ReadonlySet<number>> {
  if (journeyIds.length === 0) return new Set()
  const rows = yield* all<{ journey_id: number }>(
    sql`select distinct journey_id from conversions where journey_id in ${list(journeyIds)}`,
  )
  return new Set(rows.map(row => row.journey_id))
}

export function* insertConversions(conversions: readonly Conversion[]): Work<void> {
  yield* each(
    `insert into conversions (id, journey_id, goal, event_id, at, received_at, value, currency, touch_id, step, variants)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    conversions.map(c => [
      c.id,
      c.journeyId,
      c.goal,
      c.eventId,
      c.at,
      c.receivedAt,
      c.value,
      c.currency,
      c.touchId,
      c.step,
      JSON.stringify(c.variants),
    ]),
  )
}

export function* deleteConversions(ids: readonly number[]): Work<void> {
  yield* each(
    'delete from conversions where id = ?',
    ids.map(id => [id]),
  )
}

/** A conversion with the names that a reader of a file needs. `lead` is null when the lead was deleted. */
export interface ExportedConversion extends Conversion {
  readonly lead: string | null
  readonly version: number
}

/**
 * The next conversions of these goals, in the order in which they were counted. Index: primary key; rows of other goals
 * are skipped.
 */
export function* conversionsAfter(
  goals: readonly number[],
  after: number,
  limit: number,
): Work<readonly ExportedConversion[]> {
  const rows = yield* all<ConversionRow & { lead: string | null; version: number }>(sql`
    select c.*, j.version, l.external_id as lead
    from conversions c join journeys j on j.id = c.journey_id left join leads l on l.id = j.lead_id
    where c.id > ${after} and c.goal in ${list(goals)} order by c.id limit ${limit}`)
  return rows.map(row => ({ ...fromRow(row), lead: row.lead, version: row.version }))
}

/** Conversions of each goal by day (UTC, ms of its midnight) since an instant. Index: conversions_by_goal. */
export function* conversionsByDay(
  goals: readonly number[],
  since: number,
): Work<readonly { readonly goal: number; readonly day: number; readonly n: number }[]> {
  if (goals.length === 0) return []
  return yield* all<{ goal: number; day: number; n: number }>(sql`
    select goal, at - at % 86400000 as day, count(*) as n from conversions
    where goal in ${list(goals)} and at >= ${since} group by goal, at - at % 86400000 order by goal, day`)
}

function fromRow(row: ConversionRow): Conversion {
  return {
    id: row.id,
    journeyId: row.journey_id,
    goal: row.goal,
    eventId: row.event_id,
    at: row.at,
    receivedAt: row.received_at,
    value: row.value,
    currency: row.currency,
    touchId: row.touch_id,
    step: row.step,
    variants: JSON.parse(row.variants) as Conversion['variants'],
  }
}

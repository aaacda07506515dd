import { evaluate } from '#shared/rules/conditions'
import { definitionOf, type Goal } from '#shared/rules/goals'
import { kindOf } from '#shared/steps/index'
import { allGoals, type StoredGoal } from '#shared/store/goals'
import { all, type Store, sql } from '#shared/store/work'
import { plainMs } from '#shared/time/duration'
import type { Published } from './laws'

/**
 * What conversions promise, worked out once more from the tables of events, journeys and touches, at the end of a run: the conversions of every goal that is live,
 * whenever it was launched, and that all counters follow them. A journey is entered when its event took place, and an event that came in before it did counts all the
 * same, from when the goal was there. Two things in the same millisecond may have happened in either order. Leads whom others became part
 * of are left out: the past that they have now is not the one that was judged.
 */
export async function brokenGoals(
  store: Store,
  published: readonly Published[],
  wasUndone: WasUndone = () => false,
): Promise<string[]> {
  const broken = await brokenCounters(store, published)
  const goals = await store.read(allGoals())
  const tables = await readTables(store)
  for (const row of goals) {
    const live = published
      .filter(p => p.campaignId === row.campaignId)
      .reduce((a, b) => (b.version > a.version ? b : a))
    const goal = live.graph.settings.goals.find(g => g.id === row.goal && definitionOf(g) === row.definition)
    if (goal === undefined) continue
    if (row.status !== 'done')
      broken.push(`goal ${row.goal} of ${row.campaignId} was never gone through: ${row.status}`)
    for (const journey of tables.journeys.filter(j => j.campaign_id === row.campaignId))
      broken.push(...brokenByJourney(goal, row, journey, tables, wasUndone))
  }
  return broken
}

/** Was the event told before the journey began, by a clock that was set back by more than a day in between? Then its time says nothing (time/standing.ts). */
export type WasUndone = (event: string, journey: number) => boolean

interface JourneyRow {
  readonly id: number
  readonly campaign_id: string
  readonly lead_id: number
  readonly entered_at: number
  readonly memory: string
}
interface EventRow {
  readonly id: string
  readonly lead_id: number
  readonly name: string
  readonly at: number
  readonly received_at: number
  readonly properties: string
}
interface TouchRow {
  readonly id: number
  readonly journey_id: number
  readonly step: string
  readonly at: number
}
interface Row {
  readonly journey_id: number
  readonly goal: number
  readonly event_id: string
  readonly at: number
  readonly value: number | null
  readonly currency: string | null
  readonly touch_id: number | null
  readonly step: string | null
  readonly variants: string
}
interface Assigned {
  readonly at: number
  readonly variant: string
}
interface Tables {
  readonly journeys: readonly JourneyRow[]
  readonly events: readonly EventRow[]
  readonly touches: readonly TouchRow[]
  readonly rows: readonly Row[]
  /** By journey and step, in order: a migration may lead to a split once more. */
  readonly assigned: ReadonlyMap<string, readonly Assigned[]>
  /** When each journey began, by the engine's clock: its event may have taken place before. */
  readonly begun: ReadonlyMap<number, number>
}

async function readTables(store: Store): Promise<Tables> {
  const read = <T extends object>(query: ReturnType<typeof sql>) => store.read(all<T>(query))
  const pages = await read<{ journey_id: number; at: number; entries: string }>(sql`select * from journal order by id`)
  const assigned = new Map<string, Assigned[]>()
  const begun = new Map<number, number>()
  for (const { journey_id, at } of pages) if (!begun.has(journey_id)) begun.set(journey_id, at)
  for (const { journey_id, at, entries } of pages)
    for (const { is, step, variant } of JSON.parse(entries) as { is: string; step: string; variant: string }[]) {
      if (is !== 'assigned') continue
      const key = `${journey_id}/${step}`
      assigned.set(key, [...(assigned.get(key) ?? []), { at, variant }])
    }
  return {
    journeys: await read(
      sql`select * from journeys where lead_id > 0 and lead_id not in (select lead_id from lead_aliases)`,
    ),
    events: await read(sql`select *, min(at, received_at) as at from events`),
    touches: await read(sql`select id, journey_id, step, settled_at as at from touches where status = 'received'`),
    rows: await read(sql`select * from conversions`),
    assigned,
    begun,
  }
}

function brokenByJourney(
  goal: Goal,
  { id: key, begunAt }: StoredGoal,
  journey: JourneyRow,
  tables: Tables,
  wasUndone: WasUndone,
): string[] {
  const memory = JSON.parse(journey.memory) as { event: { id: string } | null }
  const touches = tables.touches.filter(t => t.journey_id === journey.id).sort((a, b) => a.at - b.at || a.id - b.id)
  const lastTouch = (event: EventRow) => touches.findLast(t => t.at < event.at)
  const fits = (event: EventRow) => {
    if (event.lead_id !== journey.lead_id || event.name !== goal.event || event.id === memory.event?.id) return false
    const since = goal.from === 'entry' ? journey.entered_at : lastTouch(event)?.at
    if (since === undefined || event.at < journey.entered_at || event.at - since > plainMs(goal.within)) return false
    const lead = { id: 0, externalId: '', attributes: {}, zone: null }
    const asked = { ...event, properties: JSON.parse(event.properties) }
    return evaluate(goal.where, { now: event.at, zone: 'UTC', lead, memory: { event: asked, response: null } }).result
  }
  const may = tables.events.filter(fits)
  const begun = tables.begun.get(journey.id) ?? journey.entered_at
  const must = may.filter(
    event =>
      event.at > journey.entered_at &&
      event.received_at >= Math.min(begun, begunAt) &&
      !(event.at > begun && wasUndone(event.id, journey.id)),
  )
  const mine = tables.rows.filter(r => r.goal === key && r.journey_id === journey.id)
  const where = `goal ${goal.id} (${goal.counts}, ${goal.from}), journey ${journey.id}`
  const broken = mine.flatMap(row => brokenRow(where, goal, journey, row, may, lastTouch, tables))
  const missed = must.filter(event => !mine.some(r => r.event_id === event.id))
  if (goal.counts === 'every') return [...broken, ...missed.map(event => `${where}: ${event.id} does not count`)]
  if (mine.length > 1) broken.push(`${where}: counted ${mine.length} times`)
  if (mine.length === 0 && must.length > 0) broken.push(`${where}: nothing counts, though ${must.map(e => e.id)} fit`)
  const counted = may.find(event => event.id === mine[0]?.event_id)
  const first = counted && missed.find(e => e.at < counted.at)
  if (first !== undefined) broken.push(`${where}: ${counted?.id} counts, though ${first.id} took place before it`)
  return broken
}

function brokenRow(
  where: string,
  goal: Goal,
  journey: JourneyRow,
  row: Row,
  may: readonly EventRow[],
  lastTouch: (event: EventRow) => TouchRow | undefined,
  { assigned }: Tables,
): string[] {
  const event = may.find(e => e.id === row.event_id)
  if (event === undefined) return [`${where}: ${row.event_id} counts and should not`]
  const broken: string[] = []
  const touch = lastTouch(event)
  if (row.touch_id !== (touch?.id ?? null) || row.step !== (touch?.step ?? null))
    broken.push(`${where}: credit for touch ${row.touch_id} (${row.step}), not ${touch?.id} (${touch?.step})`)
  const credited = JSON.parse(row.variants) as Record<string, string>
  const variants = (JSON.parse(journey.memory) as { variants: Record<string, string> }).variants
  for (const [step, variant] of Object.entries(variants)) {
    const given = assigned.get(`${journey.id}/${step}`) ?? [{ at: Number.NaN, variant }]
    const before = given.findLast(({ at }) => at < event.received_at)?.variant
    const meanwhile = given.filter(({ at }) => at === event.received_at).map(g => g.variant)
    if (![before, ...meanwhile].includes(credited[step]))
      broken.push(`${where}: credit for ${credited[step]}, though it had ${before} of ${step}`)
  }
  const { amount, currency } = JSON.parse(event.properties) as { amount?: unknown; currency?: unknown }
  const code = goal.value?.currency.is === 'fixed' ? goal.value.currency.code : String(currency).toUpperCase()
  const known = goal.value !== null && typeof amount === 'number' && ['EUR', 'JPY'].includes(code)
  const worth = known ? Math.round(code === 'JPY' ? amount : amount * 100) : null
  // Texts are for the tests of money.
  if (row.value !== worth && typeof amount !== 'string')
    broken.push(`${where}: worth ${row.value} ${row.currency}, not ${worth} ${code}`)
  return broken
}

/** Every counter of every goal is what its conversions add up to, and the campaign's own are those of its primary goal. */
async function brokenCounters(store: Store, published: readonly Published[]): Promise<string[]> {
  const rows = await store.read(
    all<Row & { campaign_id: string; is_first: number }>(
      sql`select c.*, g.campaign_id, j.is_first from conversions c join goals g on g.id = c.goal join journeys j on j.id = c.journey_id order by c.id`,
    ),
  )
  const wanted = new Map<string, number>()
  const once = new Set<string>()
  for (const row of rows) {
    const add = (step: string, what: string, n: number, isOnce = false) => {
      const key = `${row.campaign_id}|${step}|goal:${row.goal}:${what}`
      if (isOnce && once.has(`${key}|${row.journey_id}`)) return
      if (isOnce) once.add(`${key}|${row.journey_id}`)
      wanted.set(key, (wanted.get(key) ?? 0) + n)
    }
    add('', 'converted', 1, true)
    add('', 'times', 1)
    if (row.value) add('', `value:${row.currency}`, row.value)
    for (const [step, variant] of Object.entries(JSON.parse(row.variants) as Record<string, string>)) {
      add(step, `converted:${variant}`, 1, true)
      if (row.is_first === 1) add(step, `first:${variant}`, 1, true)
      add(step, `times:${variant}`, 1)
      if (row.value) add(step, `value:${variant}:${row.currency}`, row.value)
    }
    if (row.step !== null) add(row.step, 'credit', 1)
    if (row.step !== null && row.value) add(row.step, `credit-value:${row.currency}`, row.value)
  }
  const counters = await store.read(
    all<{ campaign_id: string; step: string; what: string; n: number }>(sql`
      select campaign_id, step, what, sum(n) as n from counts where what like 'goal:%' group by campaign_id, step, what`),
  )
  // Cohorts add up to the counters of the same name, also where a campaign began to split leads later.
  const strays = await store.read(
    all<{ what: string }>(sql`
      select k.campaign_id || ' ' || k.step || ' ' || k.what as what from (
        select campaign_id, version, step, what, sum(n) as n from cohorts where step <> '' group by campaign_id, version, step, what) k
      left join counts c on c.campaign_id = k.campaign_id and c.version = k.version and c.step = k.step and c.what = k.what
      where k.n <> coalesce(c.n, 0)`),
  )
  const hours = await store.read(
    all<{ what: string }>(sql`
      select campaign_id as what from cohorts where step = '' and what <> 'last-end'
      group by campaign_id, until having sum(case what when 'entered' then n else -n end) < 0`),
  )
  // Every lead is counted in the hour of its entry. While no live version splits leads, no cohorts are kept.
  const splits = ({ graph }: Published) => Object.values(graph.steps).some(s => kindOf(s.kind).shares !== undefined)
  const gaps = new Set(published.filter(p => !splits(p)).map(p => p.campaignId))
  const misplaced = await store.read(
    all<{ campaign_id: string; step: string; what: string; hour: number; n: number; known: number }>(sql`
      with recounted as (
        select j.campaign_id, n.value ->> 'step' as step, k.value || ':' || (n.value ->> 'variant') as what, j.entered_at, 1 as n
          from journal l join journeys j on j.id = l.journey_id, json_each(l.entries) n, json_each('["assigned", "assigned-first"]') k
          where n.value ->> 'is' = 'assigned' and n.value ->> '$.by.is' is not 'kept' and (k.value = 'assigned' or j.is_first = 1)
        union all
        select campaign_id, step, what, entered_at, 1 from (
          select distinct g.campaign_id, v.key as step, 'goal:' || c.goal || ':' || k.value || ':' || v.value as what, j.id, j.entered_at
            from conversions c join goals g on g.id = c.goal join journeys j on j.id = c.journey_id,
              json_each(c.variants) v, json_each('["converted", "first"]') k where k.value = 'converted' or j.is_first = 1)
      )
      select campaign_id, step, what, (at / 3600000 + 1) * 3600000 as hour, sum(n) as n,
        (campaign_id, step, what) in (select campaign_id, step, what from cohorts) as known from (
        select campaign_id, step, what, entered_at as at, n from recounted
        union all
        select campaign_id, step, what, until - 1, -n from cohorts where step <> '')
      where campaign_id not in (select campaign_id from journeys where lead_id < 0)
      group by campaign_id, step, what, hour having sum(n) <> 0`),
  )
  const found = new Map(counters.map(c => [`${c.campaign_id}|${c.step}|${c.what}`, c.n]))
  const wrong = [...new Set([...wanted.keys(), ...found.keys()])]
    .filter(key => (wanted.get(key) ?? 0) !== (found.get(key) ?? 0))
    .map(key => `counter ${key} says ${found.get(key) ?? 0}, not ${wanted.get(key) ?? 0}`)
  return [
    ...wrong,
    ...strays.map(({ what }) => `cohorts do not add up to ${what}`),
    ...misplaced
      .filter(m => m.known === 1 || !gaps.has(m.campaign_id))
      .map(
        ({ campaign_id: id, step, what, hour, n }) =>
          `${what} of ${id} ${step}, entered in the hour until ${new Date(hour).toISOString()}: ${n} too few in its cohorts`,
      ),
    ...hours.map(({ what }) => `more ended than began in a cohort of ${what}`),
  ]
}

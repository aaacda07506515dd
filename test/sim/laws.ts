import type { Graph } from '#shared/graph/schema'
import { countsReceipts } from '#shared/rules/entry'
import type { QuietChoice, QuietHours } from '#shared/rules/quiet'
import { kindOf } from '#shared/steps/index'
import { all, type Store, sql, type Work } from '#shared/store/work'
import { plainMs } from '#shared/time/duration'

/**
 * The laws that hold after every tick, read from the tables and judged by means of their own: wall clocks by Intl, not by the product's code. A broken one
 * is a sentence.
 */

export interface Published {
  readonly campaignId: string
  readonly version: number
  readonly publishedAt: number
  readonly graph: Graph
}

/** What the tables must say at any moment between two transactions. */
export async function brokenLaws(store: Store): Promise<string[]> {
  return store.read(checkTables())
}

function* checkTables(): Work<string[]> {
  const broken: string[] = []
  const expectNone = function* (law: string, query: ReturnType<typeof sql>): Work<void> {
    for (const row of yield* all(query)) broken.push(`${law}: ${JSON.stringify(row)}`)
  }
  yield* expectNone(
    'every living journey waits for exactly one thing: a task, or a call on the wire',
    sql`select id, tasks, flights from (
          select j.id,
            (select count(*) from tasks t where t.journey_id = j.id and t.step = j.step
              and not exists (select 1 from touches o where o.id = t.touch_id and o.resent_at is not null)) as tasks,
            (select count(*) from touches o where o.journey_id = j.id and o.status = 'reserved' and o.resent_at is null
              and not exists (select 1 from tasks t where t.touch_id = o.id)) as flights
          from journeys j where j.status = 'active')
        where tasks + flights <> 1`,
  )
  yield* expectNone(
    'no task of a finished journey, and none of a step that was left (law 5)',
    sql`select t.id as task, t.step as task_step, j.id as journey, j.status, j.step from tasks t join journeys j on j.id = t.journey_id
        where (j.status <> 'active' or j.step <> t.step)
          and not exists (select 1 from touches o where o.id = t.touch_id and o.resent_at is not null)`,
  )
  yield* expectNone(
    'who is told of events stands in a step that waits for them (law 5), and is known by the right lead',
    sql`select a.*, j.status, j.step from awaited a left join journeys j on j.id = a.journey_id and j.lead_id = a.lead_id
        where j.status is null or j.status <> 'active' or json_extract(j.memory, '$.wait') is null`,
  )
  yield* expectNone(
    'who waits for events is told of them, unless one has decided already and the campaign is paused',
    sql`select j.id, j.step from journeys j where j.status = 'active' and json_extract(j.memory, '$.wait') is not null
          and json_extract(j.memory, '$.wait.port') is null and not exists (select 1 from awaited a where a.journey_id = j.id)`,
  )
  yield* expectNone(
    'what a journey sent has come through at most five journeys',
    sql`select id from journeys where json_extract(memory, '$.event.depth') > 5`,
  )
  yield* expectNone(
    'what is asked about by lead is kept by lead: each event of such a name, once, and no other; of one that is only listened for, those from then on',
    sql`select id, event_id from (select * from events where name in (select name from history_names)) e
          full join history h on h.event_id = e.id and h.lead_id = e.lead_id and h.at = e.at and h.name = e.name
        where (id is null and h.name in (select name from history_names))
          or (event_id is null and e.name in (select name from history_names where whole = 1))`,
  )
  yield* expectNone(
    'who is on a list is a lead, and the list is there',
    sql`select m.* from members m left join leads l on l.id = m.lead_id left join lists i on i.id = m.list_id where l.id is null or i.id is null`,
  )
  yield* expectNone(
    'every touch is settled, or its journey stands in its step and waits for it, or it was sent again by hand',
    sql`select o.id, o.status, j.status as journey, j.step from touches o join journeys j on j.id = o.journey_id
        where o.status = 'reserved' and o.resent_at is null and (j.status <> 'active' or j.step <> o.step)`,
  )
  yield* expectNone(
    'a send that was sent again by hand waits for one thing at most, and its journey for none of it',
    sql`select o.id, count(*) as tasks from touches o join tasks t on t.touch_id = o.id group by o.id having count(*) > 1`,
  )
  yield* expectNone(
    'another name of a lead leads to one that is there, and is nobody else’s id',
    sql`select a.* from lead_aliases a left join leads l on l.id = a.lead_id
        where l.id is null or exists (select 1 from leads o where o.external_id = a.external_id)`,
  )
  yield* expectNone(
    'only what may be sent once can be uncertain (delivery R14)',
    sql`select id from touches where status = 'uncertain' and (once = 0 or attempts = 0)`,
  )
  yield* expectNone(
    'every attempt is counted once',
    sql`select id, attempts, kept from (select o.id, o.attempts, (select count(*) from attempts a where a.touch_id = o.id) as kept
          from touches o where o.purged_at is null)
        where attempts <> kept`,
  )
  yield* expectNone(
    'a removal that is done left nobody behind who belongs to it',
    sql`select r.id from removals r where r.status = 'done' and r.leads is null and r.step is null and exists (
          select 1 from journeys j where j.campaign_id = r.campaign_id and j.status = 'active' and j.id <= r.last_journey)`,
  )
  yield* expectNone(
    'received and failed add up over resends',
    sql`select campaign_id, what, counted, found from (
          select c.campaign_id, c.what, sum(c.n) as counted,
            (select count(*) from touches o where o.campaign_id = c.campaign_id and o.status = 'received') as found
          from counts c where c.step = '' and c.what = 'received' group by c.campaign_id)
        where counted <> found`,
  )
  yield* expectNone(
    'no task leads to a touch that is settled',
    sql`select t.id from tasks t join touches o on o.id = t.touch_id where o.status <> 'reserved'`,
  )
  yield* expectNone(
    'no call of a paused campaign is ready',
    sql`select t.id from tasks t join campaigns c on c.id = t.campaign_id where c.status = 'paused' and t.state = 'ready'`,
  )
  yield* expectNone(
    'entered is what entered',
    sql`select campaign_id, counted, found from (
          select c.campaign_id, sum(c.n) as counted,
            (select count(*) from journeys j where j.campaign_id = c.campaign_id) as found
          from counts c where c.step = '' and c.what = 'entered' group by c.campaign_id)
        where counted <> found`,
  )
  yield* expectNone(
    'entered is when its event took place, never later than it began; without an event, when it began',
    sql`select id, entered_at, at, begun from (
          select j.id, j.entered_at, json_extract(j.memory, '$.event.at') as at,
            (select b.at from journal b where b.journey_id = j.id order by b.id limit 1) as begun
          from journeys j where j.lead_id > 0)
        where entered_at <> min(coalesce(at, begun), begun)`,
  )
  yield* expectNone(
    'entered = waiting + finished + exited + failed',
    sql`select campaign_id, waiting, found from (
          select c.campaign_id, sum(case when c.what = 'entered' then c.n else -c.n end) as waiting,
            (select count(*) from journeys j where j.campaign_id = c.campaign_id and j.status = 'active') as found
          from counts c where c.step = '' and c.what in ('entered', 'finished', 'exited', 'failed') group by c.campaign_id)
        where waiting <> found`,
  )
  yield* expectNone(
    'entered a step = waiting in it + left + ended',
    sql`select campaign_id, step, waiting, found from (
          select c.campaign_id, c.step, sum(case when c.what = 'entered' then c.n when c.what in ('ended', 'moved') or c.what like 'left:%' then -c.n else 0 end) as waiting,
            (select count(*) from journeys j where j.campaign_id = c.campaign_id and j.step = c.step and j.status = 'active') as found
          from counts c where c.step <> '' group by c.campaign_id, c.step)
        where waiting <> found`,
  )
  yield* expectNone(
    'of each version, too: entered a step = waiting in it + left + ended + moved to another version',
    sql`select campaign_id, version, step, waiting, found from (
          select c.campaign_id, c.version, c.step,
            sum(case when c.what = 'entered' then c.n when c.what in ('ended', 'moved') or c.what like 'left:%' then -c.n else 0 end) as waiting,
            (select count(*) from journeys j where j.campaign_id = c.campaign_id and j.version = c.version and j.step = c.step
              and j.status = 'active') as found
          from counts c where c.step <> '' group by c.campaign_id, c.version, c.step)
        where waiting <> found`,
  )
  yield* expectNone(
    'of each version: entered = waiting + finished + exited + failed + moved to another, and what is moved out is moved in',
    sql`select campaign_id, version, waiting, found, moved from (
          select c.campaign_id, c.version, sum(case when c.what = 'entered' then c.n else -c.n end) as waiting,
            (select count(*) from journeys j where j.campaign_id = c.campaign_id and j.version = c.version and j.status = 'active') as found,
            (select coalesce(sum(m.n), 0) from counts m where m.campaign_id = c.campaign_id and m.step = '' and m.what = 'moved') as moved
          from counts c where c.step = '' and c.what in ('entered', 'finished', 'exited', 'failed', 'moved') group by c.campaign_id, c.version)
        where waiting <> found or moved <> 0`,
  )
  yield* expectNone(
    'of each version: who exited left by something that is named',
    sql`select campaign_id, version, exited, named from (
          select campaign_id, version, sum(case when what = 'exited' then n else 0 end) as exited,
            sum(case when what like 'exit:%' then n else 0 end) as named
          from counts where step = '' group by campaign_id, version)
        where exited <> named`,
  )
  yield* expectNone(
    'of each version: what was not sent was kept back in a step, by something that is named',
    sql`select campaign_id, version, skipped, named from (
          select campaign_id, version, sum(case when step = '' and what = 'skipped' then n else 0 end) as skipped,
            sum(case when what like 'unsent:%' then n else 0 end) as named
          from counts group by campaign_id, version)
        where skipped <> named`,
  )
  yield* expectNone(
    'nobody goes on by a way instead of another who did not leave by it',
    sql`select campaign_id, version, step, what, n from counts l where what like 'left:%' and n < (
          select coalesce(sum(i.n), 0) from counts i where i.campaign_id = l.campaign_id and i.version = l.version and i.step = l.step
            and i.what like 'instead:%:' || substr(l.what, 6))`,
  )
  yield* expectNone(
    'a migration gives a turn to nobody twice: to no more leads than waited when it began',
    sql`select m.id from campaign_migrations m where m.moved + m.exited + m.finishing > m.total`,
  )
  yield* expectNone(
    'nobody has two first entries into a campaign, unless there were two of them',
    sql`select campaign_id, lead_id, count(*) as n from journeys where is_first = 1 and lead_id > 0 group by campaign_id, lead_id
        having n > 1 + (select count(*) from lead_aliases a where a.lead_id = journeys.lead_id)`,
  )
  yield* expectNone(
    'of each version and variant: no more leads convert than were drawn there, first entries and for each goal too',
    sql`select campaign_id, version, step, what, n, drawn from (
          select c.*, coalesce((select d.n from counts d where d.campaign_id = c.campaign_id and d.version = c.version and d.step = c.step
              and d.what = case when c.what like 'converted-first:%' or c.what like 'goal:%:first:%' then 'assigned-first:' else 'assigned:' end || v.id), 0) as drawn
          from counts c join (select 'a' as id union select 'b' union select 'control') v
            on c.what in ('converted:' || v.id, 'converted-first:' || v.id) or c.what like 'goal:%:converted:' || v.id or c.what like 'goal:%:first:' || v.id)
        where n > drawn or n < 0`,
  )
  yield* expectNone(
    'what counts for a goal is a conversion, and no event counts twice for an entry where once is asked',
    sql`select g.id, counted, found, journeys from (
          select g.id, g.definition,
            (select coalesce(sum(c.n), 0) from counts c where c.campaign_id = g.campaign_id and c.step = '' and c.what = 'goal:' || g.id || ':times') as counted,
            (select count(*) from conversions v where v.goal = g.id) as found,
            (select count(distinct v.journey_id) from conversions v where v.goal = g.id) as journeys
          from goals g) g
        where counted <> found or (json_extract(definition, '$.counts') = 'once' and journeys <> found)`,
  )
  yield* expectNone(
    'runs add up: what they let in has entered',
    sql`select campaign_id, entered, found from (
          select r.campaign_id, sum(r.entered) as entered,
            (select count(*) from journeys j where j.campaign_id = r.campaign_id and json_extract(j.memory, '$.event') is null) as found
          from runs r group by r.campaign_id) c
        where entered <> found and not exists (select 1 from journeys d where d.campaign_id = c.campaign_id and d.lead_id < 0)`,
  )
  yield* expectNone(
    'a run that found too many let nobody in',
    sql`select campaign_id, run from runs where status = 'too-many' and entered > 0`,
  )
  yield* expectNone(
    'no campaign keeps more than 1,000 refusals',
    sql`select campaign_id from refusals group by campaign_id having count(*) > 1000`,
  )
  yield* expectNone(
    'who won is a variant, and where nobody has, nobody is named',
    sql`select * from experiments where (state = 'won') <> (winner is not null) or winner = 'control'`,
  )
  broken.push(...(yield* brokenRotations()))
  return broken
}

/** A share of an exact rotation is never a whole lead ahead or behind. */
function* brokenRotations(): Work<string[]> {
  const rows = yield* all<{ campaign_id: string; step: string; rotation: string; share: string; n: number }>(
    sql`select * from rotations`,
  )
  return [...groupBy(rows, r => `${r.campaign_id} ${r.step} ${r.rotation}`)].flatMap(([of, taken]) => {
    const weights = (taken[0]?.rotation ?? '').split(' ').map(part => part.split(':'))
    const whole = weights.reduce((sum, [, weight]) => sum + Number(weight), 0)
    const leads = taken.reduce((sum, { n }) => sum + n, 0)
    return weights.flatMap(([share, weight]) => {
      const n = taken.find(t => t.share === share)?.n ?? 0
      return Math.abs(n - (leads * Number(weight)) / whole) < 1 ? [] : [`${share} has ${n} of ${leads} turns: ${of}`]
    })
  })
}

/** Leads whom others became part of: the past that they have now is not the one that was decided with. */
const merged = sql`select lead_id from lead_aliases`

/** braze R27: a lead who was let out of control, or never in it, is never in it again, as long as the step is there. */
export async function brokenControl(store: Store, published: readonly Published[]): Promise<string[]> {
  const rows = await store.read(
    all<{ campaign_id: string; version: number; lead_id: number; variants: string }>(sql`
      select campaign_id, version, lead_id, json_extract(memory, '$.variants') as variants from journeys where lead_id not in (${merged}) order by id`),
  )
  const drawn = rows.flatMap(row =>
    Object.entries(JSON.parse(row.variants) as Record<string, string>).map(([step, variant]) => ({
      ...row,
      step,
      variant,
    })),
  )
  return [...groupBy(drawn, d => `${d.campaign_id} ${d.step} ${d.lead_id}`)].flatMap(([of, mine]) =>
    mine
      .filter(later => later.variant === 'control' && mine.some(earlier => leftControl(earlier, later, published)))
      .map(() => `a lead came into control after all: ${of}`),
  )
}

/** Leads are counted for the variant that they were given, each time that they were given one. Campaigns that a lead was deleted from are left out. */
export async function brokenAssignments(store: Store): Promise<string[]> {
  const rows = await store.read(
    all(sql`
      select campaign_id, step, what, sum(counted) as counted, sum(noted) as noted from (
        select campaign_id, step, what, n as counted, 0 as noted from counts where what like 'assigned%'
        union all
        select j.campaign_id, n.value ->> 'step', k.value || ':' || (n.value ->> 'variant'), 0, 1
          from journal l join journeys j on j.id = l.journey_id, json_each(l.entries) n, json_each('["assigned", "assigned-first"]') k
          where n.value ->> 'is' = 'assigned' and n.value ->> '$.by.is' is not 'kept' and (k.value = 'assigned' or j.is_first = 1))
      where campaign_id not in (select campaign_id from journeys where lead_id < 0)
      group by campaign_id, step, what having sum(counted) <> sum(noted)`),
  )
  return rows.map(row => `who was given a variant is counted for it: ${JSON.stringify(row)}`)
}

interface Draw {
  readonly campaign_id: string
  readonly version: number
  readonly step: string
  readonly variant: string
}

function leftControl(earlier: Draw, later: Draw, published: readonly Published[]): boolean {
  const between = published.filter(
    p => p.campaignId === earlier.campaign_id && p.version >= earlier.version && p.version <= later.version,
  )
  const stays = between.every(({ graph }) => kindOf(graph.steps[earlier.step]?.kind ?? 'exit').shares !== undefined)
  return stays && earlier.variant !== 'control' && earlier.version <= later.version
}

/** What the entry settings promise. Checked at the end of a run, for what a campaign says in each of its versions. */
export async function brokenEntries(store: Store, published: readonly Published[]): Promise<string[]> {
  const rows = await store.read(
    all<Entered>(sql`
      select id, campaign_id, lead_id, entry_key, ended_at, planned_at, coalesce(planned_at, entered_at) as counted_at,
        (select min(at) from journal b where b.journey_id = j.id) as begun_at,
        (select min(settled_at) from touches t where t.journey_id = j.id and t.status = 'received') as received_at
      from journeys j where lead_id not in (${merged}) order by id`),
  )
  const kept = await store.read(
    all<{ campaign_id: string; lead_id: number; because: string; planned: number | null }>(sql`
      select campaign_id, lead_id, because,
        (select max(planned_at) from runs u where u.campaign_id = r.campaign_id and u.started_at <= r.at) as planned
      from refusals r where event is null`),
  )
  return [...groupBy(rows, row => row.campaign_id)].flatMap(([campaign, entered]) => {
    const settings = published.filter(p => p.campaignId === campaign).map(p => p.graph.settings)
    const always = (says: (s: Graph['settings']) => boolean) => settings.every(says)
    const isKeyed = settings.some(s => s.entrance.key !== '')
    const place = (row: Entered) => (isKeyed ? `${row.lead_id}:${row.entry_key}` : `${row.lead_id}`)
    const broken = [...groupBy(entered, place)].flatMap(([of, mine]) => [
      ...(mine.length > 1 && always(s => s.entry.rule === 'once' && !countsReceipts(s.entry))
        ? [`once means once: ${campaign} ${of}`]
        : []),
      ...(always(s => s.entry.rule === 'once' && countsReceipts(s.entry)) &&
      mine.some(j => j.begun_at > firstReceipt(mine))
        ? [`entered after it had received something: ${campaign} ${of}`]
        : []),
      ...brokenPeriods(`${campaign} ${of}`, mine, settings),
      ...(always(s => s.entrance.parallel === 'one-at-a-time') && overlaps(mine)
        ? [`one at a time: ${campaign} ${of}`]
        : []),
    ])
    for (const { lead_id, because, planned } of kept.filter(r => r.campaign_id === campaign)) {
      const { why, free = 0 } = JSON.parse(because) as { why: string; free?: number }
      if (why === 'period' && planned !== null && free > planned && free - planned < 60_000)
        broken.push(`lead ${lead_id} was kept out of a run of ${campaign} by ${free - planned} ms`)
    }
    const runs = entered.filter(row => row.entry_key?.startsWith('run:'))
    if (new Set(runs.map(row => `${row.lead_id}:${row.entry_key}`)).size < runs.length)
      broken.push(`twice in a run: ${campaign}`)
    const most = Math.max(...settings.map(s => s.entrance.limits.lifetime ?? Number.POSITIVE_INFINITY))
    if (entered.length > most) broken.push(`at most ${most} ever: ${entered.length} entered ${campaign}`)
    return broken
  })
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return groups
}

interface Entered {
  readonly id: number
  readonly campaign_id: string
  readonly lead_id: number
  readonly entry_key: string | null
  /** When it began; its event may have taken place before. */
  readonly begun_at: number
  /** From when the re-entry rule counts: of a run its planned instant, else when it was entered. */
  readonly counted_at: number
  /** Of a run. */
  readonly planned_at: number | null
  readonly ended_at: number | null
  /** When the first of its webhooks was received. */
  readonly received_at: number | null
}

/** Nobody enters twice in a period: by seconds, or for runs by what a clock shows, which differs by the hours of a clock change at most. */
function brokenPeriods(of: string, mine: readonly Entered[], settings: readonly Graph['settings'][]): string[] {
  const periods = settings.flatMap(({ entry }) =>
    entry.rule === 'once-per-period' && !countsReceipts(entry) ? [plainMs(entry.period)] : [0],
  )
  const least = Math.min(...periods)
  const entries = [...mine].sort((a, b) => a.counted_at - b.counted_at)
  const isTwice = entries.some((entry, i) => {
    const before = entries[i - 1]
    const spared = entry.planned_at === null ? 0 : 2 * 3_600_000
    return before !== undefined && entry.counted_at - before.counted_at < least - spared
  })
  return isTwice ? [`twice in a period: ${of}`] : []
}

function firstReceipt(journeys: readonly Entered[]): number {
  return Math.min(...journeys.map(j => j.received_at ?? Number.POSITIVE_INFINITY))
}

/** Did a journey begin before the one before it had ended? */
function overlaps(journeys: readonly Entered[]): boolean {
  return journeys.some((j, i) => {
    const before = journeys[i - 1]
    return before !== undefined && (before.ended_at ?? Number.POSITIVE_INFINITY) > j.begun_at
  })
}

/**
 * Campaigns have no circles, so within a journey each step is entered, answered and left at most once; a migration may lead back to one. Law 8: the story names
 * each change of the version, and no other version than the one it ends on.
 */
export async function brokenStories(store: Store): Promise<string[]> {
  const rows = await store.read(
    all<{ journey_id: number; version: number; entries: string }>(
      sql`select journey_id, version, entries from journal join journeys on journeys.id = journey_id order by journey_id, journal.id`,
    ),
  )
  const parts = new Map<number, { part: number; version: number | null }>()
  const broken: string[] = []
  const seen = new Map<string, number>()
  for (const row of rows)
    for (const entry of JSON.parse(row.entries) as (Told & {
      to?: { version: number }
      from?: { version: number }
    })[]) {
      const now = parts.get(row.journey_id) ?? { part: 0, version: null }
      if (entry.is === 'migrated') {
        const [from, to] = [entry.from?.version ?? 0, entry.to?.version ?? 0]
        if (from >= to || (now.version !== null && now.version !== from))
          broken.push(`journey ${row.journey_id} was migrated from version ${from} to ${to}, and walked ${now.version}`)
        parts.set(row.journey_id, { part: now.part + 1, version: to })
      }
      if (!['entered', 'left', 'replied', 'ended', 'assigned'].includes(entry.is)) continue
      const key = `journey ${row.journey_id}, part ${now.part}, step ${entry.step}: ${entry.is}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
      if (seen.get(key) === 2) broken.push(`told twice, ${key}`)
    }
  for (const row of rows) {
    const { version } = parts.get(row.journey_id) ?? { version: null }
    if (version !== null && version !== row.version)
      broken.push(`journey ${row.journey_id} walks version ${row.version}, and its story says ${version} (law 8)`)
  }
  return broken
}

/**
 * A decision saw what its lead had done by then: all that earlier ticks had stored, and of its own instant no more than there is. Rules with a condition on the event
 * are left out: they would be judged by the product's own code. `wentBack`: how far the clock was set back in all (ms); what came in
 * within so long of a decision may have come before it or behind it.
 */
export async function brokenHistory(store: Store, wentBack: number): Promise<string[]> {
  const rows = await store.read(
    all<{ journey_id: number; lead_id: number; at: number; entries: string }>(
      sql`select l.journey_id, j.lead_id, l.at, l.entries from journal l join journeys j on j.id = l.journey_id
          where j.lead_id not in (${merged})`,
    ),
  )
  const events = groupBy(
    await store.read(all<Done>(sql`select lead_id, name, at, received_at from events`)),
    event => `${event.lead_id} ${event.name}`,
  )
  return rows.flatMap(row =>
    (JSON.parse(row.entries) as { seen?: SeenGroup | null }[]).flatMap(({ seen }) =>
      askedOfHistory(seen).flatMap(({ did, within, found }) => {
        const done = (events.get(`${row.lead_id} ${did}`) ?? []).filter(
          ({ at }) => at <= row.at && at >= row.at - lengthOf(within),
        )
        const before = done.filter(event => event.received_at < row.at - wentBack).length
        const by = done.filter(event => event.received_at <= row.at + wentBack).length
        const said = `journey ${row.journey_id} saw "${did}" ${found} times; it was ${before} to ${by}`
        return found >= before && found <= by ? [] : [said]
      }),
    ),
  )
}

type Done = { lead_id: number; name: string; at: number; received_at: number }
type SeenHere = { did?: string; within: string | null; found: number; where: { rules: unknown[] } }
interface SeenGroup {
  readonly rules?: readonly (SeenGroup | SeenHere)[]
}

function askedOfHistory(seen: SeenGroup | null | undefined): readonly (SeenHere & { did: string })[] {
  return (seen?.rules ?? []).flatMap(rule => {
    if ('did' in rule && rule.did !== undefined) return rule.where.rules.length > 0 ? [] : [{ ...rule, did: rule.did }]
    return askedOfHistory(rule as SeenGroup)
  })
}

/** In ms, of the few lengths that random conditions look back. */
function lengthOf(within: string | null): number {
  const lengths: { readonly [within: string]: number } = {
    PT90M: 5_400_000,
    PT1H: 3_600_000,
    PT2H: 7_200_000,
    P1D: 86_400_000,
    P30D: 30 * 86_400_000,
  }
  return within === null ? Number.POSITIVE_INFINITY : (lengths[within] ?? unknownLength(within))
}

function unknownLength(within: string): never {
  throw new Error(`the law of history does not know how long ${within} is: say it in lengthOf`)
}

interface Told {
  readonly is: string
  readonly step?: string
}

// Wall clocks by means of their own

const formats = new Map<string, Intl.DateTimeFormat>()

/** Local date and minute of the day, by Intl. */
export function wallClock(at: number, zone: string): { date: string; minute: number } {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
  formats.set(zone, format)
  const parts = Object.fromEntries(format.formatToParts(at).map(p => [p.type, p.value]))
  return {
    date: `${parts['year']}-${parts['month']}-${parts['day']}`,
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
  }
}

/**
 * Is it quiet at this instant? Half-open; a window that ends before it starts goes on on the day after. A holiday is quiet all day.
 */
export function isQuiet(at: number, zone: string, { windows, holidays }: QuietHours): boolean {
  const { date, minute } = wallClock(at, zone)
  const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  const today = new Date(`${date}T12:00:00Z`).getUTCDay() || 7
  const yesterday = today === 1 ? 7 : today - 1
  const isIn = ({ days, start, end }: QuietHours['windows'][number]) => {
    const [from, to] = [minuteOf(start), minuteOf(end)]
    if (from < to) return days.includes(today) && minute >= from && minute < to
    return (days.includes(today) && minute >= from) || (days.includes(yesterday) && minute < to)
  }
  return holidays.includes(date) || windows.some(isIn)
}

/** The quiet hours of each level that a step has to keep, by name. */
export function quietOf(
  account: QuietHours | null,
  { settings, steps }: Graph,
  step: string,
): readonly (readonly [level: string, quiet: QuietHours])[] {
  // A dead letter may be of a step whose name another one bears by now, which calls nothing: then the campaign decides.
  const choice = (steps[step]?.config['quietHours'] ?? { as: 'campaign' }) as QuietChoice
  const own = { campaign: settings.quietHours, none: null, own: choice.as === 'own' ? choice.policy : null }[choice.as]
  return [
    ...(account === null ? [] : ([['account', account]] as const)),
    ...(own === null ? [] : ([[choice.as, own]] as const)),
  ]
}

/** May a step of this graph send at all? */
export function maySend(graph: Graph, step: string): boolean {
  const mode = Object.values(graph.steps)
    .map(s => kindOf(s.kind).entry?.(s.config).mode)
    .find(m => m !== undefined)
  const kind = kindOf(graph.steps[step]?.kind ?? '')
  return mode !== undefined && kind.allowedIn.includes(mode)
}

import { type Facts, Search } from '../../rules/conditions'
import { MOST_LOOKED_AT } from '../../rules/conditions/schema'
import type { Cut } from '../../rules/conditions/seen'
import { olderEvents, PAGE, pastEventsWhole, pastMoments, type StoredPast } from '../../store/history'
import type { Work } from '../../store/work'
import type { CampaignRegistry } from '../campaigns/registry'
import { asksPast, type CompiledVersion } from '../campaigns/version'
import type { Turn } from '../turn'
import type { Past } from './history'

/** A lead who walks by a version from this step on; left out: all of the version may be asked. */
export interface Walk {
  readonly leadId: number
  readonly version: CompiledVersion | undefined
  readonly step?: string
}

/**
 * Loads what the conditions of these campaigns ask about these leads, who are known: two statements, none where nobody
 * asks, and more for a past of thousands.
 */
export function* loadHistory(
  { unit, registry }: Pick<Turn, 'unit'> & { readonly registry: Pick<CampaignRegistry, 'asked'> },
  leads: Iterable<Walk>,
): Work<void> {
  if (registry.asked.size === 0) return
  const wanted = new Set<number>()
  for (const { leadId, version, step } of leads)
    if (version !== undefined && asksPast(version, step) && unit.history.of(leadId) === undefined) wanted.add(leadId)
  const leadIds = [...wanted]
  const past = yield* readHistory(leadIds, registry.asked, { now: unit.now, zoneOf: id => unit.lead(id).zone })
  unit.history.know(leadIds, [...registry.asked.keys()], past)
}

interface Reading {
  readonly now: number
  /** Asked of those few whose past is long. */
  readonly zoneOf: (leadId: number) => string | null
}

/**
 * The events of these leads that decide these questions. The newest `PAGE` of a name are read for all leads at once,
 * and are enough for any number that can be asked for. Who did more than that, under a name whose events are asked what
 * they were like, is gone through by pages.
 */
export function* readHistory(leadIds: readonly number[], asked: Facts['events'], reading: Reading): Work<Past> {
  const bare = [...asked].filter(([, { questions }]) => questions.length === 0)
  const whole = [...asked].filter(([, { questions }]) => questions.length > 0)
  const wanted = (events: typeof bare) => ({
    leadIds,
    names: events.map(([name]) => name),
    since: reading.now - Math.max(...events.map(([, { reach }]) => reach ?? reading.now)),
    until: reading.now,
  })
  const moments = yield* pastMoments(wanted(bare))
  const cuts = moments
    .filter(({ ats }) => ats.length === PAGE)
    .map(({ leadId, name }) => ({ leadId, name, why: 'enough' as const }))
  const found = yield* pastEventsWhole(wanted(whole))
  const full = new Map(found.filter(({ nth }) => nth === PAGE).map(last => [keyOf(last), [] as StoredPast[]]))
  if (full.size === 0) return { moments, events: found, cuts }
  for (const event of found) full.get(keyOf(event))?.push(event)
  const older: Older[] = []
  for (const newest of full.values()) older.push(yield* readOn(newest, asked, reading))
  return {
    moments,
    events: [...found, ...older.flatMap(o => o.events)],
    cuts: [...cuts, ...older.flatMap(o => o.cuts)],
  }
}

/** What lies behind the newest. */
type Older = Omit<Past, 'moments'>

function keyOf({ leadId, name }: StoredPast): string {
  return `${leadId} ${name}`
}

/**
 * What is needed of that which lies behind a full page of one lead and name. One more page of it is held at once, and
 * what fits.
 */
function* readOn(full: StoredPast[], asked: Facts['events'], { now, zoneOf }: Reading): Work<Older> {
  const newest = full.sort((a, b) => a.nth - b.nth)
  const last = newest.at(-1)
  const about = last && asked.get(last.name)
  if (last === undefined || about === undefined) return { events: [], cuts: [] }
  const { leadId, name } = last
  const cut = (why: Cut) => [{ leadId, name, why }]
  const search = new Search(about, { now, zone: zoneOf(leadId) })
  search.look(newest)
  const events: Past['events'][number][] = []
  let behind = last
  for (let looked = PAGE; search.isOpen; looked += PAGE) {
    if (looked >= MOST_LOOKED_AT) return { events, cuts: cut('limit') }
    const page: readonly StoredPast[] = yield* olderEvents(behind, now - (about.reach ?? now))
    events.push(...search.look(page).map(event => ({ ...event, leadId })))
    const oldest = page.at(-1)
    if (oldest === undefined || page.length < PAGE) return { events, cuts: [] }
    behind = oldest
  }
  return { events, cuts: cut('enough') }
}

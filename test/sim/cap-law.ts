import type { Settings } from '#shared/graph/schema'
import type { Cap } from '#shared/rules/caps'
import { all, type Store, sql } from '#shared/store/work'
import { type Published, wallClock } from './laws'

interface Touch {
  readonly id: number
  readonly lead_id: number
  readonly campaign_id: string
  readonly version: number
  readonly step: string
  readonly reserved_at: number
  readonly planned_at: number | null
  readonly status: string
  readonly attempts: number
  readonly resent_at: number | null
  readonly zone: string | null
}

/**
 * "No lead above a cap", judged after every tick for the touches that it reserved, from the tables and by means of its own: calendars by Intl, tags and folders
 * written out. What was launched since is what counts (braze R23), and right after the tick that is what it was decided with.
 */
export class CapLaw {
  #judged = 0

  async broken(store: Store, published: readonly Published[]): Promise<string[]> {
    const fresh = await store.read(
      all<Touch>(sql`select o.*, j.version, l.zone from touches o
      join journeys j on j.id = o.journey_id join leads l on l.id = o.lead_id where o.id > ${this.#judged}
        and l.id not in (select lead_id from lead_aliases) order by o.id`),
    )
    if (fresh.length === 0) return []
    this.#judged = fresh.at(-1)?.id ?? this.#judged
    const account = await accountCaps(store)
    const standing = await standingsOf(store, published)
    const broken: string[] = []
    for (const touch of fresh) {
      const graph = published.find(p => p.campaignId === touch.campaign_id && p.version === touch.version)?.graph
      const mine = standing.get(touch.campaign_id)
      if (graph === undefined || mine === undefined) continue
      if (mine.capped !== 'obeys' || graph.steps[touch.step]?.config['caps'] === 'ignore') continue
      const rules = [...graph.settings.caps, ...account].filter(cap => isAbout(cap, mine))
      if (rules.length === 0) continue
      const others = await store.read(all<Touch>(sql`select * from touches where lead_id = ${touch.lead_id}`))
      const zone = touch.zone ?? graph.settings.zone
      for (const cap of rules) {
        const counted = others.filter(other => {
          const by = standing.get(other.campaign_id)
          if (other.id > touch.id || by === undefined || by.capped === 'ignores' || !isAbout(cap, by)) return false
          // One that was sent again was dead when this one was reserved; it may be alive by now.
          if (other.resent_at !== null && other.id !== touch.id) return false
          const isDead = other.status === 'failed' && (cap.counts === 'received' || other.attempts === 0)
          return !isDead && lies(other.reserved_at, touch.reserved_at, zone, cap) && !isOfEarlierRun(other, touch, cap)
        })
        if (counted.length > cap.most)
          broken.push(`lead ${touch.lead_id} is above a cap: ${counted.length} of ${JSON.stringify(cap)}`)
      }
    }
    return broken
  }
}

type Standing = Pick<Settings, 'tags' | 'capped'> & { readonly folders: readonly string[] }

function isAbout({ of }: Cap, { tags, folders }: Standing): boolean {
  if (of.what === 'all') return true
  if (of.what === 'folder') return folders.includes(of.folder)
  return tags.some(tag => `${tag}/`.startsWith(`${of.tag}/`))
}

async function accountCaps(store: Store): Promise<readonly Cap[]> {
  const [row] = await store.read(all<{ value: string }>(sql`select value from meta where key = 'settings'`))
  return row === undefined ? [] : ((JSON.parse(row.value) as { caps?: Cap[] }).caps ?? [])
}

/** What the newest version of each campaign says, and where it lies. */
async function standingsOf(store: Store, published: readonly Published[]): Promise<ReadonlyMap<string, Standing>> {
  const parents = new Map(
    (await store.read(all<{ id: string; parent: string | null }>(sql`select id, parent from programs`))).map(p => [
      p.id,
      p.parent,
    ]),
  )
  const campaigns = await store.read(
    all<{ id: string; program_id: string | null }>(sql`select id, program_id from campaigns`),
  )
  return new Map(
    campaigns.flatMap(({ id, program_id }): [string, Standing][] => {
      const newest = published.filter(p => p.campaignId === id).sort((a, b) => b.version - a.version)[0]
      if (newest === undefined) return []
      const folders: string[] = []
      for (let at = program_id; at !== null; at = parents.get(at) ?? null) folders.push(at)
      return [[id, { ...newest.graph.settings, folders }]]
    }),
  )
}

/** Two runs of a schedule that are as far apart as the cap says, give or take a change of the clock, led to them; and so nearly are they themselves. */
function isOfEarlierRun(other: Touch, touch: Touch, { amount, unit, window }: Cap): boolean {
  if (other.planned_at === null || touch.planned_at === null || (unit !== 'minutes' && window !== 'rolling'))
    return false
  const minutes = amount * { minutes: 1, days: 1440, weeks: 10_080 }[unit]
  const [real, planned] = [touch.reserved_at - other.reserved_at, touch.planned_at - other.planned_at]
  return planned >= (minutes - 60) * 60_000 && real >= (minutes - Math.min(minutes / 20, 61)) * 60_000
}

/** Does a touch at `touch` lie in the window of a cap at `now`? */
export function lies(touch: number, now: number, zone: string, cap: Pick<Cap, 'amount' | 'unit' | 'window'>): boolean {
  const days = cap.unit === 'weeks' ? cap.amount * 7 : cap.amount
  if (cap.unit === 'minutes') return touch > now - cap.amount * 60_000
  if (cap.window === 'rolling') return touch > now - days * 86_400_000
  const noon = (date: string) => Date.parse(`${date}T12:00:00Z`)
  return (noon(wallClock(now, zone).date) - noon(wallClock(touch, zone).date)) / 86_400_000 < days
}

import { type Ground, type Prepared, prepare } from './prepare'
import { dropFolder } from './processes'
import { type Look, walk } from './product'
import { type Figures, type Summary, summaryOf, times } from './summary'
import { undiciAlone, walkFloor } from './yardsticks'

/**
 * One set: this build, another one in turn with it (old, new, new, old), the floor between them and undici alone after
 * each. Only what stands in one run can be compared: the machine is another one in an hour.
 */

export interface Compared {
  readonly set: string
  readonly title: string
  readonly leads: number
  readonly new: Build
  readonly old: Build | null
  /** Null where the floor cannot do it: it has no timers. */
  readonly floor: Summary | null
  /** New by old: what a change is judged by. */
  readonly cpu_of_old: number | null
  readonly main_of_old: number | null
  readonly rate_of_old: number | null
}

export interface Build extends Summary {
  /** Processor time in multiples of the floor's. */
  readonly floors: number | null
  /** Calls a second as a share of undici's alone, over as many connections as this build had. */
  readonly of_undici: number | null
  readonly undici: Summary | null
  /** Seen in runs of their own, in which /healthz was asked each 10 ms. */
  readonly stalls: Summary
  /** In one more run, when it was asked for. */
  readonly fsyncs: number | null
}

export interface How {
  /** The folder of another commit, with its dist/ and node_modules/. */
  readonly against: string | undefined
  readonly rounds: number
  readonly fsyncs: boolean
  /** Where CPU profiles of this build's threads go. */
  readonly profile: string | undefined
}

/** What is known of one build while a set is run. */
interface Found {
  readonly prepared: Prepared
  readonly walked: Figures[]
  readonly undici: Figures[]
  readonly stalls: Figures[]
  fsyncs: number | null
}

export async function compareOn(ground: Ground, how: How): Promise<Compared> {
  const { set, leads } = ground
  const { against, rounds } = how
  const now = await begin(ground, undefined)
  const old = against === undefined ? undefined : await begin(ground, against)
  const floors: Figures[] = []
  for (let round = 0; round < rounds; round++) {
    if (old !== undefined) await once(ground, old)
    await once(ground, now)
    if (!isTimed(ground)) floors.push(await walkFloor(ground))
    await once(ground, now)
    if (old !== undefined) await once(ground, old)
    for (const found of [old, now]) found?.stalls.push(await walk(ground, found.prepared, { at: 'stalls' }))
  }
  if (how.fsyncs) await lookAt(ground, now, { at: 'fsyncs' })
  if (how.profile !== undefined) await lookAt(ground, now, { at: 'profile', folder: how.profile })
  for (const found of [old, now]) if (found !== undefined) dropFolder(found.prepared.dataDir)

  const floor = floors.length === 0 ? null : summaryOf(floors)
  const [after, before] = [buildOf(now, floor), old === undefined ? null : buildOf(old, floor)]
  const ratio = (name: string) => times(after.figures[name], before?.figures[name])
  return {
    set: set.id,
    title: set.title,
    leads,
    new: after,
    old: before,
    floor,
    cpu_of_old: ratio('cpu_us'),
    main_of_old: ratio('main_us'),
    rate_of_old: ratio('per_s'),
  }
}

async function begin(ground: Ground, of: string | undefined): Promise<Found> {
  return { prepared: await prepare(ground, of), walked: [], undici: [], stalls: [], fsyncs: null }
}

/** One run, and undici alone as it was connected. */
async function once(ground: Ground, { prepared, walked, undici }: Found): Promise<void> {
  const figures = await walk(ground, prepared)
  walked.push(figures)
  if (ground.set.calls === 0 || isTimed(ground)) return
  const alone = await undiciAlone(ground, Math.max(1, figures['connections'] ?? 1))
  undici.push({ ...alone, share: times(figures['per_s'], alone['per_s']) })
}

async function lookAt(ground: Ground, found: Found, look: Look): Promise<void> {
  const { fsyncs = null } = await walk(ground, found.prepared, look)
  found.fsyncs ??= fsyncs
}

function buildOf({ walked, undici, stalls, fsyncs }: Found, floor: Summary | null): Build {
  const own = summaryOf(walked)
  const alone = undici.length === 0 ? null : summaryOf(undici)
  const seen = stalls.map(({ stall_worst_ms = null, stall_p99_ms = null }) => ({ stall_worst_ms, stall_p99_ms }))
  return {
    ...own,
    floors: times(own.figures['cpu_us'], floor?.figures['cpu_us']),
    of_undici: alone?.figures['share'] ?? null,
    undici: alone,
    stalls: summaryOf(seen),
    fsyncs,
  }
}

function isTimed({ set: { come } }: Ground): boolean {
  return come === 'for-a-minute' || come === 'for-a-moment'
}

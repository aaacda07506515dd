import type { Graph } from '../../graph/schema'
import type { Cap, Capping, CapRule, CapTerms } from '../../rules/caps'
import type { Folder } from '../../rules/folders'
import { findKind } from '../../steps/index'
import { plainMs } from '../../time/duration'

type Folders = ReadonlyMap<string, Folder>

/** What the caps ask of a step that wants to send: the rules of its campaign come first. */
export function cappingIn(
  { settings: { caps, whenCapped, deferAtMost }, steps }: Graph,
  step: string,
  standing: CapTerms,
  { accountCaps, folders }: { readonly accountCaps: readonly CapRule[]; readonly folders: Folders },
): Capping {
  const rules = caps.length === 0 ? accountCaps : [...ruled(caps, 'campaign', folders), ...accountCaps]
  const { kind = '', config = {} } = steps[step] ?? {}
  const isFree = findKind(kind)?.caps?.(config) === 'ignore'
  const ignoredBy = standing.capped !== 'obeys' ? 'campaign' : isFree ? 'step' : null
  return { rules, standing, ignoredBy, whenCapped, deferAtMost }
}

/** Caps with the names of what they count. */
export function ruled(caps: readonly Cap[], level: CapRule['level'], folders: Folders): readonly CapRule[] {
  return caps.map(cap => ({ cap, level, name: nameIn(cap, folders) }))
}

function nameIn({ of }: Cap, folders: Folders): string {
  if (of.what === 'folder') return folders.get(of.folder)?.name ?? of.folder
  return of.what === 'tag' ? of.tag : ''
}

/** How far back these caps look (ms), with days to spare for calendar days; 0: there are none. */
export function reachOf(caps: readonly Cap[]): number {
  const day = plainMs('P1D')
  const lengths = { minutes: 60_000, days: day, weeks: 7 * day }
  return Math.max(0, ...caps.map(({ amount, unit }) => amount * lengths[unit] + 2 * day))
}

/** A campaign that is not there any more obeyed, and is about nothing. */
export const ofNobody: CapTerms = { tags: [], folders: [], capped: 'obeys', priority: 5 }

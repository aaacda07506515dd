import { factsOfGraph } from '../../graph/conditions'
import { allCampaigns } from '../../store/campaigns'
import type { Work } from '../../store/work'
import type { Turn } from '../turn'

/**
 * What leads did is kept by lead for those names that somebody asks about. A name is let go when nobody can ask about
 * it: no version that leads walk, no live version of a campaign that is live or paused, and no draft, which may count
 * its audience at any time.
 *
 * Nothing is lost by that. What is kept by lead is an index of the stored events, which stay as long as their lead. A
 * launch that asks about the name again, "ever" included, builds it anew from all of them in the transaction of the
 * launch, as it did for the first one that asked.
 */
export function* forgetUnasked({ registry }: Pick<Turn, 'registry'>): Work<void> {
  if (registry.kept.size === 0) return
  // Leads have left versions since the last time.
  yield* registry.refresh()
  const drafted = new Set((yield* allCampaigns()).flatMap(({ draft }) => [...factsOfGraph(draft).events.keys()]))
  const isAsked = (name: string) => registry.asked.has(name) || registry.listened.has(name) || drafted.has(name)
  yield* registry.forget([...registry.kept].filter(name => !isAsked(name)))
}

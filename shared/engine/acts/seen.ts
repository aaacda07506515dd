import type { Seen } from '../../api'
import { diff } from '../../graph/diff'
import { sayDifference } from '../../graph/say-difference'
import { earlierDraft, findVersion, type StoredCampaign } from '../../store/campaigns'
import type { Work } from '../../store/work'

/**
 * What changed about a campaign since somebody looked at it, in sentences; undefined when it is what they saw. An act
 * is asked here in its own transaction, so that nobody publishes or resumes what they have not seen. What the caller
 * does not name is not asked about.
 */
export function* changedSince(campaign: StoredCampaign | undefined, seen: Seen): Work<string | undefined> {
  if (campaign === undefined) return undefined
  const of = [yield* draftSince(campaign, seen), yield* versionSince(campaign, seen)].filter(x => x !== undefined)
  return of.length === 0 ? undefined : of.join(' ')
}

function* draftSince({ id, name, draft, revision }: StoredCampaign, seen: Seen): Work<string | undefined> {
  if (seen.revision === undefined || seen.revision === revision) return undefined
  const was = yield* earlierDraft(id, seen.revision)
  const head = `The draft is at revision ${revision} by now; you saw revision ${seen.revision}.`
  if (was === undefined) return `${head} What was changed in between is not known any more.`
  const renamed = was.name === name ? [] : [`The campaign is called "${name}" now, not "${was.name}".`]
  const changes = [...renamed, ...sayDifference(diff(was.graph, draft))]
  return `${head} ${changes.length === 0 ? 'Steps only lie elsewhere on the canvas.' : changes.join(' ')}`
}

function* versionSince({ id, liveVersion }: StoredCampaign, seen: Seen): Work<string | undefined> {
  if (seen.liveVersion === undefined || seen.liveVersion === liveVersion) return undefined
  const was = seen.liveVersion === null ? undefined : yield* findVersion(id, seen.liveVersion)
  const is = liveVersion === null ? undefined : yield* findVersion(id, liveVersion)
  const head =
    liveVersion === null
      ? 'No version is published.'
      : `Version ${liveVersion} was published since${seen.liveVersion === null ? '' : `; you saw version ${seen.liveVersion}`}.`
  if (was === undefined || is === undefined) return head
  return [head, ...sayDifference(diff(was.graph, is.graph))].join(' ')
}

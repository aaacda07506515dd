import { Button } from '@mantine/core'
import { useDocumentVisibility } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { CampaignView } from '#shared/api'
import { campaignStandSchema } from '#shared/api/campaigns'
import { countsSchema } from '#shared/api/report'
import { diff } from '#shared/graph/diff'
import { sayDifference } from '#shared/graph/say-difference'
import type { Graph } from '#shared/graph/schema'
import { keys, useEvents } from '../api'
import type { DraftStore } from './draft'
import { useEditor } from './editor'
import styles from './editor.module.css'

/** What somebody saved elsewhere while this page was open: since what it showed last, and what is different. */
interface News {
  readonly since: Graph
  readonly changes: readonly string[]
}

/**
 * Keeps an open canvas in step with the server: listens to the campaign's stream, adopts a newer draft when nothing
 * here is unsaved, and says what changed. With unsaved changes the next save finds the newer draft, and asks.
 */
export function Elsewhere({ campaign }: { campaign: CampaignView }) {
  const { draft } = useEditor()
  useStream(campaign)
  const [news, setNews] = useNews(campaign, draft)
  if (news === null) return null
  return (
    <div className={styles.notSaved} role="status">
      <div>
        <p>
          <strong>This campaign was changed elsewhere.</strong> The canvas shows it as it is now.
        </p>
        <ul className={styles.changes}>
          {news.changes.map(change => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      </div>
      <Button variant="default" onClick={() => setNews(null)}>
        Seen
      </Button>
    </div>
  )
}

function useNews(campaign: CampaignView, draft: DraftStore) {
  const [news, setNews] = useState<News | null>(null)
  useEffect(() => {
    const { unsaved, revision, saving, graph, name } = draft.getState()
    if (unsaved > 0 || saving.is !== 'rest' || campaign.revision <= revision) return
    draft.adopt(campaign)
    setNews(before => {
      const since = before?.since ?? graph
      const renamed = name === campaign.name ? [] : [`It is called "${campaign.name}", not "${name}".`]
      const changes = [...renamed, ...sayDifference(diff(since, campaign.graph))]
      return { since, changes: changes.length === 0 ? ['Steps lie elsewhere on the canvas.'] : changes }
    })
  }, [campaign, draft])
  return [news, setNews] as const
}

/**
 * A hidden tab holds no connection. It learns the state of the campaign as soon as it is visible again.
 */
function useStream({ id, revision, status, liveVersion }: CampaignView): void {
  const cache = useQueryClient()
  const { overlays } = useEditor()
  const isSeen = useDocumentVisibility() !== 'hidden'
  useEvents(isSeen ? `/campaigns/${id}/live` : null, {
    campaign: data => {
      const { success, data: stand } = campaignStandSchema.safeParse(data)
      if (!success) return
      if (stand.revision > revision || stand.status !== status || stand.liveVersion !== liveVersion)
        void cache.invalidateQueries({ queryKey: keys.campaign(id) })
    },
    counts: data => {
      const counts = countsSchema.safeParse(data)
      if (counts.success) overlays.setState({ counts: counts.data })
    },
  })
}

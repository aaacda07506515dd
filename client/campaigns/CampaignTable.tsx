import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { CampaignSummary } from '#shared/api'
import type { FolderView } from '#shared/api/folders'
import { visible } from '#shared/values/visible'
import { useAlerts } from '../api'
import { Num, StatusPill, sayNumber, When } from '../ui'
import { CampaignMenu } from './CampaignMenu'
import styles from './campaigns.module.css'
import { FolderName } from './Folders'

/** Drawn at once; more on request, so that a thousand campaigns do not slow the page. */
const PAGE = 200

const SHOWN_TAGS = 2

const modes = { trigger: 'Trigger', batch: 'Batch' }

interface Props {
  readonly campaigns: readonly CampaignSummary[]
  readonly folders: readonly FolderView[]
}

/** The list of campaigns. A row opens the canvas; its menu holds the rest. */
export function CampaignTable({ campaigns, folders }: Props) {
  const [shown, setShown] = useState(PAGE)
  return (
    <div className={styles.scroll}>
      <table className="hl-table">
        <thead>
          <tr>
            <th>Name</th>
            <th className={styles.status}>Status</th>
            <th className={styles.mode}>Mode</th>
            <th className={`right ${styles.figure}`}>Entered</th>
            <th className={`right ${styles.figure}`}>Waiting</th>
            <th className={`right ${styles.figure}`}>Conversions</th>
            <th className={styles.when}>Updated</th>
            <th className={styles.menu}>
              <span className="hl-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {campaigns.slice(0, shown).map(campaign => (
            <CampaignRow key={campaign.id} campaign={campaign} folders={folders} />
          ))}
        </tbody>
      </table>
      {campaigns.length > shown && (
        <Button variant="subtle" className={styles.more} onClick={() => setShown(shown + PAGE)}>
          Show more ({sayNumber(campaigns.length - shown)} left)
        </Button>
      )}
    </div>
  )
}

function CampaignRow({ campaign, folders }: { campaign: CampaignSummary } & Pick<Props, 'folders'>) {
  const { id, name, tags, status, mode, liveVersion, entered, waiting, conversions, updatedAt } = campaign
  return (
    <tr>
      <td>
        <span className={styles.name}>
          <Link to="/campaigns/$id" params={{ id }} className="hl-row-link" title={visible(name)}>
            {visible(name)}
          </Link>
          <FolderName id={campaign.programId} folders={folders} />
          <Tags tags={tags} />
          <AlertMark campaign={id} />
        </span>
      </td>
      <td>
        <StatusPill status={status} {...(liveVersion === null ? {} : { detail: `v${liveVersion}` })} />
      </td>
      <td>{mode === null ? <span className={styles.none}>Not set</span> : modes[mode]}</td>
      <td className="right">
        <Num value={entered} />
      </td>
      <td className="right">
        <Num value={waiting} />
      </td>
      <td className="right">
        <Num value={conversions} />
      </td>
      <td>
        <When at={updatedAt} />
      </td>
      <td data-free className="right">
        <span className="hl-above-link">
          <CampaignMenu campaign={campaign} />
        </span>
      </td>
    </tr>
  )
}

/** The first tags; the others are named on hover. */
function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null
  const more = tags.length - SHOWN_TAGS
  return (
    <span className={styles.tags} title={tags.join(', ')}>
      {tags.slice(0, SHOWN_TAGS).map(tag => (
        <span key={tag} className={styles.tag}>
          {tag}
        </span>
      ))}
      {more > 0 && <span>+{more}</span>}
    </span>
  )
}

/** A webhook of the campaign fails often: leads to its calls. */
function AlertMark({ campaign }: { campaign: string }) {
  const { data: alerts = [] } = useAlerts()
  if (!alerts.some(alert => alert.campaignId === campaign && alert.clearedAt === null)) return null
  return (
    <Link
      to="/activity"
      search={{ campaign, outcome: 'failed' }}
      className={`hl-above-link ${styles.alert}`}
      title="A webhook of this campaign fails often"
    >
      <TriangleAlert size={14} aria-hidden />
      Fails often
    </Link>
  )
}

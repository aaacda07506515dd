import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Radio, WifiOff, Workflow } from 'lucide-react'
import type { Report } from '#shared/api'
import { ApiError, type Connection, useReport } from '../api'
import { CampaignMenu } from '../campaigns/CampaignMenu'
import { RemovalNotice } from '../leaving/RemovalNotice'
import { EmptyState, Loaded, PageHeader, StatusPill, useTitle } from '../ui'
import { EntrySection } from './EntrySection'
import { ExitTable } from './ExitTable'
import { Experiments } from './Experiments'
import { GoalReport } from './GoalReport'
import { useLiveReport } from './live'
import { Outcomes } from './Outcomes'
import styles from './reports.module.css'
import { StepTable } from './StepTable'
import { TestLength } from './TestLength'
import { Webhooks } from './Webhooks'

/** What a campaign came to: where its leads are, what converted, what was sent. Live. */
export function ReportPage({ campaignId }: { campaignId: string }) {
  const query = useReport(campaignId)
  const connection = useLiveReport(campaignId)
  const campaign = query.data?.campaign
  useTitle(campaign === undefined ? 'Report' : `Report: ${campaign.name}`)
  if (query.error instanceof ApiError && query.error.status === 404) return <UnknownCampaign />
  return (
    <>
      <PageHeader
        back={
          <Link to="/" className="hl-link">
            Campaigns
          </Link>
        }
        title={campaign?.name ?? 'Report'}
        beside={
          campaign !== undefined && (
            <>
              <StatusPill
                status={campaign.status}
                {...(campaign.liveVersion === null ? {} : { detail: `v${campaign.liveVersion}` })}
              />
              {campaign.status !== 'draft' && <Line connection={connection} />}
            </>
          )
        }
        actions={
          campaign !== undefined && (
            <>
              <Button
                variant="default"
                leftSection={<Workflow size={16} />}
                renderRoot={props => <Link {...props} to="/campaigns/$id" params={{ id: campaignId }} />}
              >
                Open the canvas
              </Button>
              <CampaignMenu campaign={campaign} />
            </>
          )
        }
      />
      <Loaded query={query} what="the report">
        {report => <Sections report={report} />}
      </Loaded>
    </>
  )
}

function Line({ connection }: { connection: Connection }) {
  return (
    <span className={styles.line} role="status">
      {connection === 'lost' ? <WifiOff size={14} aria-hidden /> : <Radio size={14} aria-hidden />}
      {connection === 'lost' ? 'Connection lost, trying again' : 'Figures are live'}
    </span>
  )
}

function Sections({ report }: { report: Report }) {
  const { campaign, counts } = report
  if (campaign.liveVersion === null)
    return report.experiments.length > 0 ? <BeforeLaunch report={report} /> : <NotLaunched id={campaign.id} />
  return (
    <div className={styles.report}>
      <RemovalNotice campaign={campaign} />
      <EntrySection campaignId={campaign.id} />
      <Outcomes counts={counts} />
      <ExitTable exits={report.exits} />
      <GoalReport report={report} />
      <Experiments report={report} />
      <Webhooks webhooks={report.webhooks} />
      <StepTable campaignId={campaign.id} version={campaign.liveVersion} steps={counts.steps} />
    </div>
  )
}

function BeforeLaunch({ report: { campaign, experiments } }: { report: Report }) {
  return (
    <div className={styles.report}>
      <p className={styles.note}>
        The campaign was not launched, so there is nothing to report yet. Once it is live, its leads are counted here.
      </p>
      <TestLength key={campaign.id} campaignId={campaign.id} tests={experiments} />
    </div>
  )
}

function NotLaunched({ id }: { id: string }) {
  return (
    <EmptyState
      title="Nothing to report yet"
      action={
        <Button renderRoot={props => <Link {...props} to="/campaigns/$id" params={{ id }} />}>Open the canvas</Button>
      }
    >
      The campaign was not launched. Once it is live, its leads are counted here.
    </EmptyState>
  )
}

function UnknownCampaign() {
  return (
    <EmptyState
      isPage
      title="There is no campaign here"
      action={
        <Link to="/" className="hl-link">
          See all campaigns
        </Link>
      }
    >
      It may have been deleted.
    </EmptyState>
  )
}

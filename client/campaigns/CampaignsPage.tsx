import { Button, TextInput } from '@mantine/core'
import { Plus, Search } from 'lucide-react'
import { useState } from 'react'
import type { CampaignSummary } from '#shared/api'
import { useCampaigns } from '../api'
import { EmptyState, Loaded, PageHeader, sayCount, useTitle } from '../ui'
import { CampaignTable } from './CampaignTable'
import styles from './campaigns.module.css'
import { FirstRun } from './FirstRun'
import { NewCampaign } from './NewCampaign'

/** Fewer than this are found by looking. */
const WORTH_A_FILTER = 6

/** All campaigns; on an empty installation the two ways to begin. */
export function CampaignsPage() {
  useTitle('Campaigns')
  const query = useCampaigns()
  const [naming, setNaming] = useState(false)
  if (query.data?.length === 0) return <FirstRun />
  return (
    <>
      <PageHeader
        title="Campaigns"
        actions={
          query.data !== undefined && (
            <Button leftSection={<Plus size={16} />} onClick={() => setNaming(true)}>
              New campaign
            </Button>
          )
        }
      />
      <Loaded query={query} what="the campaigns">
        {campaigns => <Campaigns campaigns={campaigns} />}
      </Loaded>
      <NewCampaign opened={naming} onClose={() => setNaming(false)} />
    </>
  )
}

function Campaigns({ campaigns }: { campaigns: readonly CampaignSummary[] }) {
  const [filter, setFilter] = useState('')
  const words = filter.trim().toLowerCase()
  const found = campaigns.filter(({ name }) => name.toLowerCase().includes(words))
  return (
    <>
      {campaigns.length >= WORTH_A_FILTER && (
        <div className={styles.filter}>
          <TextInput
            aria-label="Filter campaigns by name"
            placeholder="Filter by name"
            leftSection={<Search size={16} />}
            value={filter}
            onChange={event => setFilter(event.currentTarget.value)}
            w={280}
          />
          <span className={styles.count} role="status">
            {words === ''
              ? sayCount(campaigns.length, 'campaign')
              : `${sayCount(found.length, 'campaign')} of ${campaigns.length}`}
          </span>
        </div>
      )}
      {found.length === 0 ? (
        <EmptyState
          title={`No campaign is called "${filter}"`}
          action={
            <Button variant="default" onClick={() => setFilter('')}>
              Show all campaigns
            </Button>
          }
        />
      ) : (
        <CampaignTable campaigns={found} />
      )}
    </>
  )
}

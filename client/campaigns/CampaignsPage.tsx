import { Button, TextInput } from '@mantine/core'
import { Plus, Search } from 'lucide-react'
import { useState } from 'react'
import type { CampaignSummary } from '#shared/api'
import { useCampaigns } from '../api'
import { useFolders } from '../api/library'
import { EmptyState, Loaded, PageHeader, sayCount, useTitle } from '../ui'
import { CampaignTable } from './CampaignTable'
import styles from './campaigns.module.css'
import { FirstRun } from './FirstRun'
import { FolderBar, liesIn } from './Folders'
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
  const [folder, setFolder] = useState('')
  const folders = useFolders().data ?? []
  const words = filter.trim().toLowerCase()
  const found = campaigns.filter(c => isAbout(c, words) && liesIn(c, folder, folders))
  return (
    <>
      <div className={styles.filter}>
        {campaigns.length >= WORTH_A_FILTER && (
          <TextInput
            aria-label="Filter campaigns by name or tag"
            placeholder="Filter by name or tag"
            leftSection={<Search size={16} />}
            value={filter}
            onChange={event => setFilter(event.currentTarget.value)}
            w={280}
          />
        )}
        <FolderBar folders={folders} chosen={folder} onChoose={setFolder} />
        {campaigns.length >= WORTH_A_FILTER && (
          <span className={styles.count} role="status">
            {found.length === campaigns.length
              ? sayCount(campaigns.length, 'campaign')
              : `${sayCount(found.length, 'campaign')} of ${campaigns.length}`}
          </span>
        )}
      </div>
      {found.length === 0 ? (
        <EmptyState
          title={words === '' ? 'No campaign lies in this folder' : `No campaign is called or tagged "${filter}"`}
          action={
            <Button
              variant="default"
              onClick={() => {
                setFilter('')
                setFolder('')
              }}
            >
              Show all campaigns
            </Button>
          }
        />
      ) : (
        <CampaignTable campaigns={found} folders={folders} />
      )}
    </>
  )
}

/** Do the words stand in its name, or in one of its tags? */
function isAbout({ name, tags }: CampaignSummary, words: string): boolean {
  return [name, ...tags].some(text => text.toLowerCase().includes(words))
}

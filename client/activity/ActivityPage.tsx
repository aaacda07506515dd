import { Button, Menu, Tabs } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ArrowUp, Download } from 'lucide-react'
import { useRef, useState } from 'react'
import { type ActivitySearch, activityKeys, exportAddress, useActivity, useActivitySummary, useEvents } from '../api'
import { EmptyState, Loaded, PageHeader, sayNumber, useTitle } from '../ui'
import { ActivityTable } from './ActivityTable'
import { Alerts } from './Alerts'
import styles from './activity.module.css'
import { DeadLetters } from './DeadLetters'
import { Filters } from './Filters'
import { SendPanel } from './SendPanel'

const route = getRouteApi('/activity')

/** A reader with more pages than this is far down: new sends are announced instead of drawn. */
const FRESH_PAGES = 1

/**
 * Every send of every lead: find it, see what was sent and answered, send dead letters again. The address carries the
 * filter and the send.
 */
export function ActivityPage() {
  useTitle('Activity')
  const { send, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useActivity(search)
  const summary = useActivitySummary(search).data
  const { hasNews, showNews } = useNews(query.data?.pages.length ?? 0)
  const pages = query.data?.pages
  const change = (next: Partial<ActivitySearch>) =>
    void navigate({ search: { ...search, ...next, send: undefined }, replace: true })
  const select = (id: string | undefined) => void navigate({ search: { ...search, send: id }, replace: true })
  return (
    <div className={styles.page}>
      <PageHeader title="Activity" actions={<Export search={search} />} />
      <Alerts />
      <div className={styles.controls}>
        <Tabs
          value={tabOf(search)}
          onChange={tab =>
            change({ outcome: outcomeOf(tab), cause: undefined, ...(tab === 'held' ? unknownOfHeld : {}) })
          }
        >
          <Tabs.List aria-label="Which sends">
            <Tabs.Tab value="all">All sends</Tabs.Tab>
            <Tabs.Tab value="dead">Dead letters{countOf(summary?.dead.total, summary?.dead.upTo)}</Tabs.Tab>
            <Tabs.Tab value="held">Held{countOf(summary?.held)}</Tabs.Tab>
          </Tabs.List>
        </Tabs>
        <Filters search={search} hosts={summary?.hosts ?? []} onChange={change} />
        {search.outcome === 'failed' && summary !== undefined && (
          <DeadLetters search={search} summary={summary} onCause={cause => change({ cause })} />
        )}
      </div>
      <div className={styles.body} data-open={send !== undefined || undefined}>
        <div className={styles.list}>
          {hasNews && (
            <Button className={styles.news} size="xs" leftSection={<ArrowUp size={14} />} onClick={showNews}>
              Show new activity
            </Button>
          )}
          <Loaded query={{ data: pages, error: query.error, refetch: query.refetch }} what="the sends" rows={10}>
            {found => {
              const rows = found.flatMap(page => page.rows)
              if (rows.length === 0 && !query.hasNextPage)
                return <Nothing search={search} onClear={() => void navigate({ search: {}, replace: true })} />
              return (
                <ActivityTable
                  rows={rows}
                  selected={send}
                  more={query.hasNextPage}
                  isFetching={query.isFetchingNextPage}
                  onMore={() => void query.fetchNextPage()}
                  onSelect={select}
                />
              )
            }}
          </Loaded>
        </div>
        {send !== undefined && <SendPanel key={send} id={send} onClose={() => select(undefined)} />}
      </div>
    </div>
  )
}

/**
 * Draws again when something was sent or answered. A reader who has scrolled down is told instead, and nothing moves.
 */
function useNews(pages: number) {
  const client = useQueryClient()
  const [hasNews, setNews] = useState(false)
  const isFar = useRef(false)
  isFar.current = pages > FRESH_PAGES
  useEvents('/activity/live', {
    changed: () => {
      if (isFar.current) setNews(true)
      const isKept = (key: readonly unknown[]) => isFar.current && key[1] === 'page'
      void client.invalidateQueries({
        queryKey: activityKeys.all,
        predicate: ({ queryKey }) => !isKept(queryKey),
      })
    },
  })
  const showNews = () => {
    setNews(false)
    void client.resetQueries({ queryKey: ['activity', 'page'] })
  }
  return { hasNews: hasNews && isFar.current, showNews }
}

/** A call that is held was not rendered yet: it has none of these to filter by. */
const unknownOfHeld = { host: undefined, status: undefined, since: undefined }

function tabOf({ outcome }: ActivitySearch): string {
  return outcome === 'failed' ? 'dead' : outcome === 'held' ? 'held' : 'all'
}

function outcomeOf(tab: string | null): ActivitySearch['outcome'] {
  return tab === 'dead' ? 'failed' : tab === 'held' ? 'held' : undefined
}

function countOf(n: number | undefined, upTo = Number.POSITIVE_INFINITY): string {
  if (n === undefined || n === 0) return ''
  return ` (${sayNumber(n)}${n >= upTo ? '+' : ''})`
}

function Export({ search }: { search: ActivitySearch }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Download size={16} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={exportAddress(search, 'csv')} download>
          CSV, for spreadsheets
        </Menu.Item>
        <Menu.Item component="a" href={exportAddress(search, 'ndjson')} download>
          NDJSON, for programs
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Nothing({ search, onClear }: { search: ActivitySearch; onClear: () => void }) {
  const { outcome, ...rest } = search
  const isFiltered = Object.values(rest).some(value => value !== undefined)
  if (outcome === 'failed' && !isFiltered)
    return (
      <EmptyState title="No dead letters">
        Calls that failed for good come here, with their cause, and can be sent again.
      </EmptyState>
    )
  if (outcome === 'held' && !isFiltered)
    return (
      <EmptyState title="Nothing is held">
        Calls wait here during quiet hours, while their campaign is paused, and while their endpoint is switched off.
        They go out on their own.
      </EmptyState>
    )
  if (outcome === undefined && !isFiltered)
    return (
      <EmptyState title="Nothing was sent yet">
        Every webhook call of every lead comes here: launch a campaign that calls one, and let a lead in.
      </EmptyState>
    )
  return (
    <EmptyState
      title="No send matches these filters"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filters
        </Button>
      }
    />
  )
}

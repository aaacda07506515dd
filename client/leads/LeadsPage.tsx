import { Button, CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { ListTree, Search, Upload, UserPlus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { LeadView } from '#shared/api'
import { visible } from '#shared/values/visible'
import { useLeads } from '../api'
import { EmptyState, Loaded, PageHeader, sayCount, useTitle } from '../ui'
import { AddLead } from './AddLead'
import { ImportButton } from './import/ImportButton'
import { LeadTable } from './LeadTable'
import styles from './leads.module.css'

const TYPING_MS = 250

interface Props {
  /** What is looked for; lives in the address. */
  readonly search: string
  readonly onSearch: (search: string) => void
}

/** All leads, newest first: search, import, add, open one. */
export function LeadsPage({ search, onSearch }: Props) {
  useTitle('Leads')
  const query = useLeads(search)
  const [adding, setAdding] = useState(false)
  const [importing, setImporting] = useState(false)
  const pages = query.data?.pages
  const total = pages?.[0]?.total
  const isEmpty = total === 0 && search === ''
  return (
    <div className={styles.page}>
      <PageHeader
        title="Leads"
        beside={
          total !== undefined && (
            <span className={styles.total} role="status">
              {search === '' ? sayCount(total, 'lead') : `${sayCount(total, 'lead')} found`}
            </span>
          )
        }
        actions={
          <>
            <Button
              variant="subtle"
              leftSection={<ListTree size={16} />}
              renderRoot={props => <Link {...props} to="/fields" />}
            >
              Fields
            </Button>
            <Button variant="default" leftSection={<UserPlus size={16} />} onClick={() => setAdding(true)}>
              Add a lead
            </Button>
            <ImportButton opened={importing} onOpen={() => setImporting(true)} onClose={() => setImporting(false)} />
          </>
        }
      />
      {!isEmpty && <SearchBox search={search} onSearch={onSearch} />}
      <Loaded query={{ data: pages, error: query.error, refetch: query.refetch }} what="the leads" rows={10}>
        {found => {
          const leads = found.flatMap(page => page.leads)
          if (isEmpty) return <NoLeads onAdd={() => setAdding(true)} onImport={() => setImporting(true)} />
          if (leads.length === 0) return <NothingFound search={search} onClear={() => onSearch('')} />
          return (
            <>
              <Merged leads={leads} />
              <LeadTable
                leads={leads}
                total={total ?? leads.length}
                more={query.hasNextPage}
                isFetching={query.isFetchingNextPage}
                onMore={() => void query.fetchNextPage()}
              />
            </>
          )
        }}
      </Loaded>
      <AddLead opened={adding} onClose={() => setAdding(false)} />
    </div>
  )
}

/** In a whole sentence, where the search means one or a few: the lead that was looked for is another by now. */
function Merged({ leads }: { leads: readonly LeadView[] }) {
  const found = leads.filter(lead => lead.mergedFrom !== undefined)
  if (found.length > 3) return null
  return found.map(({ externalId, mergedFrom }) => (
    <p key={externalId} className={styles.mergedNote}>
      <span className={styles.id}>{visible(mergedFrom ?? '')}</span> was merged into{' '}
      <Link to="/leads/$externalId" params={{ externalId }} className={styles.id}>
        {visible(externalId)}
      </Link>
      .
    </p>
  ))
}

/**
 * The box runs ahead of the address: it sends what was typed after a short pause, and follows the address when that
 * changes.
 */
function SearchBox({ search, onSearch }: Props) {
  const [text, setText] = useState(search)
  const sent = useRef(search)
  const send = useDebouncedCallback((next: string) => {
    sent.current = next
    onSearch(next)
  }, TYPING_MS)
  useEffect(() => {
    if (search === sent.current) return
    sent.current = search
    setText(search)
  }, [search])

  const type = (next: string) => {
    setText(next)
    send(next.trim())
  }
  return (
    <div className={styles.search}>
      <TextInput
        type="search"
        aria-label="Search leads by id, e-mail address or name"
        placeholder="Search by id, e-mail or name"
        leftSection={<Search size={16} />}
        rightSection={text !== '' && <CloseButton size="sm" aria-label="Clear the search" onClick={() => type('')} />}
        value={text}
        maxLength={200}
        onChange={event => type(event.currentTarget.value)}
      />
    </div>
  )
}

function NoLeads({ onAdd, onImport }: { onAdd: () => void; onImport: () => void }) {
  return (
    <EmptyState
      title="No leads yet"
      action={
        <>
          <Button variant="default" leftSection={<Upload size={16} />} onClick={onImport}>
            Import a CSV file
          </Button>
          <Button variant="default" leftSection={<UserPlus size={16} />} onClick={onAdd}>
            Add one by hand
          </Button>
        </>
      }
    >
      A lead is a person with an id, attributes and a time zone. They come from a CSV file, from the API, or by
      themselves with their first event.
    </EmptyState>
  )
}

function NothingFound({ search, onClear }: { search: string; onClear: () => void }) {
  return (
    <EmptyState
      title={`No lead matches "${search}"`}
      action={
        <Button variant="default" onClick={onClear}>
          Clear the search
        </Button>
      }
    >
      The search looks in ids, e-mail addresses and names.
    </EmptyState>
  )
}

import { Button, Group, Progress } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleStop, CircleX, Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ImportView } from '#shared/api'
import { api, keys, rejectedRowsAddress, useImport } from '../../api'
import { Counts, ErrorState, Loading, Refusal, sayCount, sayNumber, sayPercent, saySpan, toast } from '../../ui'
import styles from './import.module.css'

interface Props {
  readonly importId: string
  /** Forget this import and choose another file. */
  readonly onAgain: () => void
  readonly onDone: () => void
}

/** An import while it runs, and what it came to. */
export function ImportRun({ importId, onAgain, onDone }: Props) {
  const query = useImport(importId)
  const queries = useQueryClient()
  const status = query.data?.status
  useEffect(() => {
    if (status === undefined) return
    void queries.invalidateQueries({ queryKey: keys.imports, exact: true })
    if (status === 'running') return
    void queries.invalidateQueries({ queryKey: keys.allLeads })
    void queries.invalidateQueries({ queryKey: keys.lists })
  }, [status, queries])

  if (query.data === undefined && query.error)
    return (
      <>
        <ErrorState what="The import could not be followed." error={query.error} onRetry={() => void query.refetch()} />
        <Button variant="default" onClick={onAgain}>
          Start a new import
        </Button>
      </>
    )
  if (query.data === undefined) return <Loading what="the import" rows={2} />
  if (query.data.status === 'running') return <Running run={query.data} at={query.dataUpdatedAt} onAgain={onAgain} />
  return <Result run={query.data} onAgain={onAgain} onDone={onDone} />
}

function Running({ run, at, onAgain }: { run: ImportView; at: number; onAgain: () => void }) {
  const [first] = useState({ at, rows: run.rows, bytes: run.bytesRead })
  const cancel = useMutation({
    mutationFn: () => api.cancelImport(run.id),
    onError: error => toast.refused('The import was not cancelled', error),
  })
  const share = run.bytesTotal === 0 ? 0 : run.bytesRead / run.bytesTotal
  return (
    <div className={styles.running}>
      <FileName run={run} />
      <Progress value={share * 100} size="md" aria-label="Importing leads" />
      <div className={styles.runningWords}>
        <span role="status">
          {sayPercent(share)} · {sayCount(run.rows, 'row')}
          {run.rejected > 0 && `, ${sayNumber(run.rejected)} rejected`}
        </span>
        <span>{saySpeed(run, first, at)}</span>
      </div>
      {run.error !== null && (
        <p className={styles.fault} role="alert">
          {run.error}
        </p>
      )}
      <Group justify="space-between" mt="lg">
        <span className={styles.hint}>
          You can close this window; the import goes on, also over a restart of the server.
        </span>
        <Group gap="xs">
          <Button variant="subtle" onClick={onAgain}>
            All imports
          </Button>
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel the import
          </Button>
        </Group>
      </Group>
    </div>
  )
}

function FileName({ run: { name } }: { run: ImportView }) {
  return name === '' ? null : (
    <p className={styles.fileName} title={name}>
      {name}
    </p>
  )
}

/** `12,300 rows a second, 4 seconds left`; nothing before there is something to measure. */
function saySpeed(run: ImportView, first: { at: number; rows: number; bytes: number }, at: number): string {
  const ms = at - first.at
  const bytes = run.bytesRead - first.bytes
  if (ms < 300 || bytes <= 0) return ''
  const rowsPerSecond = Math.round(((run.rows - first.rows) / ms) * 1000)
  const leftMs = ((run.bytesTotal - run.bytesRead) / bytes) * ms
  return `${sayCount(rowsPerSecond, 'row')} a second, ${saySpan(Math.max(leftMs, 1000))} left`
}

const endings = {
  done: { title: 'The import is done', icon: CircleCheck, colour: 'var(--hl-succeeded)' },
  cancelled: {
    title: 'The import was cancelled; rows stored before stay',
    icon: CircleStop,
    colour: 'var(--hl-skipped)',
  },
  failed: { title: 'The import failed', icon: CircleX, colour: 'var(--hl-failed)' },
}

function Result({ run, onAgain, onDone }: { run: ImportView } & Omit<Props, 'importId'>) {
  const { title, icon: Icon, colour } = endings[run.status === 'running' ? 'done' : run.status]
  return (
    <div>
      <h3 className={styles.resultTitle}>
        <Icon size={18} color={colour} aria-hidden /> <span role="status">{title}</span>
      </h3>
      <FileName run={run} />
      <Refusal what="The file could not be read to its end." error={run.error === null ? null : new Error(run.error)} />
      <Counts counts={{ Rows: run.rows, Added: run.created, Updated: run.updated, Rejected: run.rejected }} />
      {run.rejected > 0 && (
        <p className={styles.rejected}>
          <a className="hl-link" href={rejectedRowsAddress(run.id)} download="rejected-rows.csv">
            <Download size={14} aria-hidden /> Download rejected rows
          </a>{' '}
          with the reason beside each. Mend them in the file and import it again: known leads are updated, not doubled.
        </p>
      )}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onAgain}>
          Import another file
        </Button>
        <Button onClick={onDone}>Done</Button>
      </Group>
    </div>
  )
}

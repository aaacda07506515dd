import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { SandboxView } from '#shared/api'
import { api, keys, useSandbox } from '../api'
import { CodeBlock, EmptyState, Loaded, Mono, PageHeader, sayCount, sayNumber, toast, useTitle } from '../ui'
import { AnswerMode } from './AnswerMode'
import { CallDetail } from './CallDetail'
import { CallList } from './CallList'
import { useLiveCalls } from './live'
import styles from './sandbox.module.css'

/** The built-in receiver: what arrived, and how it answers. */
export function SandboxPage() {
  useTitle('Sandbox')
  const query = useSandbox()
  const connection = useLiveCalls()
  const view = query.data
  return (
    <div className={styles.page}>
      <PageHeader
        title="Sandbox"
        beside={view !== undefined && <Mono value={view.url} copy="the address" />}
        actions={view !== undefined && view.total > 0 && <Clear />}
      />
      <Loaded query={query} what="the calls">
        {sandbox => (
          <>
            <AnswerMode settings={sandbox.settings} />
            <Calls sandbox={sandbox} isLost={connection === 'lost'} />
          </>
        )}
      </Loaded>
    </div>
  )
}

function Clear() {
  const queries = useQueryClient()
  const clear = useMutation({
    mutationFn: api.clearSandbox,
    onSuccess: view => {
      queries.setQueryData(keys.sandbox, view)
      toast.done('The calls are cleared')
    },
    onError: error => toast.refused('The calls were not cleared', error),
  })
  return (
    <Button
      variant="default"
      leftSection={<Trash2 size={16} />}
      loading={clear.isPending}
      onClick={() => clear.mutate()}
    >
      Clear
    </Button>
  )
}

function Calls({ sandbox, isLost }: { sandbox: SandboxView; isLost: boolean }) {
  const [chosen, setChosen] = useState<number>()
  const { calls, total, url } = sandbox
  // Nothing chosen: the newest call is shown, and the next one takes its place.
  const shown = calls.find(({ n }) => n === chosen) ?? calls[0]
  if (shown === undefined) return <NoCalls url={url} />
  return (
    <div className={styles.split}>
      <section className={styles.list} aria-label="Calls">
        <p className={styles.count} role="status">
          {isLost
            ? 'Connection lost, trying again'
            : total > calls.length
              ? `${sayCount(total, 'call')}, the newest ${sayNumber(calls.length)} shown`
              : sayCount(total, 'call')}
        </p>
        <CallList calls={calls} shown={shown.n} onShow={setChosen} />
      </section>
      <CallDetail key={shown.n} call={shown} />
    </div>
  )
}

function NoCalls({ url }: { url: string }) {
  const start = url.replace(/\/$/, '')
  const command = `curl -X POST ${start}/hello -H 'content-type: application/json' -d '{"hello":"world"}'`
  return (
    <EmptyState title="No calls yet">
      <p>
        Give this address to a Call webhook step, with anything behind it, and its calls appear here as they arrive:
      </p>
      <div className={styles.address}>
        <CodeBlock text={`${start}/crm`} label="the address" />
      </div>
      <p>Or try it now from a terminal:</p>
      <div className={styles.address}>
        <CodeBlock text={command} label="the command" />
      </div>
    </EmptyState>
  )
}

import { Button, Group, Modal, Progress } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import type { ActivitySummary, ResendingView } from '#shared/api/activity'
import { type ActivitySearch, activity, activityKeys, useResendings } from '../api'
import { Refusal, sayCount, sayNumber, toast } from '../ui'
import styles from './activity.module.css'
import { causeWords } from './outcome'
import { type SendWhen, WhenChoice } from './WhenChoice'

interface Props {
  readonly search: ActivitySearch
  readonly summary: ActivitySummary
  readonly onCause: (cause: string | undefined) => void
}

/** Dead letters by cause, and the way to send all of them again that match. */
export function DeadLetters({ search, summary, onCause }: Props) {
  const [asking, setAsking] = useState(false)
  const { causes, total } = summary.dead
  const chosen = causes.find(({ cause }) => cause === search.cause)
  const count = search.cause === undefined ? total : (chosen?.n ?? 0)
  const running = useResendings().data?.find(({ status }) => status === 'running')
  if (total === 0 && running === undefined) return null
  return (
    <div className={styles.dead}>
      <fieldset className={styles.causes} aria-label="Cause">
        {causes.map(({ cause, n }) => (
          <button
            key={cause}
            type="button"
            aria-pressed={cause === search.cause}
            onClick={() => onCause(cause === search.cause ? undefined : cause)}
          >
            {causeWords[cause] ?? cause} <span>{sayNumber(n)}</span>
          </button>
        ))}
      </fieldset>
      {running === undefined ? (
        <Button
          variant="default"
          leftSection={<RotateCw size={16} />}
          disabled={count === 0}
          onClick={() => setAsking(true)}
        >
          Send {sayNumber(count)} again
        </Button>
      ) : (
        <Running resending={running} />
      )}
      {asking && <AskAll search={search} count={count} onClose={() => setAsking(false)} />}
    </div>
  )
}

function Running({ resending: { id, total, resent, refused } }: { resending: ResendingView }) {
  const client = useQueryClient()
  const stop = useMutation({
    mutationFn: () => activity.stopResending(id),
    onSettled: () => client.invalidateQueries({ queryKey: activityKeys.all }),
    onError: error => toast.refused('It was not stopped', error),
  })
  // Letters that died after it began may be among them.
  const done = Math.min(total, resent + refused)
  return (
    <div className={styles.running} role="status">
      <span>
        {sayNumber(done)} of {sayNumber(total)} put in the queue
      </span>
      <Progress value={total === 0 ? 100 : (done / total) * 100} w={160} aria-label="Resend" />
      <Button variant="default" size="xs" loading={stop.isPending} onClick={() => stop.mutate()}>
        Stop
      </Button>
    </div>
  )
}

function AskAll({ search, count, onClose }: { search: ActivitySearch; count: number; onClose: () => void }) {
  const [when, setWhen] = useState<SendWhen>('allowed')
  const client = useQueryClient()
  const begin = useMutation({
    mutationFn: () => activity.resendAll(search, when),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: activityKeys.all })
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title={`Send ${sayCount(count, 'dead letter')} again?`}>
      <p>
        Each goes out with the same bytes and the same webhook-id, so that a receiver can tell it from a new one. Their
        journeys have gone on and stay where they are; what the answers say about the leads is kept.
      </p>
      <WhenChoice value={when} onChange={setWhen} />
      <Refusal what="Nothing was sent." error={begin.error} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button loading={begin.isPending} onClick={() => begin.mutate()}>
          Send {sayNumber(count)} again
        </Button>
      </Group>
    </Modal>
  )
}

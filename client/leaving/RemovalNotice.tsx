import { Button, Progress } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleStop, LogOut } from 'lucide-react'
import type { CampaignStatus } from '#shared/api'
import type { RemovalView } from '#shared/api/leaving'
import { leaving, removalsKey, useRemovals } from '../api/leaving'
import { sayCount, sayNumber, toast, When } from '../ui'
import styles from './leaving.module.css'

/**
 * Tells how far a removal of leads has come, and that the campaign was aborted (marketo-alm rule 28). Draws nothing
 * otherwise.
 */
export function RemovalNotice({ campaign }: { campaign: { readonly id: string; readonly status: CampaignStatus } }) {
  const removals = useRemovals(campaign.id).data ?? []
  const running = removals.findLast(({ status }) => status === 'running')
  if (running !== undefined) return <Running removal={running} />
  const aborted = campaign.status === 'stopped' ? removals.find(({ why }) => why === 'abort') : undefined
  return aborted === undefined ? null : <Aborted removal={aborted} />
}

function Running({ removal: { id, campaignId, why, total, removed } }: { removal: RemovalView }) {
  const queries = useQueryClient()
  const stop = useMutation({
    mutationFn: () => leaving.stop(id),
    onSettled: () => queries.invalidateQueries({ queryKey: removalsKey(campaignId) }),
    onError: error => toast.refused('It was not stopped', error),
  })
  return (
    <div className={styles.notice} role="status">
      <LogOut size={16} aria-hidden />
      <p>
        <strong>{why === 'abort' ? 'Aborted.' : 'Leads are being removed.'}</strong> {sayNumber(removed)} of{' '}
        {sayCount(total, 'lead')} have left.
      </p>
      <Progress value={total === 0 ? 100 : Math.min(100, (removed / total) * 100)} w={160} aria-label="Removed" />
      {why === 'by-hand' && (
        <Button variant="default" size="xs" loading={stop.isPending} onClick={() => stop.mutate()}>
          Stop
        </Button>
      )}
    </div>
  )
}

function Aborted({ removal: { total, begunAt } }: { removal: RemovalView }) {
  return (
    <div className={styles.notice} role="status">
      <CircleStop size={16} aria-hidden />
      <p>
        <strong>
          Aborted <When at={begunAt} />.
        </strong>{' '}
        {total === 0
          ? 'Nobody was inside.'
          : `${sayCount(total, 'lead')} left before the end. What was sent to them, and what was written about them, stays.`}
      </p>
    </div>
  )
}

import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import type { AlertView } from '#shared/api/activity'
import { activity, activityKeys, useAlerts } from '../api'
import { sayCount, sayNumber, toast, When } from '../ui'
import styles from './activity.module.css'

/** Webhooks that fail often, until they do no more or somebody says that it was seen. */
export function Alerts() {
  const { data: alerts = [] } = useAlerts()
  const open = alerts.filter(alert => alert.clearedAt === null && alert.acknowledgedAt === null)
  if (open.length === 0) return null
  return (
    <ul className={styles.alerts} aria-label="Alerts">
      {open.map(alert => (
        <OneAlert key={alert.id} alert={alert} />
      ))}
    </ul>
  )
}

function OneAlert({ alert }: { alert: AlertView }) {
  const { id, campaignId, campaignName, step, stepName, calls, failed, minutes, raisedAt } = alert
  const client = useQueryClient()
  const seen = useMutation({
    mutationFn: () => activity.acknowledge(id),
    onSuccess: () => client.invalidateQueries({ queryKey: activityKeys.alerts }),
    onError: error => toast.refused('The alert stays', error),
  })
  return (
    <li className={styles.alert}>
      <TriangleAlert size={16} aria-hidden />
      <p>
        <strong>
          "{stepName}" in {campaignName} fails often:
        </strong>{' '}
        {sayNumber(failed)} of {sayCount(calls, 'call')} within {sayCount(minutes, 'minute')} (<When at={raisedAt} />
        ).{' '}
        <Link className="hl-link" to="/activity" search={{ campaign: campaignId, step }}>
          See its calls
        </Link>
      </p>
      <Button variant="default" size="xs" loading={seen.isPending} onClick={() => seen.mutate()}>
        I have seen it
      </Button>
    </li>
  )
}

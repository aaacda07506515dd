import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { PowerOff, TriangleAlert } from 'lucide-react'
import type { AlertView } from '#shared/api/alerts'
import type { ReceiverView } from '#shared/api/receivers'
import { activity, activityKeys, useAlerts } from '../api'
import { useReceivers } from '../api/receivers'
import { sayOff } from '../hosts/words'
import { sayCount, sayNumber, toast, When } from '../ui'
import styles from './activity.module.css'

/** Webhooks that fail often, until they do no more or somebody says that it was seen. */
export function Alerts() {
  const { data: alerts = [] } = useAlerts()
  const { data: inTrouble } = useReceivers()
  const off = inTrouble?.receivers.filter(receiver => receiver.state === 'off') ?? []
  // That a receiver is switched off is said as long as it is, seen or not.
  const open = alerts.filter(
    alert => alert.clearedAt === null && alert.acknowledgedAt === null && alert.reached !== 100,
  )
  if (open.length + off.length === 0) return null
  return (
    <ul className={styles.alerts} aria-label="Alerts">
      {off.map(receiver => (
        <SwitchedOff key={receiver.address} receiver={receiver} />
      ))}
      {open.map(alert => (
        <OneAlert key={alert.id} alert={alert} />
      ))}
    </ul>
  )
}

function SwitchedOff({ receiver }: { receiver: ReceiverView }) {
  const { address, waiting } = receiver
  return (
    <li className={styles.alert}>
      <PowerOff size={16} aria-hidden />
      <p>
        <strong>{address} is switched off:</strong> {sayOff(receiver)}{' '}
        {waiting === 0
          ? 'Nobody waits for it.'
          : `${sayCount(waiting, 'lead')} ${waiting === 1 ? 'waits' : 'wait'} for it.`}
      </p>
      <Button variant="default" size="xs" component={Link} to="/hosts">
        See the endpoints
      </Button>
    </li>
  )
}

function OneAlert({ alert }: { alert: AlertView }) {
  const { id, campaignId, campaignName, step, stepName, calls, failed, minutes, raisedAt, receiver, reached } = alert
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
        {receiver === null ? (
          <>
            <strong>
              "{stepName}" in {campaignName} fails often:
            </strong>{' '}
            {sayNumber(failed)} of {sayCount(calls, 'call')} within {sayCount(minutes, 'minute')} (
            <When at={raisedAt} />
            ).
          </>
        ) : (
          <>
            <strong>{receiver} only fails:</strong> {sayCount(failed, 'call')}, none succeeded. It will be switched off;{' '}
            {reached} % of the time until then is over (<When at={raisedAt} />
            ).
          </>
        )}{' '}
        <Link className="hl-link" to="/activity" search={{ campaign: campaignId, step }}>
          See its calls
        </Link>
      </p>
      <Button variant="default" size="xs" loading={seen.isPending} onClick={() => seen.mutate()}>
        Dismiss
      </Button>
    </li>
  )
}

import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import type { SubscriptionView } from '#shared/api/subscriptions'
import { sayCause } from '#shared/rules/causes'
import { visible } from '#shared/values/visible'
import { useSubscriptions } from '../api/subscriptions'
import { EmptyState, Loaded, Num, PageHeader, sayCount, useTitle, When } from '../ui'
import { Standing } from './Standing'
import styles from './subscriptions.module.css'

/** Listeners outside that are told of events: how each of them stands. */
export function SubscriptionsPage() {
  useTitle('Subscriptions')
  const query = useSubscriptions()
  const add = (
    <Button
      leftSection={<Plus size={16} />}
      renderRoot={props => <Link {...props} to="/subscriptions/$id" params={{ id: 'new' }} />}
    >
      New subscription
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Subscriptions"
        actions={query.data !== undefined && query.data.subscriptions.length > 0 && add}
      />
      <Loaded query={query} what="the subscriptions">
        {({ subscriptions }) =>
          subscriptions.length === 0 ? (
            <EmptyState title="Nobody is told of anything yet" action={add}>
              A subscription posts what happens here to an address of yours: leads that change, journeys that start and
              end, webhooks that fail. It is not a step of a campaign.
            </EmptyState>
          ) : (
            <SubscriptionTable subscriptions={subscriptions} />
          )
        }
      </Loaded>
    </>
  )
}

function SubscriptionTable({ subscriptions }: { subscriptions: readonly SubscriptionView[] }) {
  return (
    <div className={styles.scroll}>
      <table className="hl-table">
        <thead>
          <tr>
            <th>Name</th>
            <th className={styles.state}>State</th>
            <th className={styles.lag}>Waiting since</th>
            <th className={styles.when}>Last success</th>
            <th className={`right ${styles.count}`}>Failures in 24 h</th>
            <th className={styles.events}>Hears</th>
          </tr>
        </thead>
        <tbody>
          {subscriptions.map(subscription => (
            <Row key={subscription.id} subscription={subscription} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ subscription }: { subscription: SubscriptionView }) {
  const { id, name, target, events, waitingSince, succeededAt, failuresToday, outcome, nextAt } = subscription
  return (
    <tr>
      <td title={target}>
        <Link to="/subscriptions/$id" params={{ id }} className="hl-row-link" title={visible(name)}>
          {visible(name)}
        </Link>
        <span className={styles.target}>{target}</span>
      </td>
      <td>
        <Standing subscription={subscription} />
      </td>
      <td>
        {waitingSince === null ? (
          <span className={styles.muted}>Nothing waits</span>
        ) : (
          <>
            <When at={waitingSince} />
            {nextAt !== null && outcome !== null && (
              <span className={styles.target}>
                {sayCause(outcome)}, again <When at={nextAt} />
              </span>
            )}
          </>
        )}
      </td>
      <td>{succeededAt === null ? <span className={styles.muted}>Never</span> : <When at={succeededAt} />}</td>
      <td className="right">
        <Num value={failuresToday} />
      </td>
      <td title={events.join(', ')}>{sayCount(events.length, 'event')}</td>
    </tr>
  )
}

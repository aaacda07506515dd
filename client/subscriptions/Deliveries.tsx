import { CircleCheck, CircleX, Hourglass, Send } from 'lucide-react'
import type { DeliveryView } from '#shared/api/subscriptions'
import { useDeliveries } from '../api/subscriptions'
import { Loaded, sayCount, sayNumber, When } from '../ui'
import styles from './subscriptions.module.css'

/** The last requests of a subscription, each with its attempts. */
export function Deliveries({ id }: { id: string }) {
  const query = useDeliveries(id)
  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">Last requests</h2>
      <Loaded query={query} what="the requests">
        {deliveries =>
          deliveries.length === 0 ? (
            <p className={styles.about}>Nothing was sent yet. Events come here as soon as one happens that it hears.</p>
          ) : (
            <ul className={styles.sends}>
              {deliveries.map(delivery => (
                <li key={delivery.id}>
                  <Delivery delivery={delivery} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}

const looks = {
  delivered: { word: 'Arrived', icon: CircleCheck, look: styles.well },
  flying: { word: 'On the wire', icon: Send, look: styles.slow },
  waiting: { word: 'Tried again', icon: Hourglass, look: styles.slow },
  dropped: { word: 'Given up', icon: CircleX, look: styles.ill },
} as const

function Delivery({ delivery: { state, events, isReplay, begunAt, attempts } }: { delivery: DeliveryView }) {
  const { word, icon: Icon, look } = looks[state]
  // Where it arrived at once, there is nothing more to say.
  const isPlain = state === 'delivered' && attempts.length === 1
  return (
    <>
      <span className={styles.send}>
        <Icon size={16} strokeWidth={1.75} className={look} aria-hidden />
        {word}
        <span className={styles.muted}>
          {sayCount(events, 'event')}
          {isReplay && ' again'}, <When at={begunAt} />
          {isPlain && `, ${sayNumber(Math.round(attempts[0]?.ms ?? 0))} ms`}
        </span>
      </span>
      {!isPlain && attempts.length > 0 && (
        <ol className={styles.attempts}>
          {attempts.slice(-5).map(({ n, startedAt, outcome, ms }) => (
            <li key={n} value={n}>
              {outcome}, {sayNumber(Math.round(ms))} ms, <When at={startedAt} />
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

import { Button, Progress } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CircleX, PowerOff } from 'lucide-react'
import { useState } from 'react'
import type { ReceiverView } from '#shared/api/receivers'
import { sayCause } from '#shared/rules/causes'
import { useReceivers } from '../api/receivers'
import { CopyButton, Num, sayCount, When } from '../ui'
import styles from './hosts.module.css'
import { SwitchOff, SwitchOn } from './SwitchDialogs'
import { sayOff } from './words'

/** Endpoints that only fail or are switched off, with the way back. Nothing where all of them take their calls. */
export function Receivers() {
  const { data } = useReceivers()
  const [asking, setAsking] = useState<{ readonly to: 'on' | 'off'; readonly receiver: ReceiverView }>()
  if (data === undefined || data.receivers.length === 0) return null
  return (
    <section className={styles.section} aria-labelledby="receivers">
      <h2 id="receivers">Endpoints in trouble</h2>
      <p className={styles.more}>
        {data.automatic
          ? 'An endpoint that only fails for 5 days is switched off, and one that says it is gone at once. Leads wait there; nobody is lost. '
          : 'Nothing is switched off by itself: the settings leave it to people. '}
        <Link className="hl-link" to="/settings">
          Change that in the settings
        </Link>
      </p>
      <div className={styles.scroll}>
        <table className="hl-table">
          <thead>
            <tr>
              <th>Endpoint</th>
              <th className={styles.trouble}>State</th>
              <th className={`right ${styles.waiting}`}>Leads who wait</th>
              <th className={styles.act}>
                <span className="hl-hidden">Switch</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.receivers.map(receiver => (
              <ReceiverRow key={receiver.address} receiver={receiver} onSwitch={to => setAsking({ to, receiver })} />
            ))}
          </tbody>
        </table>
      </div>
      {data.total > data.receivers.length && (
        <p className={styles.more}>{sayCount(data.total - data.receivers.length, 'endpoint')} not shown.</p>
      )}
      {asking?.to === 'on' && <SwitchOn receiver={asking.receiver} onClose={() => setAsking(undefined)} />}
      {asking?.to === 'off' && <SwitchOff address={asking.receiver.address} onClose={() => setAsking(undefined)} />}
    </section>
  )
}

function ReceiverRow({ receiver, onSwitch }: { receiver: ReceiverView; onSwitch: (to: 'on' | 'off') => void }) {
  const { address, state, waiting, webhooks } = receiver
  return (
    <tr className={styles.tall}>
      <td>
        <span className={styles.address}>{address}</span> <CopyButton text={address} what="the address" />
        {webhooks.length > 0 && (
          <p className={styles.none}>
            {webhooks.map(({ id, name }, i) => (
              <span key={id}>
                {i > 0 && ', '}
                <Link className="hl-link" to="/webhooks/$id" params={{ id }}>
                  {name}
                </Link>
              </span>
            ))}
          </p>
        )}
      </td>
      <td>
        <ReceiverState receiver={receiver} />
      </td>
      <td className={styles.number}>
        <Num value={waiting} />
      </td>
      <td className={styles.act}>
        {state === 'off' ? (
          <Button size="compact-sm" aria-label={`Switch on… ${address}`} onClick={() => onSwitch('on')}>
            Switch on…
          </Button>
        ) : (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Switch off… ${address}`}
            onClick={() => onSwitch('off')}
          >
            Switch off…
          </Button>
        )}
      </td>
    </tr>
  )
}

/** What an endpoint does, and why. */
export function ReceiverState({ receiver }: { receiver: ReceiverView }) {
  const { off, since, failures, outcome, progress, endsAt } = receiver
  if (off !== null)
    return (
      <div className={styles.standing}>
        <span className={styles.look}>
          <PowerOff size={16} strokeWidth={1.75} style={{ color: 'var(--hl-failed)' }} aria-hidden />
          Switched off <When at={off.at} />
        </span>
        <p className={styles.none}>{sayOff(receiver)}</p>
      </div>
    )
  return (
    <div className={styles.standing}>
      <span className={styles.look}>
        <CircleX size={16} strokeWidth={1.75} style={{ color: 'var(--hl-failed)' }} aria-hidden />
        <span>
          {failures === 1 ? '1 call, which failed' : `${sayCount(failures, 'call')}, all failed, the first`}{' '}
          <When at={since} />
        </span>
      </span>
      {endsAt === null ? (
        <p className={styles.none}>Last: {sayCause(outcome)}.</p>
      ) : (
        <>
          <Progress
            className={styles.progress ?? ''}
            value={progress}
            color="var(--hl-failed)"
            size="sm"
            aria-label="Time until it is switched off"
          />
          <p className={styles.none}>
            Last: {sayCause(outcome)}. A failure <When at={endsAt} /> or later switches it off; {Math.floor(progress)} %
            of the time until then is over.
          </p>
        </>
      )}
    </div>
  )
}

import { TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { InstallationSettings } from '#shared/api/settings'
import { MOST_EVENTS } from '#shared/subscriptions/subscription'
import { Figure } from './Figure'
import styles from './settings.module.css'

type Chosen = InstallationSettings['subscriptions']

interface Props {
  readonly value: Chosen
  readonly onChange: (value: Chosen) => void
}

/** How listeners outside are told of events, all of them alike. */
export function Listeners({ value, onChange }: Props) {
  const change = (part: Partial<Chosen>) => onChange({ ...value, ...part })
  return (
    <section aria-labelledby="listeners">
      <h2 id="listeners">Event subscriptions</h2>
      <p>
        What holds for all{' '}
        <Link className="hl-link" to="/subscriptions">
          subscriptions
        </Link>
        . Events in real time leave at once; batched ones wait for others, for as long as this says.
      </p>
      <TextInput
        label="Account id"
        description="Names this installation in what it sends. Empty: a name that it made up at its first start."
        maxLength={100}
        value={value.accountId}
        onChange={event => change({ accountId: event.currentTarget.value })}
      />
      <div className={styles.row}>
        <Figure
          label="Batches leave after"
          unit="seconds"
          value={value.batchSeconds}
          max={900}
          onChange={batchSeconds => change({ batchSeconds })}
        />
        <Figure
          label="or with"
          unit="events"
          value={value.batchEvents}
          max={MOST_EVENTS}
          onChange={batchEvents => change({ batchEvents })}
        />
      </div>
      <div className={styles.row}>
        <Figure
          label="Keep events for"
          unit="days"
          value={value.keepDays}
          max={90}
          onChange={keepDays => change({ keepDays })}
        />
        <Figure
          label="Allow at most"
          unit="subscriptions"
          value={value.most}
          max={1000}
          onChange={most => change({ most })}
        />
      </div>
    </section>
  )
}

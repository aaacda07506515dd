import type { Report } from '#shared/api'
import { Num, StackedBar, sayPercent } from '../ui'
import styles from './reports.module.css'

/**
 * What became of the webhook calls. `Not sent`: a gate (quiet hours, a cap, the trigger-only rule) decided against it.
 */
export function Webhooks({ webhooks }: { webhooks: Report['webhooks'] }) {
  const parts = [
    { label: 'Received', value: webhooks.received, colour: '--hl-succeeded' },
    { label: 'Failed', value: webhooks.failed, colour: '--hl-failed' },
    { label: 'Not sent', value: webhooks.skipped, colour: '--hl-skipped' },
    { label: 'Held or on the way', value: webhooks.open, colour: '--hl-held' },
  ]
  const sum = parts.reduce((total, { value }) => total + value, 0)
  return (
    <section className={styles.section} aria-labelledby="webhooks">
      <h2 id="webhooks">Webhooks</h2>
      {sum === 0 ? (
        <p className={styles.note}>No lead has come to a webhook yet.</p>
      ) : (
        <>
          <StackedBar parts={parts} />
          <dl className={styles.legend}>
            {parts.map(({ label, value, colour }) => (
              <div key={label}>
                <dt>
                  <span className={styles.dot} style={{ background: `var(${colour})` }} />
                  {label}
                </dt>
                <dd>
                  <Num value={value} /> <span className={styles.faint}>{sayPercent(value / sum)}</span>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  )
}

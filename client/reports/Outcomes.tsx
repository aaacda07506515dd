import { Fragment } from 'react'
import type { Counts } from '#shared/api'
import { Num, StackedBar, sayCount } from '../ui'
import styles from './reports.module.css'

/** Where everybody is who entered: the figures of the sum, and the sum as one bar. */
export function Outcomes({ counts }: { counts: Counts }) {
  const parts = [
    { label: 'Waiting', value: counts.waiting, colour: '--hl-waiting' },
    { label: 'Finished', value: counts.finished, colour: '--hl-succeeded' },
    { label: 'Exited', value: counts.exited, colour: '--hl-skipped' },
    { label: 'Failed', value: counts.failed, colour: '--hl-failed' },
  ]
  const open = counts.entered - parts.reduce((sum, { value }) => sum + value, 0)
  return (
    <section className={styles.section} aria-labelledby="outcomes">
      <h2 id="outcomes">Leads</h2>
      <dl className={styles.sum}>
        <div>
          <dt>Entered</dt>
          <dd>
            <Num value={counts.entered} />
          </dd>
        </div>
        {parts.map(({ label, value, colour }, i) => (
          <Fragment key={label}>
            <div className={styles.term} data-sign={i === 0 ? '=' : '+'}>
              <dt>
                <span className={styles.dot} style={{ background: `var(${colour})` }} />
                {label}
              </dt>
              <dd>
                <Num value={value} />
              </dd>
            </div>
          </Fragment>
        ))}
      </dl>
      <StackedBar parts={parts} />
      {open !== 0 && (
        <p className={styles.note} role="status">
          {sayCount(Math.abs(open), 'lead is', 'leads are')} between two steps right now; the sum closes with the next
          update.
        </p>
      )}
    </section>
  )
}

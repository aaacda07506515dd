import type { EntranceState, RunView } from '#shared/api/entries'
import { sayInstant } from '#shared/time/window'
import { useEntrance } from '../api'
import { StatusPill, sayCount, When } from '../ui'
import styles from './reports.module.css'

/**
 * How leads come in: the runs of a batch and those to come, and requests that wait in line. Nothing for a campaign that
 * has neither.
 */
export function EntrySection({ campaignId }: { campaignId: string }) {
  const { data } = useEntrance(campaignId)
  if (data === undefined || (data.runs.length === 0 && data.waiting === 0 && data.perMinute === null)) return null
  return (
    <section className={styles.section} aria-labelledby="entry">
      <h2 id="entry">Entry</h2>
      {data.perMinute !== null || data.waiting > 0 ? <Line state={data} /> : null}
      {data.runs.length > 0 && <Runs state={data} />}
    </section>
  )
}

function Line({ state: { waiting, perMinute } }: { state: EntranceState }) {
  const minutes = perMinute === null ? 0 : Math.ceil(waiting / perMinute)
  return (
    <p className={styles.batch}>
      {waiting === 0
        ? 'Nobody waits in line.'
        : `${sayCount(waiting, 'requested entry', 'requested entries')} waiting.`}
      {perMinute !== null && ` At most ${perMinute.toLocaleString('en')} enter a minute`}
      {perMinute !== null && (waiting > 0 ? `, so the last in about ${sayCount(minutes, 'minute')}.` : '.')}
    </p>
  )
}

function Runs({ state: { runs, next } }: { state: EntranceState }) {
  const planned = runs.filter(r => r.status === 'scheduled')
  const past = runs.filter(r => r.status !== 'scheduled')
  const coming = next.length > 0 ? next : planned.map(r => ({ at: r.plannedAt, wall: r.wall }))
  return (
    <>
      {coming.length > 0 && (
        <dl className={styles.coming}>
          <dt>Next</dt>
          {coming.map(({ at, wall }) => (
            <dd key={at}>{wall === null ? <When at={at} /> : `${sayWritten(wall)}, on each lead's own clock`}</dd>
          ))}
        </dl>
      )}
      {past.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must scroll by keyboard, too
        <section className={styles.tableScroll} tabIndex={0} aria-label="Runs">
          <table className="hl-table">
            <thead>
              <tr>
                <th className={styles.small}>Run</th>
                <th className={styles.began}>Began</th>
                <th>State</th>
                <th className={`right ${styles.small}`}>Entered</th>
                <th className={`right ${styles.small}`}>Kept out</th>
              </tr>
            </thead>
            <tbody>
              {past.map(run => (
                <tr key={run.run}>
                  <td>{run.run}</td>
                  <td>
                    <When at={run.startedAt ?? run.plannedAt} />
                  </td>
                  <td data-free className={styles.runState}>
                    <StatusPill status={states[run.status]} />
                    {remark(run)}
                  </td>
                  <td className="right">{run.entered.toLocaleString('en')}</td>
                  <td className="right">{run.refused.toLocaleString('en')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  )
}

/** `Fri 27 Nov 2026, 09:00`. */
function sayWritten(wall: string): string {
  return sayInstant(Date.parse(`${wall}Z`), 'UTC')
}

const states = {
  scheduled: 'scheduled',
  counting: 'running',
  running: 'running',
  done: 'finished',
  'too-many': 'failed',
  replaced: 'stopped',
} as const

/** What is out of the ordinary about a run, as a sentence. */
function remark({ status, counted, isLate, missed, wall }: RunView): string {
  if (status === 'too-many')
    return `Nobody entered: at least ${sayCount(counted, 'lead')} would have, more than the size guard allows.`
  if (status === 'counting') return `Counting for the size guard: ${counted.toLocaleString('en')} so far.`
  if (status === 'replaced') return 'Given up: a new version has another schedule.'
  const late = isLate ? 'Late: the server was off or the campaign paused when it was due.' : ''
  const left = missed > 0 ? `${sayCount(missed, 'run')} before it left out.` : ''
  const own = wall !== null && status === 'running' ? "Goes on by the leads' own clocks." : ''
  return [late, left, own].filter(part => part !== '').join(' ')
}

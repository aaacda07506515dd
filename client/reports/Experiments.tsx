import type { Report } from '#shared/api'
import { Num, ShareBar, sayPercent } from '../ui'
import styles from './reports.module.css'

type Experiment = Report['experiments'][number]
type Share = Experiment['shares'][number]

interface Props {
  readonly experiments: readonly Experiment[]
  readonly hasGoal: boolean
}

/** One table per A/B step: each variant beside the control group. */
export function Experiments({ experiments, hasGoal }: Props) {
  return experiments.map(experiment => (
    <section key={experiment.step} className={styles.section} aria-labelledby={`experiment-${experiment.step}`}>
      <h2 id={`experiment-${experiment.step}`}>A/B variants: {experiment.name}</h2>
      {!hasGoal && <p className={styles.note}>Without a goal the variants cannot be compared by conversions.</p>}
      <ExperimentTable experiment={experiment} />
    </section>
  ))
}

function ExperimentTable({ experiment: { name, shares } }: { experiment: Experiment }) {
  const control = shares.find(share => share.isControl)
  const best = Math.max(...shares.map(({ rate }) => rate ?? 0))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.tableScroll} tabIndex={0} aria-label={`Variants of ${name}`}>
      <table className="hl-table">
        <thead>
          <tr>
            <th>Variant</th>
            <th className={`right ${styles.small}`}>Weight</th>
            <th className={`right ${styles.small}`}>Entered</th>
            <th className={`right ${styles.small}`}>Conversions</th>
            <th className={`right ${styles.small}`}>Rate</th>
            <th className={styles.chart}>
              <span className="hl-hidden">Rate as a bar</span>
            </th>
            {control !== undefined && <th className={`right ${styles.against}`}>Against control</th>}
          </tr>
        </thead>
        <tbody>
          {shares.map(share => (
            <tr key={share.id}>
              <td title={share.label}>
                {share.label}
                {share.isControl && share.label !== 'Control' && <span className={styles.faint}> (control)</span>}
              </td>
              <td className="right">{share.weight} %</td>
              <td className="right">
                <Num value={share.entered} />
              </td>
              <td className="right">
                <Num value={share.conversions} />
              </td>
              <td className="right">
                {share.rate === null ? <span className={styles.faint}>no leads</span> : sayPercent(share.rate)}
              </td>
              <td>
                <ShareBar
                  share={best === 0 ? 0 : (share.rate ?? 0) / best}
                  colour={share.isControl ? '--hl-skipped' : '--hl-experiment'}
                />
              </td>
              {control !== undefined && <td className="right">{sayAgainst(share, control)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The distance to control in percentage points: `+2.1 points`. */
function sayAgainst(share: Share, control: Share): string {
  if (share.isControl || share.rate === null || control.rate === null) return ''
  const points = (share.rate - control.rate) * 100
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)} points`
}

import type { Report } from '#shared/api'
import { Num, ShareBar, sayPercent } from '../ui'
import { Judgement, SplitWarning } from './Judgement'
import styles from './reports.module.css'
import { Standing } from './Standing'

type Experiment = Report['experiments'][number]

interface Props {
  readonly campaign: Report['campaign']
  readonly experiments: readonly Experiment[]
  readonly hasGoal: boolean
}

/** Each A/B step: whether the split can be trusted, its groups, and who is ahead of control. */
export function Experiments({ campaign, experiments, hasGoal }: Props) {
  return experiments.map(experiment => {
    const { step, name, shares, judgement } = experiment
    return (
      <section key={step} className={styles.section} aria-labelledby={`experiment-${step}`}>
        <h2 id={`experiment-${step}`}>A/B variants: {name}</h2>
        <Standing campaignId={campaign.id} experiment={experiment} isRunning={campaign.status !== 'stopped'} />
        {judgement !== null && <SplitWarning sampleRatio={judgement.sampleRatio} />}
        {!hasGoal && <p className={styles.note}>Without a goal the variants cannot be compared by conversions.</p>}
        <ExperimentTable experiment={experiment} />
        {hasGoal && judgement !== null && <Judgement name={name} judgement={judgement} shares={shares} />}
      </section>
    )
  })
}

function ExperimentTable({ experiment: { name, shares } }: { experiment: Experiment }) {
  const best = Math.max(...shares.map(({ rate }) => rate ?? 0))
  const isMoved = shares.some(({ weight, current }) => weight !== current)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.tableScroll} tabIndex={0} aria-label={`Variants of ${name}`}>
      <table className="hl-table">
        <thead>
          <tr>
            <th>Variant</th>
            <th className={`right ${styles.small}`}>Weight</th>
            {isMoved && <th className={`right ${styles.small}`}>Now</th>}
            <th className={`right ${styles.small}`}>Entered</th>
            <th className={`right ${styles.small}`}>Conversions</th>
            <th className={`right ${styles.small}`}>Rate</th>
            <th className={styles.chart}>
              <span className="hl-hidden">Rate as a bar</span>
            </th>
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
              {isMoved && <td className="right">{share.current} %</td>}
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
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

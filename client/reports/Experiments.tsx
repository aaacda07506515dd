import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { Report } from '#shared/api'
import { type Goal, nameOfGoal } from '#shared/rules/goals'
import { Num, ShareBar, sayCount, sayPercent } from '../ui'
import { ExperimentState } from './ExperimentState'
import { Sums } from './GoalReport'
import { Judgement, SplitWarning } from './Judgement'
import styles from './reports.module.css'

type Experiment = Report['experiments'][number]

/**
 * Each A/B step: whether the split can be trusted, its groups, and who is ahead of control, by the goal that is chosen.
 */
export function Experiments({ report }: { report: Report }) {
  const { goals } = report
  const [chosen, setChosen] = useState('')
  const by = goals.find(({ goal }) => goal.id === chosen) ?? goals[0]
  const experiments = by?.experiments ?? report.experiments
  if (experiments.length === 0) return null
  return (
    <>
      {goals.length > 1 && (
        <NativeSelect
          label="Compare the variants by"
          description="Each goal is judged by itself. Decide by the primary one: whoever looks at several finds a difference in one of them sooner."
          data={goals.map(({ goal }, i) => ({
            value: goal.id,
            label: i === 0 ? `${nameOfGoal(goal)} (primary)` : nameOfGoal(goal),
          }))}
          value={by?.goal.id ?? ''}
          onChange={event => setChosen(event.currentTarget.value)}
          maw={480}
        />
      )}
      {experiments.map(experiment => (
        <OneExperiment key={experiment.step} campaign={report.campaign} experiment={experiment} goal={by?.goal} />
      ))}
    </>
  )
}

interface OneProps {
  readonly campaign: Report['campaign']
  readonly experiment: Experiment
  readonly goal: Goal | undefined
}

function OneExperiment({ campaign, experiment, goal }: OneProps) {
  const { step, name, shares, judgement } = experiment
  return (
    <section className={styles.section} aria-labelledby={`experiment-${step}`}>
      <h2 id={`experiment-${step}`}>A/B variants: {name}</h2>
      <ExperimentState campaignId={campaign.id} experiment={experiment} isRunning={campaign.status !== 'stopped'} />
      {judgement !== null && <SplitWarning sampleRatio={judgement.sampleRatio} />}
      {goal === undefined && (
        <p className={styles.note}>Without a goal the variants cannot be compared by conversions.</p>
      )}
      <ExperimentTable experiment={experiment} goal={goal} />
      {goal !== undefined && judgement !== null && (
        <>
          <Judgement name={name} judgement={judgement} shares={shares} />
          <WhatCounts experiment={experiment} weightings={judgement.weightings} />
        </>
      )}
    </section>
  )
}

/** Which leads the verdict counts, and how, where that is not what the table shows. */
function WhatCounts({ experiment, weightings }: { experiment: Experiment; weightings: number }) {
  const { firstEntries, leftOut, shares } = experiment
  const sum = (n: 'entered' | 'judged') => shares.reduce((total, share) => total + share[n], 0)
  const sentences = [
    ...(firstEntries === null && sum('judged') + leftOut < sum('entered')
      ? [
          `The verdict compares the ${sayCount(sum('judged'), 'entry', 'entries')} whose goal window is over; the others may convert yet, and a variant that works slower would look worse than it is.`,
        ]
      : []),
    ...(weightings > 1
      ? [
          `The weights were changed while leads came: the verdict compares only leads who were drawn by the same weights, and puts the ${weightings} differences together. The table adds up all leads, so its rates may say otherwise.`,
        ]
      : []),
    ...(firstEntries !== null
      ? [
          `Leads may enter several times. The table counts every entry; the verdict only the first of each lead whose goal window is over, ${sayCount(firstEntries, 'entry', 'entries')}, because entries of one lead are not independent of each other.`,
        ]
      : []),
    ...(leftOut > 0
      ? [`The verdict leaves out ${sayCount(leftOut, 'entry', 'entries')} from when the weights learned.`]
      : []),
  ]
  return sentences.length === 0 ? null : <p className={styles.fine}>{sentences.join(' ')}</p>
}

function ExperimentTable({ experiment: { name, shares }, goal }: { experiment: Experiment; goal: Goal | undefined }) {
  const best = Math.max(...shares.map(({ rate }) => rate ?? 0))
  const counts = goal?.counts === 'every'
  const hasValue = goal !== undefined && goal.value !== null
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
            {counts && <th className={`right ${styles.small}`}>Times</th>}
            {hasValue && <th className={`right ${styles.lead}`}>Value</th>}
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
              {counts && (
                <td className="right">
                  <Num value={share.times} />
                </td>
              )}
              {hasValue && (
                <td className="right">
                  <Sums sums={share.values} />
                </td>
              )}
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

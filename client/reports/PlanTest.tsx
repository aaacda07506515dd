import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import type { Report } from '#shared/api'
import { daysToReach } from '#shared/rules/statistics/fixed-horizon'
import { roundLeads } from '#shared/rules/statistics/judge'
import { planExperiment } from '#shared/rules/statistics/plan'
import { sayCount, sayNumber } from '../ui'
import styles from './reports.module.css'

type Experiment = Report['experiments'][number]

/** Before launch: how many leads, and how many days, until the variants of each A/B step can be told apart. */
export function PlanTest({ experiments }: { experiments: readonly Experiment[] }) {
  const [baseline, setBaseline] = useState<number | null>(10)
  const [lift, setLift] = useState<number | null>(20)
  const [leadsPerDay, setLeadsPerDay] = useState<number | null>(null)
  return (
    <section className={styles.section} aria-labelledby="plan">
      <h2 id="plan">How long will the test take?</h2>
      <div className={styles.inputs}>
        <Amount label="Control converts at" value={baseline} onChange={setBaseline} suffix=" %" />
        <Amount label="Lift to be seen" value={lift} onChange={setLift} suffix=" %" />
        <Amount label="Leads a day" value={leadsPerDay} onChange={setLeadsPerDay} />
      </div>
      <ul className={styles.verdicts} aria-live="polite">
        {experiments.map(experiment => (
          <li key={experiment.step}>
            <span>
              <strong>{experiment.name}</strong> {sayPlan(experiment, baseline, lift, leadsPerDay)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface AmountProps {
  readonly label: string
  readonly value: number | null
  readonly onChange: (value: number | null) => void
  readonly suffix?: string
}

function Amount({ label, value, onChange, suffix = '' }: AmountProps) {
  return (
    <NumberInput
      label={label}
      value={value ?? ''}
      min={0}
      suffix={suffix}
      thousandSeparator=","
      w={160}
      onChange={next => onChange(typeof next === 'number' ? next : null)}
    />
  )
}

function sayPlan({ shares }: Experiment, baseline: number | null, lift: number | null, leadsPerDay: number | null) {
  const plan = planExperiment(shares, { baseline: (baseline ?? 0) / 100, lift: (lift ?? 0) / 100 })
  if (plan === null)
    return 'has nothing to estimate yet: it takes two groups with a weight, a rate between 0 and 100 %, and a lift that stays below 100 %.'
  const days = leadsPerDay === null ? null : daysToReach(plan.anytime, leadsPerDay)
  const wait = days === null ? '' : `, ${sayCount(days, 'day')}`
  return `needs about ${sayNumber(roundLeads(plan.anytime))} leads over all groups${wait}, to find such a lift in 8 of 10 tests. You may look at any time; with a single look at the end, about ${sayNumber(roundLeads(plan.oneLook))} would do.`
}

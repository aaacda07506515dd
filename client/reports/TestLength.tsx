import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import type { Report } from '#shared/api'
import { daysToReach } from '#shared/rules/statistics/fixed-horizon'
import { roundLeads } from '#shared/rules/statistics/judge'
import { planExperiment } from '#shared/rules/statistics/plan'
import { usePace } from '../api/experiments'
import { sayCount, sayNumber } from '../ui'
import styles from './reports.module.css'

type Test = Pick<Report['experiments'][number], 'step' | 'name'> & {
  readonly shares: readonly { readonly id: string; readonly weight: number; readonly isControl: boolean }[]
}
interface Props {
  readonly campaignId: string
  readonly tests: readonly Test[]
}

/** Before launch: how many leads, and how many days, until the variants of each A/B step can be told apart. */
export function TestLength(props: Props) {
  return (
    <section className={styles.section} aria-labelledby="plan">
      <h2 id="plan">How long will the test take?</h2>
      <TestPlan {...props} />
    </section>
  )
}

/** The estimate with its assumptions. What the campaign has shown so far is there already; the rest is asked for. */
export function TestPlan({ campaignId, tests }: Props) {
  const pace = usePace(campaignId).data
  const [typed, setTyped] = useState<Partial<Record<'baseline' | 'lift' | 'leadsPerDay', number | null>>>({})
  const seenRate = pace?.conversionRate ? Math.round(pace.conversionRate * 1000) / 10 : null
  const seenPace = pace?.leadsPerDay ? Math.round(pace.leadsPerDay) : null
  const { baseline = seenRate ?? 10, lift = 20, leadsPerDay = seenPace } = typed
  const set = (key: keyof typeof typed) => (value: number | null) => setTyped({ ...typed, [key]: value })
  return (
    <>
      <div className={styles.inputs}>
        <Amount label="Control converts at" value={baseline} onChange={set('baseline')} suffix=" %" />
        <Amount label="Lift to be seen" value={lift} onChange={set('lift')} suffix=" %" />
        <Amount label="Leads a day" value={leadsPerDay} onChange={set('leadsPerDay')} />
      </div>
      {(seenRate !== null || seenPace !== null) && (
        <p className={styles.fine}>{saySeen(seenRate, seenPace)} Change what you expect to be otherwise.</p>
      )}
      <ul className={styles.verdicts} aria-live="polite">
        {tests.map(test => (
          <li key={test.step}>
            <span>
              <strong>{test.name}</strong> {sayPlan(test, baseline, lift, leadsPerDay)}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function saySeen(rate: number | null, pace: number | null): string {
  const parts = [
    ...(pace === null ? [] : [`${sayCount(pace, 'lead')} a day came in the last 7 days`]),
    ...(rate === null ? [] : [`${rate} % of all have converted`]),
  ]
  return `As this campaign shows: ${parts.join(', and ')}.`
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

function sayPlan({ shares }: Test, baseline: number | null, lift: number | null, leadsPerDay: number | null) {
  const plan = planExperiment(shares, { baseline: (baseline ?? 0) / 100, lift: (lift ?? 0) / 100 })
  if (plan === null)
    return 'has nothing to estimate yet: it takes two groups with a weight, a rate between 0 and 100 %, and a lift that stays below 100 %.'
  const days = leadsPerDay === null ? null : daysToReach(plan.anytime, leadsPerDay)
  const wait = days === null ? '' : `, ${sayCount(days, 'day')}`
  return `needs about ${sayNumber(roundLeads(plan.anytime))} leads over all groups${wait}, to find such a lift in 8 of 10 tests. You may look at any time; with a single look at the end, about ${sayNumber(roundLeads(plan.oneLook))} would do.`
}

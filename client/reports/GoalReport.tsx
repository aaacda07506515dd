import { Button, Progress } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import type { Report } from '#shared/api'
import type { GoalReport as ReportedGoal, Sum } from '#shared/api/goals'
import { nameOfGoal, sayGoal } from '#shared/rules/goals'
import { sayMoney } from '#shared/rules/money'
import { conversionsAddress, goals as goalsApi, keys } from '../api'
import { Num, Share, sayCount, sayNumber, sayPercent, toast } from '../ui'
import { DayBars } from './DayBars'
import styles from './reports.module.css'

/** What leads did: each goal with its conversions, how often, what they are worth, and which webhook has the credit. */
export function GoalReport({ report: { campaign, counts, goals } }: { report: Report }) {
  if (goals.length === 0) return <NoGoals campaignId={campaign.id} />
  const converted = goals.some(({ times }) => times > 0)
  return (
    <section className={styles.section} aria-labelledby="goals">
      <div className={styles.titled}>
        <h2 id="goals">Conversions</h2>
        {converted && (
          <Button
            component="a"
            href={conversionsAddress(campaign.id)}
            download
            variant="default"
            size="xs"
            leftSection={<Download size={14} aria-hidden />}
          >
            Export CSV
          </Button>
        )}
      </div>
      {goals.map(goal => (
        <Computing key={goal.goal.id} campaignId={campaign.id} report={goal} />
      ))}
      <GoalTable goals={goals} entered={counts.entered} />
      {converted && <Credits goals={goals} />}
    </section>
  )
}

function NoGoals({ campaignId }: { campaignId: string }) {
  return (
    <section className={styles.section} aria-labelledby="goals">
      <h2 id="goals">Conversions</h2>
      <p className={styles.note}>
        No goal is set, so nothing is counted as a conversion. Set one in the settings on{' '}
        <Link to="/campaigns/$id" params={{ id: campaignId }} className="hl-link">
          the canvas
        </Link>
        : what happened until then is computed from the stored events.
      </p>
    </section>
  )
}

function GoalTable({ goals, entered }: { goals: readonly ReportedGoal[]; entered: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.tableScroll} tabIndex={0} aria-label="Goals">
      <table className="hl-table">
        <thead>
          <tr>
            <th>Goal</th>
            <th className={`right ${styles.small}`}>Converted</th>
            <th className={`right ${styles.lead}`}>Rate</th>
            <th className={`right ${styles.small}`}>Times</th>
            <th className={`right ${styles.lead}`}>Value</th>
            <th className={styles.days}>Last 30 days</th>
          </tr>
        </thead>
        <tbody>
          {goals.map(({ goal, conversions, rate, times, values, days }, i) => (
            <tr key={goal.id}>
              <td className={styles.goal}>
                <strong>{nameOfGoal(goal)}</strong>
                {i === 0 && goals.length > 1 && <span className={styles.faint}> primary</span>}
                <div className={styles.fine}>{sayGoal(goal)}</div>
              </td>
              <td className="right">
                <Num value={conversions} />
              </td>
              <td className="right">
                <Share share={rate} of={entered} />
              </td>
              <td className="right">
                <Num value={times} />
              </td>
              <td className="right">
                {goal.value === null ? <span className={styles.faint}>No value</span> : <Sums sums={values} />}
              </td>
              <td>
                <DayBars days={days} label={nameOfGoal(goal)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Amounts, one line a currency: what is of two currencies is never added up. */
export function Sums({ sums }: { sums: readonly Sum[] }) {
  if (sums.length === 0) return <span className={styles.faint}>none yet</span>
  return sums.map(sum => (
    <div key={sum.currency} className={styles.money}>
      {sayMoney(sum)}
    </div>
  ))
}

function Credits({ goals }: { goals: readonly ReportedGoal[] }) {
  const steps = new Map(goals.flatMap(({ credits }) => credits.map(({ step, name }) => [step, name])))
  const cell = (goal: ReportedGoal, step: string | null) => {
    const found = step === null ? undefined : goal.credits.find(c => c.step === step)
    const times = step === null ? goal.uncredited : (found?.times ?? 0)
    return (
      <td key={goal.goal.id} className={`right ${styles.two}`}>
        <Num value={times} />
        {times > 0 && goal.times > 0 && <span className={styles.faint}> {sayPercent(times / goal.times)}</span>}
        {found !== undefined && found.values.length > 0 && (
          <div className={styles.fine}>
            <Sums sums={found.values} />
          </div>
        )}
      </td>
    )
  }
  return (
    <>
      <h3 className={styles.sub}>Credit by the last webhook</h3>
      <p className={styles.note}>
        A conversion counts for the last webhook that had succeeded before the event. One that was still on the way gets
        no credit.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard */}
      <section className={styles.tableScroll} tabIndex={0} aria-label="Credit by the last webhook">
        <table className="hl-table">
          <thead>
            <tr>
              <th>Webhook</th>
              {goals.map(({ goal }) => (
                <th key={goal.id} className="right">
                  {nameOfGoal(goal)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...steps].map(([step, name]) => (
              <tr key={step}>
                <td title={name}>{name}</td>
                {goals.map(goal => cell(goal, step))}
              </tr>
            ))}
            <tr>
              <td>
                <span className={styles.faint}>None received before</span>
              </td>
              {goals.map(goal => cell(goal, null))}
            </tr>
          </tbody>
        </table>
      </section>
    </>
  )
}

/** How far a goal that was launched later has come with the events of the past. */
function Computing({ campaignId, report: { goal, computing } }: { campaignId: string; report: ReportedGoal }) {
  const client = useQueryClient()
  const isRunning = computing?.status === 'counting' || computing?.status === 'running'
  const steer = useMutation({
    mutationFn: () =>
      isRunning ? goalsApi.stopComputing(campaignId, goal.id) : goalsApi.goOnComputing(campaignId, goal.id),
    onSettled: () => client.invalidateQueries({ queryKey: keys.report(campaignId) }),
    onError: error => toast.refused(isRunning ? 'It was not stopped' : 'It does not go on', error),
  })
  if (computing === null || computing.status === 'done') return null
  const { status, total, looked, found } = computing
  const share = total === 0 ? 0 : Math.min(1, looked / total)
  const done = `${Math.floor(share * 100)} %`
  return (
    <div className={styles.computing} role="status">
      <span>
        <strong>{nameOfGoal(goal)}</strong> {status === 'counting' && 'Counting the stored events.'}
        {status === 'running' &&
          `Computing from stored events: ${done} of ${sayNumber(total)}, ${sayCount(found, 'conversion')} so far.`}
        {status === 'cancelled' && `Stopped at ${done} of the stored events. Its figures lack what lies in the rest.`}
      </span>
      <Progress value={share * 100} w={160} aria-label={`Stored events for ${nameOfGoal(goal)}`} />
      <Button variant="default" size="xs" loading={steer.isPending} onClick={() => steer.mutate()}>
        {isRunning ? 'Stop' : 'Go on'}
      </Button>
    </div>
  )
}

import { ArrowDown, ArrowUp, CircleDashed, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { Report } from '#shared/api'
import type { Comparison, Judgement as Judged } from '#shared/rules/statistics/judge'
import { sayPercent } from '../ui'
import { axisOf, IntervalAxis, IntervalBar } from './IntervalBar'
import styles from './reports.module.css'
import { sayConfidence, sayLift, sayPoints } from './signed'

type Share = Report['experiments'][number]['shares'][number]

const looks: { readonly [V in Comparison['verdict']]: { word: string; icon: LucideIcon; colour: string } } = {
  ahead: { word: 'Ahead', icon: ArrowUp, colour: '--hl-succeeded' },
  behind: { word: 'Behind', icon: ArrowDown, colour: '--hl-failed' },
  undecided: { word: 'Undecided', icon: CircleDashed, colour: '--hl-skipped' },
}

interface Props {
  /** The name of the A/B step. */
  readonly name: string
  readonly judgement: Judged
  readonly shares: readonly Share[]
}

/** What each variant came to against control: a sentence, the interval drawn, and its figures. */
export function Judgement({ judgement: { against, confidence, note, comparisons }, shares, name }: Props) {
  const labels = new Map(shares.map(({ id, label }) => [id, label]))
  const control = labels.get(against) ?? against
  return (
    <div className={styles.judgement}>
      <ul className={styles.verdicts}>
        {comparisons.map(comparison => (
          <li key={comparison.id}>
            <Sign verdict={comparison.verdict} />
            <span>
              <strong>{labels.get(comparison.id)}</strong> {comparison.sentence}
            </span>
          </li>
        ))}
      </ul>
      {comparisons.some(({ tooFew }) => !tooFew) && (
        <Figures name={name} comparisons={comparisons} labels={labels} control={control} confidence={confidence} />
      )}
      <p className={styles.fine}>
        {note} A lead whose time to convert is not over yet counts as not converted, in every group alike.
      </p>
    </div>
  )
}

interface FiguresProps {
  readonly name: string
  readonly comparisons: readonly Comparison[]
  readonly labels: ReadonlyMap<string, string>
  readonly control: string
  readonly confidence: number
}

function Figures({ name, comparisons, labels, control, confidence }: FiguresProps) {
  const axis = axisOf(
    comparisons.flatMap(({ difference, tooFew }) => (difference === null || tooFew ? [] : difference)),
  )
  const title = `${name}: each variant against ${control}, ${sayPercent(confidence)} intervals`
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={`${styles.tableScroll} ${styles.figureScroll}`} tabIndex={0} aria-label={title}>
      <table className="hl-table">
        <thead>
          <tr>
            <th>Against {control}</th>
            <th className={styles.verdict}>Verdict</th>
            <th className={`right ${styles.interval}`}>Difference, points</th>
            <th className={styles.drawing}>
              <span className="hl-hidden">The interval drawn</span>
              <IntervalAxis axis={axis} />
            </th>
            <th className={`right ${styles.lift}`}>Lift</th>
            <th
              className={`right ${styles.against}`}
              title="The classical confidence (Braze: confidence). Only right for one look, at an end that was set before the start."
            >
              If looked at once
            </th>
          </tr>
        </thead>
        <tbody>
          {comparisons.map(({ id, verdict, tooFew, difference, lift, fixedHorizon }) => (
            <tr key={id}>
              <td title={labels.get(id)}>{labels.get(id)}</td>
              <td>
                <span className={styles.word}>
                  <Sign verdict={verdict} />
                  {looks[verdict].word}
                </span>
              </td>
              <td className="right">
                {difference === null || tooFew ? <None says="too few to tell" /> : sayPoints(difference)}
              </td>
              <td>
                {difference !== null && !tooFew && (
                  <IntervalBar interval={difference} axis={axis} colour={looks[verdict].colour} />
                )}
              </td>
              <td className="right">{lift === null || tooFew ? <None /> : sayLift(lift)}</td>
              <td className="right">
                {fixedHorizon === null ? (
                  <None />
                ) : (
                  <span className={styles.faint}>{sayConfidence(fixedHorizon.confidence)}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The word stands beside it, so a screen reader skips it. */
function Sign({ verdict }: { verdict: Comparison['verdict'] }) {
  const { icon: Icon, colour } = looks[verdict]
  return <Icon size={16} color={`var(${colour})`} className={styles.sign} aria-hidden />
}

function None({ says = 'not yet' }: { says?: string }) {
  return <span className={styles.faint}>{says}</span>
}

/** The warning that the groups are not the ones that were set: then no figure below can be trusted. */
export function SplitWarning({ sampleRatio }: { sampleRatio: Judged['sampleRatio'] }) {
  if (sampleRatio === null || sampleRatio.warning === null) return null
  return (
    <p className={styles.warning}>
      <TriangleAlert size={16} color="var(--hl-time)" role="img" aria-label="Warning" className={styles.sign} />
      <span>{sampleRatio.warning}</span>
    </p>
  )
}

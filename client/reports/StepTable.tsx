import type { StepCounts } from '#shared/api'
import { useVersion } from '../api'
import { Loaded, Num, ShareBar, sayNumber } from '../ui'
import styles from './reports.module.css'
import { type StepLine, stepLines } from './step-order'

interface Props {
  readonly campaignId: string
  readonly version: number
  readonly steps: Readonly<Record<string, StepCounts>>
}

/** How many came to each step, wait there, and left by which way. Counts are over all versions. */
export function StepTable({ campaignId, version, steps }: Props) {
  const query = useVersion(campaignId, version)
  return (
    <section className={styles.section} aria-labelledby="steps">
      <h2 id="steps">Step by step</h2>
      <Loaded query={query} what="the steps" rows={4}>
        {({ graph }) => <Lines lines={stepLines(graph, steps)} />}
      </Loaded>
    </section>
  )
}

function Lines({ lines }: { lines: readonly StepLine[] }) {
  const most = Math.max(1, ...lines.map(({ counts }) => counts.entered))
  if (lines.length === 0) return <p className={styles.note}>No lead has come to a step yet.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.tableScroll} tabIndex={0} aria-label="Steps">
      <table className="hl-table">
        <thead>
          <tr>
            <th className={styles.stepName}>Step</th>
            <th className={`right ${styles.small}`}>Entered</th>
            <th className={styles.stepChart}>
              <span className="hl-hidden">Entered as a bar</span>
            </th>
            <th className={`right ${styles.small}`}>Waiting</th>
            <th className={styles.leftBy}>Left by</th>
            <th className={`right ${styles.small}`}>Ended here</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ id, name, kind, group, counts, ways, unsent }) => (
            <tr key={id}>
              <td title={`${name} (${kind})`}>
                {name} <span className={styles.faint}>{kind === name ? '' : kind}</span>
              </td>
              <td className="right">
                <Num value={counts.entered} />
              </td>
              <td>
                <ShareBar share={counts.entered / most} colour={`--hl-${group}`} />
              </td>
              <td className="right">
                <Num value={counts.waiting} />
              </td>
              <td className={styles.ways}>
                {sayWays(ways, counts.moved)}
                {unsent.length > 0 && <span className={styles.unsent}>{sayUnsent(unsent)}</span>}
              </td>
              <td className="right">
                <Num value={counts.ended} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** `moved`: leads who were taken to another step when a version was published. */
function sayWays(ways: StepLine['ways'], moved: number): string {
  const all: StepLine['ways'] = moved > 0 ? [...ways, { label: 'Moved to another version', count: moved }] : ways
  return all
    .map(({ label, count, on }) => `${label}: ${sayNumber(count)}${on === undefined ? '' : ` (went on by ${on})`}`)
    .join(' · ')
}

/** `Kept back: 12 by frequency caps, 3 by quiet hours.` */
function sayUnsent(unsent: StepLine['unsent']): string {
  return `Kept back: ${unsent.map(({ says, leads }) => `${sayNumber(leads)} by ${says}`).join(', ')}.`
}

import type { Report } from '#shared/api'
import { Num, ShareBar, sayPercent } from '../ui'
import styles from './reports.module.css'

/**
 * Why leads left early: every exit of the campaign, unused ones included, and whatever else took leads out. Draws
 * nothing when there is neither.
 */
export function ExitTable({ exits }: { exits: Report['exits'] }) {
  if (exits.length === 0) return null
  const all = exits.reduce((sum, { leads }) => sum + leads, 0)
  const most = Math.max(1, ...exits.map(({ leads }) => leads))
  return (
    <section className={styles.section} aria-labelledby="exits">
      <h2 id="exits">Exits</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard */}
      <section className={styles.tableScroll} tabIndex={0} aria-label="Exits, one by one">
        <table className="hl-table">
          <thead>
            <tr>
              <th>Left early by</th>
              <th className={`right ${styles.small}`}>Leads</th>
              <th className={`right ${styles.small}`}>Of all exits</th>
              <th className={styles.chart}>
                <span className="hl-hidden">Leads as a bar</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {exits.map(({ says, leads }) => (
              <tr key={says}>
                <td className={styles.ways}>{says}</td>
                <td className="right">
                  <Num value={leads} />
                </td>
                <td className="right">
                  {all === 0 ? <span className={styles.faint}>none</span> : sayPercent(leads / all)}
                </td>
                <td>
                  <ShareBar share={leads / most} colour="--hl-skipped" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

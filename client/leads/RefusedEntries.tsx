import { Link } from '@tanstack/react-router'
import { useRefusedEntries } from '../api'
import { When } from '../ui'
import styles from './leads.module.css'

/** Why the lead did not enter: newest first. Nothing is shown while there is nothing to tell. */
export function RefusedEntries({ externalId }: { externalId: string }) {
  const refused = useRefusedEntries(externalId).data ?? []
  if (refused.length === 0) return null
  return (
    <section aria-labelledby="refused" className={styles.refused}>
      <h2 id="refused" className={styles.sectionTitle}>
        Did not enter
      </h2>
      <div className={styles.journeyScroll}>
        <table className="hl-table">
          <thead>
            <tr>
              <th className={styles.which}>Campaign</th>
              <th>Why</th>
              <th className={styles.when}>When</th>
            </tr>
          </thead>
          <tbody>
            {refused.map(({ campaignId, campaignName, at, event, why }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same refusal may come twice in one moment
              <tr key={`${at} ${i}`} className={styles.tall}>
                <td>
                  <Link to="/campaigns/$id" params={{ id: campaignId }} className="hl-row-link" title={campaignName}>
                    {campaignName}
                  </Link>
                  {event !== null && !event.startsWith('$') && <div className={styles.none}>{event}</div>}
                </td>
                <td data-free className={styles.why}>
                  {why}
                </td>
                <td>
                  <When at={at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

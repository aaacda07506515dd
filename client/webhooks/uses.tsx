import { Link } from '@tanstack/react-router'
import type { WebhookUse } from '#shared/api/webhooks'
import { StatusPill, sayCount } from '../ui'
import styles from './webhooks.module.css'

/** The names of the campaigns that send by it now. */
export function liveNames(uses: readonly WebhookUse[]): readonly string[] {
  return uses.filter(use => use.live).map(use => use.campaignName)
}

/** `3 campaigns, 1 live`. */
export function sayUses(uses: readonly WebhookUse[]): string {
  if (uses.length === 0) return 'Nobody'
  return `${sayCount(uses.length, 'campaign')}, ${liveNames(uses).length} live`
}

/** Which campaigns use it, in which steps, and whether they send now. */
export function Uses({ uses }: { uses: readonly WebhookUse[] }) {
  return (
    <section className={styles.uses}>
      <h2>Used by</h2>
      {uses.length === 0 ? (
        <p className={styles.muted}>No step uses it yet. Choose it in the panel of a webhook step.</p>
      ) : (
        <ul>
          {uses.map(({ campaignId, campaignName, status, live, steps }) => (
            <li key={campaignId}>
              <Link to="/campaigns/$id" params={{ id: campaignId }}>
                {campaignName}
              </Link>
              <StatusPill status={status} />
              <span className={styles.muted}>
                {steps.map(step => step.name || step.id).join(', ')}
                {live ? '' : ' (in the draft only)'}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

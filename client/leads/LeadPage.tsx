import { Link } from '@tanstack/react-router'
import { ApiError, useLeadJourneys } from '../api'
import { EmptyState, Loaded, Mono, PageHeader, useTitle } from '../ui'
import { AttributesPanel } from './AttributesPanel'
import { JourneyTable } from './JourneyTable'
import { LeadMenu } from './LeadMenu'
import { emailOf, nameOf } from './lead-words'
import styles from './leads.module.css'
import { RefusedEntries } from './RefusedEntries'
import { TestEvent } from './TestEvent'

/** One lead: its journeys, its attributes, and a form to send it an event. */
export function LeadPage({ externalId }: { externalId: string }) {
  const query = useLeadJourneys(externalId)
  const attributes = query.data?.lead.attributes
  const name = attributes === undefined ? undefined : (nameOf(attributes) ?? emailOf(attributes))
  useTitle(name ?? externalId)
  if (query.error instanceof ApiError && query.error.status === 404) return <UnknownLead externalId={externalId} />
  return (
    <div className={styles.page}>
      <PageHeader
        back={
          <Link to="/leads" className="hl-link">
            Leads
          </Link>
        }
        title={name ?? externalId}
        beside={name !== undefined && <Mono value={externalId} copy="the id" />}
        actions={<LeadMenu externalId={externalId} />}
      />
      <Loaded query={query} what="this lead">
        {({ lead, journeys }) => (
          <div className={styles.lead}>
            <section className={styles.leadMain} aria-labelledby="journeys">
              <h2 id="journeys" className={styles.sectionTitle}>
                Journeys
              </h2>
              <JourneyTable journeys={journeys} />
              <RefusedEntries externalId={externalId} />
            </section>
            <aside className={styles.leadSide}>
              <AttributesPanel lead={lead} />
              <TestEvent externalId={externalId} />
            </aside>
          </div>
        )}
      </Loaded>
    </div>
  )
}

function UnknownLead({ externalId }: { externalId: string }) {
  return (
    <EmptyState
      isPage
      title="There is no lead with this id"
      action={
        <Link to="/leads" className="hl-link">
          See all leads
        </Link>
      }
    >
      <Mono value={externalId} /> was never imported, added or named by an event.
    </EmptyState>
  )
}

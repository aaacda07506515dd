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
  // The address may name a lead that was merged into this one.
  const id = query.data?.lead.externalId ?? externalId
  const name = attributes === undefined ? undefined : (nameOf(attributes) ?? emailOf(attributes))
  useTitle(name ?? id)
  if (query.error instanceof ApiError && query.error.status === 404) return <UnknownLead externalId={externalId} />
  return (
    <div className={styles.page}>
      <PageHeader
        back={
          <Link to="/leads" className="hl-link">
            Leads
          </Link>
        }
        title={name ?? id}
        beside={name !== undefined && <Mono value={id} copy="the id" />}
        actions={<LeadMenu externalId={id} />}
      />
      <Loaded query={query} what="this lead">
        {({ lead, journeys }) => (
          <div className={styles.lead}>
            <section className={styles.leadMain} aria-labelledby="journeys">
              <h2 id="journeys" className={styles.sectionTitle}>
                Journeys
              </h2>
              <JourneyTable journeys={journeys} />
              <RefusedEntries externalId={id} />
            </section>
            <aside className={styles.leadSide}>
              <AttributesPanel lead={lead} />
              <TestEvent externalId={id} />
              <Aliases ids={lead.aliases ?? []} />
            </aside>
          </div>
        )}
      </Loaded>
    </div>
  )
}

/** Ids of leads that were merged into this one. */
function Aliases({ ids }: { ids: readonly string[] }) {
  if (ids.length === 0) return null
  return (
    <section aria-labelledby="aliases">
      <h2 id="aliases" className={styles.sectionTitle}>
        Also called
      </h2>
      <p className={styles.aliases}>Merged into this lead. Events and calls of the API under these ids reach it.</p>
      <ul className={styles.aliases}>
        {ids.map(id => (
          <li key={id}>
            <Mono value={id} copy="the id" />
          </li>
        ))}
      </ul>
    </section>
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

import { Button, SegmentedControl, Skeleton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { JourneyView } from '#shared/api'
import { ApiError, type Connection, keys, useEvents, useJourney } from '../api'
import { GraphView } from '../canvas/GraphView'
import { EmptyState, ErrorState, useLate, useTitle } from '../ui'
import { Details } from './Details'
import styles from './inspector.module.css'
import { JourneyHead } from './JourneyHead'
import { asOf, leadName, litOf, partsOf, tellingLine, toRows, type VersionPart, zoneOf } from './story'
import { TimeLine } from './TimeLine'

const route = getRouteApi('/journeys/$id')

/** Below this width the details of a line open inside the time line instead of beside it. */
const WIDE = '(min-width: 1200px)'

/**
 * One lead's journey: the path on the canvas of the version that was walked, the time line, and why each thing
 * happened. The address carries the selected line (`?seq=`), so that a link shows the same thing next week. New lines
 * arrive live and never move the reader.
 */
export function JourneyInspector({ journeyId }: { journeyId: number }) {
  const { seq } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useJourney(journeyId)
  const missing = query.error instanceof ApiError && query.error.status === 404
  const connection = useLiveJourney(missing ? null : journeyId)
  if (missing) return <NoSuchJourney />
  if (query.data === undefined && query.error)
    return <ErrorState what="Could not load the journey." error={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <LoadingJourney />
  return (
    <Story
      journey={query.data}
      connection={query.error ? 'lost' : connection}
      seq={seq}
      onSeq={next => void navigate({ search: { seq: next }, replace: true })}
    />
  )
}

/** Asks for the journey again whenever the server says that it moved, and after the line was lost for a while. */
function useLiveJourney(id: number | null): Connection {
  const client = useQueryClient()
  const refresh = () => {
    if (id !== null) void client.invalidateQueries({ queryKey: keys.journey(id) })
  }
  const connection = useEvents(id === null ? null : `/journeys/${id}/live`, { changed: refresh })
  const wasLost = useRef(false)
  const latest = useRef(refresh)
  useEffect(() => {
    latest.current = refresh
  })
  useEffect(() => {
    if (connection === 'open' && wasLost.current) latest.current()
    wasLost.current = connection === 'lost'
  }, [connection])
  return connection
}

interface StoryProps {
  readonly journey: JourneyView
  readonly connection: Connection
  readonly seq: number | undefined
  readonly onSeq: (seq: number) => void
}

function Story({ journey, connection, seq, onSeq }: StoryProps) {
  const { journal } = journey
  const parts = useMemo(() => partsOf(journey), [journey])
  const zone = zoneOf(journey)
  const rows = useMemo(() => toRows(journal, zone), [journal, zone])
  // Where the reader starts without an address: the newest line of that moment. Lines that come later do not move it.
  const [first] = useState(journal.at(-1)?.seq)
  const selected = journal.find(line => line.seq === seq) ?? journal.find(line => line.seq === first)
  const wide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false })
  const part = parts.find(p => p.lines.some(line => line.seq === selected?.seq)) ?? parts.at(-1)
  const lit = useMemo(() => litOf(part?.lines ?? []), [part])
  useTitle(`${leadName(journey.leadView)} in ${journey.campaignName}`)

  const details =
    selected === undefined ? null : <Details key={selected.seq} journey={asOf(journey, selected)} line={selected} />
  const selectStep = (step: string | null) => {
    const line = step === null ? undefined : tellingLine(part?.lines ?? journal, step)
    if (line !== undefined) onSeq(line.seq)
  }
  return (
    <div className={styles.inspector}>
      <JourneyHead journey={journey} connection={connection} />
      <div className={styles.body}>
        <section
          className={styles.canvas}
          aria-label={`The path through ${journey.campaignName}, version ${part?.version ?? journey.version}`}
        >
          {parts.length > 1 && part !== undefined && <Versions parts={parts} shown={part} onSeq={onSeq} />}
          <GraphView
            key={part?.version}
            graph={part?.graph ?? journey.graph}
            lit={lit}
            current={journey.status === 'active' && part === parts.at(-1) ? journey.step : null}
            selected={selected?.step ?? null}
            onSelect={selectStep}
          />
        </section>
        <TimeLine
          journey={journey}
          rows={rows}
          selected={selected?.seq}
          onSelect={onSeq}
          inline={wide ? null : details}
        />
        {wide && (
          <section className={styles.details} aria-label="Details of the selected line">
            {details}
          </section>
        )}
      </div>
    </div>
  )
}

/** Which version is shown, of a lead who was migrated: a choice selects the last line that happened in it. */
function Versions({
  parts,
  shown,
  onSeq,
}: {
  parts: readonly VersionPart[]
  shown: VersionPart
  onSeq: (seq: number) => void
}) {
  return (
    <SegmentedControl
      className={styles.versions ?? ''}
      aria-label="Version that is shown"
      value={String(shown.version)}
      data={parts.map(({ version }) => ({ value: String(version), label: `Version ${version}` }))}
      onChange={version => {
        const line = parts.find(part => String(part.version) === version)?.lines.at(-1)
        if (line !== undefined) onSeq(line.seq)
      }}
    />
  )
}

function NoSuchJourney() {
  useTitle('No such journey')
  return (
    <EmptyState
      title="There is no journey at this address"
      action={<Button renderRoot={props => <Link {...props} to="/leads" />}>Search the leads</Button>}
    >
      It may have been mistyped. Search a lead to see all journeys of that lead.
    </EmptyState>
  )
}

/** The shape of the page in grey, after 200 ms. */
function LoadingJourney() {
  if (!useLate(200)) return null
  return (
    <div className={styles.inspector} role="status" aria-label="Loading the journey">
      <div className={styles.loadingHead}>
        <Skeleton height={24} width={280} />
        <Skeleton height={16} width={420} mt={12} />
      </div>
      <div className={styles.body}>
        <div className={styles.canvas} />
        <div className={styles.loadingLines}>
          {[88, 70, 94, 62, 81, 75].map(width => (
            <Skeleton key={width} height={16} width={`${width}%`} />
          ))}
        </div>
        <div className={styles.details} />
      </div>
    </div>
  )
}

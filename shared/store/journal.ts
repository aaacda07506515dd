import type { JournalEntry, Note } from '../journal'
import { all, each, list, sql, type Work } from './work'

/** What one decision said about a journey. All of it happened at one instant, which is stored once. */
export interface JournalPage {
  readonly journeyId: number
  readonly at: number
  readonly notes: readonly Note[]
}

/** Append-only, one row a decision: 500 leads through two steps write 1,000 rows, not 5,000. */
export function* appendJournal(pages: readonly JournalPage[]): Work<void> {
  yield* each(
    'insert into journal (journey_id, at, entries) values (?, ?, ?)',
    pages.map(p => [p.journeyId, p.at, JSON.stringify(p.notes)]),
  )
}

/** The whole story of a journey, oldest first. Index: journal_by_journey. */
export function* journalOf(journeyId: number): Work<readonly JournalEntry[]> {
  const rows = yield* all<{ at: number; entries: string }>(
    sql`select at, entries from journal where journey_id = ${journeyId} order by id`,
  )
  return rows.flatMap(({ at, entries }) => (JSON.parse(entries) as Note[]).map(note => ({ ...note, at })))
}

/** What was said about calls that are over, oldest first, by journey. Index: journal_by_journey. */
export function* repliesOf(
  journeyIds: readonly number[],
): Work<ReadonlyMap<number, readonly Extract<Note, { is: 'replied' | 'resend-ended' }>[]>> {
  const found = new Map<number, Extract<Note, { is: 'replied' | 'resend-ended' }>[]>()
  if (journeyIds.length === 0) return found
  const rows = yield* all<{ journey_id: number; entries: string }>(sql`
    select journey_id, entries from journal where journey_id in ${list(journeyIds)}
    and (entries like '%"is":"replied"%' or entries like '%"is":"resend-ended"%') order by id`)
  for (const { journey_id, entries } of rows)
    for (const note of JSON.parse(entries) as Note[])
      if (note.is === 'replied' || note.is === 'resend-ended')
        found.set(journey_id, [...(found.get(journey_id) ?? []), note])
  return found
}

/** When these journeys were given their variants, by step. Index: journal_by_journey. */
export function* assignmentsOf(
  journeyIds: readonly number[],
): Work<
  readonly { readonly journeyId: number; readonly at: number; readonly step: string; readonly variant: string }[]
> {
  if (journeyIds.length === 0) return []
  const rows = yield* all<{ journey_id: number; at: number; entries: string }>(sql`
    select journey_id, at, entries from journal
    where journey_id in ${list(journeyIds)} and entries like '%"is":"assigned"%' order by id`)
  return rows.flatMap(({ journey_id, at, entries }) =>
    (JSON.parse(entries) as Note[]).flatMap(note =>
      note.is === 'assigned' ? [{ journeyId: journey_id, at, step: note.step, variant: note.variant }] : [],
    ),
  )
}

import type { JournalEntry } from '#shared/journal'
import { all, each, sql, type Work } from './work'

export interface JournalPage {
  readonly journeyId: number
  readonly entries: readonly JournalEntry[]
}

/** Append-only. One row a decision: 500 leads through two steps write 1,000 rows, not 5,000. */
export function* appendJournal(pages: readonly JournalPage[]): Work<void> {
  yield* each(
    'insert into journal (journey_id, entries) values (?, ?)',
    pages.map(p => [p.journeyId, JSON.stringify(p.entries)]),
  )
}

/** The whole story of a journey, oldest first. Index: journal_by_journey. */
export function* journalOf(journeyId: number): Work<readonly JournalEntry[]> {
  const rows = yield* all<{ entries: string }>(
    sql`select entries from journal where journey_id = ${journeyId} order by id`,
  )
  return rows.flatMap(row => JSON.parse(row.entries) as JournalEntry[])
}

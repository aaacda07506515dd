import { findImport, type Import, saveImport } from '../../store/imports'
import { type LeadInput, leadsCalled } from '../../store/leads'
import type { Work } from '../../store/work'
import type { Turn } from '../turn'
import { changeMembers } from './members'
import { putAll } from './put-leads'

/**
 * Leads from a file, some hundreds at a time: each part in one transaction with how far the file has come, so that a
 * crash in between loses no row and counts none twice. The file itself is read outside (server/http/imports): no I/O in a
 * transaction (law 6).
 */

/** The next rows of a file: those that are leads, and where the rest is written down. */
export interface Part {
  readonly rows: number
  readonly leads: readonly LeadInput[]
  readonly rejected: number
  readonly rejectedBytes: number
  readonly bytesRead: number
}

/**
 * Stores a part, unless the import was cancelled or has ended. Answers how it stands; undefined when it was forgotten.
 */
export function* storePart(turn: Turn, id: string, part: Part): Work<Import | undefined> {
  const found = yield* findImport(id)
  if (found?.status !== 'running') return found
  const { created, updated } = yield* putAll(turn, part.leads)
  const { list } = found.wanted
  if (list !== undefined && part.leads.length > 0) yield* putOnList(turn, list, part.leads)
  const stored = {
    ...found,
    rows: found.rows + part.rows,
    created: found.created + created,
    updated: found.updated + updated,
    rejected: found.rejected + part.rejected,
    rejectedBytes: part.rejectedBytes,
    // A file that is gone through again after a restart has come further already.
    bytesRead: Math.max(found.bytesRead, part.bytesRead),
  }
  yield* saveImport(stored)
  return stored
}

/** Ends one that runs. What was stored stays. Answers how it stands. */
export function* endImport(
  turn: Turn,
  id: string,
  { status, error = null }: { readonly status: Exclude<Import['status'], 'running'>; readonly error?: string | null },
): Work<Import | undefined> {
  const found = yield* findImport(id)
  if (found?.status !== 'running') return found
  const bytesRead = status === 'done' ? found.bytesTotal : found.bytesRead
  const ended = { ...found, status, error, bytesRead, endedAt: turn.unit.now }
  yield* saveImport(ended)
  const { rows, created, updated, rejected } = ended
  if (status === 'done')
    turn.unit.notices?.tell('import.finished', {}, { importId: id, rows, created, updated, rejected })
  return ended
}

function* putOnList(turn: Turn, list: string, leads: readonly LeadInput[]): Work<void> {
  const stored = yield* leadsCalled(
    leads.map(l => l.externalId),
    turn.registry.names,
  )
  const leadIds = [...new Set([...stored.values()].map(l => l.id))]
  yield* changeMembers(turn, { list, leadIds, change: 'added' })
}

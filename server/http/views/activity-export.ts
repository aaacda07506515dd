import { Temporal } from 'temporal-polyfill'
import type { ActivityRow } from '#shared/api/activity'
import type { Env } from '#shared/engine/env'
import type { ActivityFilter, ActivityOutcome } from '#shared/store/activity'
import { isFormula, quoteCell } from '../csv'
import { rowsPage } from './activity-rows'

export interface ExportAsk {
  readonly filter: ActivityFilter
  readonly outcome: ActivityOutcome | undefined
  readonly format: 'csv' | 'ndjson'
}

/** 10 ms of reading; the engine has its turn between two chunks. */
const CHUNK = 500

/** All sends that match, newest first. Only one chunk is in memory at a time. */
export async function* exportOf(
  { store, clock }: Pick<Env, 'store' | 'clock'>,
  { filter, outcome, format }: ExportAsk,
): AsyncGenerator<string> {
  if (format === 'csv') yield `${columns.map(([name]) => name).join(',')}\r\n`
  let below: number | null = null
  do {
    const page: { rows: ActivityRow[]; next: string | null } = await store.read(
      rowsPage(filter, { outcome, below, limit: CHUNK, now: clock.now() }),
    )
    if (page.rows.length > 0) yield page.rows.map(format === 'csv' ? toCsvLine : toJsonLine).join('')
    below = page.next === null ? null : Number(page.next)
    await new Promise<void>(resolve => clock.after(0, resolve))
  } while (below !== null)
}

const columns: readonly (readonly [string, (row: ActivityRow) => string | number | null])[] = [
  ['id', row => row.id],
  ['at', row => iso(row.at)],
  ['settled_at', row => iso(row.settledAt)],
  ['outcome', row => row.outcome],
  ['status', row => row.status],
  ['cause', row => row.cause],
  ['attempts', row => row.attempts],
  ['lead', row => row.lead],
  ['campaign', row => row.campaignName],
  ['step', row => row.stepName],
  ['method', row => row.method],
  ['url', row => row.url],
  ['host', row => row.host],
  ['journey', row => row.journey],
  ['webhook_id', row => row.webhookId],
]

function toJsonLine(row: ActivityRow): string {
  return `${JSON.stringify(row)}\n`
}

function toCsvLine(row: ActivityRow): string {
  return `${columns.map(([, read]) => csvCell(read(row))).join(',')}\r\n`
}

/**
 * A cell of RFC 4180. Text that a spreadsheet would take for a formula gets a quote before it, and so does text that
 * looks as if it had one already. To read it back, take one quote away before quotes and a sign of a formula.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  return quoteCell(isFormula(value.replace(/^'+/, '')) ? `'${value}` : value)
}

function iso(at: number | null): string | null {
  return at === null ? null : Temporal.Instant.fromEpochMilliseconds(at).toString()
}

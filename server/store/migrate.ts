import first from './migrations/0001-first.sql?raw'
import activity from './migrations/0002-activity.sql?raw'
import lists from './migrations/0003-lists.sql?raw'
import entry from './migrations/0004-entry.sql?raw'
import library from './migrations/0005-library.sql?raw'
import delivery from './migrations/0006-delivery.sql?raw'
import secrets from './migrations/0007-secrets.sql?raw'
import fields from './migrations/0008-fields.sql?raw'
import leaving from './migrations/0009-leaving.sql?raw'
import caps from './migrations/0010-caps.sql?raw'
import history from './migrations/0011-history.sql?raw'
import goals from './migrations/0012-goals.sql?raw'
import experiments from './migrations/0013-experiments.sql?raw'
import webhooks from './migrations/0014-webhooks.sql?raw'
import versions from './migrations/0015-versions.sql?raw'
import receivers from './migrations/0016-receivers.sql?raw'
import queue from './migrations/0017-queue.sql?raw'
import resends from './migrations/0018-resends.sql?raw'
import leadSearch from './migrations/0019-lead-search.sql?raw'
import sending from './migrations/0020-sending.sql?raw'
import imports from './migrations/0021-imports.sql?raw'
import drafts from './migrations/0022-drafts.sql?raw'
import secretHosts from './migrations/0023-secret-hosts.sql?raw'
import testSends from './migrations/0024-test-sends.sql?raw'
import entryTime from './migrations/0025-entry-time.sql?raw'
import heard from './migrations/0026-heard.sql?raw'
import planned from './migrations/0027-planned.sql?raw'
import stops from './migrations/0028-stops.sql?raw'
import cohorts from './migrations/0029-cohorts.sql?raw'
import email from './migrations/0030-email.sql?raw'
import plannedSends from './migrations/0031-planned-sends.sql?raw'
import subscriptions from './migrations/0032-subscriptions.sql?raw'
import replays from './migrations/0033-replays.sql?raw'

/**
 * In order. A migration is never edited after it landed. Each runs in its own transaction, so that after a kill it can
 * run again.
 */
const migrations: readonly string[] = [
  first,
  activity,
  lists,
  entry,
  library,
  delivery,
  secrets,
  fields,
  leaving,
  caps,
  history,
  goals,
  experiments,
  webhooks,
  versions,
  receivers,
  queue,
  resends,
  leadSearch,
  sending,
  imports,
  drafts,
  secretHosts,
  testSends,
  entryTime,
  heard,
  planned,
  stops,
  cohorts,
  email,
  plannedSends,
  subscriptions,
  replays,
]

/** As much of a database as a migration needs. */
interface Migratable {
  readonly pragma: (source: string, options?: { simple: true }) => unknown
  readonly exec: (source: string) => unknown
  readonly transaction: (run: () => void) => { readonly immediate: () => void }
}

/**
 * Brings the database to this version of Hookline, or to an earlier one (tests). Throws when the file was written by a
 * newer one.
 */
export function migrate(db: Migratable, to = migrations.length): void {
  const from = Number(db.pragma('user_version', { simple: true }))
  if (from > migrations.length)
    throw new Error(
      `The database was written by a newer Hookline (schema ${from}, this one knows ${migrations.length}).`,
    )
  for (let version = from + 1; version <= to; version++)
    db.transaction(() => {
      db.exec(migrations[version - 1] ?? '')
      db.pragma(`user_version = ${version}`)
    }).immediate()
}

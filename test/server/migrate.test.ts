import { describe, expect, it } from 'vitest'
import { Database } from '#server/store/driver'
import { migrate } from '#server/store/migrate'
import { RISE } from '#shared/rules/queue'

const BEFORE = 13

/** A database as the release before left it, with a touch of each status and a call that a gate holds. */
function older(): Database {
  const db = new Database(':memory:')
  migrate(db, BEFORE)
  const touch = db.prepare(
    `insert into touches (id, webhook_id, journey_id, lead_id, campaign_id, step, reserved_at, status, attempts, retry, request, host, cause)
     values (?, ?, 1, 1, 'c', 's', 5, ?, 2, 'brief', '{}', 'h', ?)`,
  )
  for (const [i, status] of statuses.entries())
    touch.run(i + 1, `w${i + 1}`, status, status === 'failed' ? 'timeout' : null)
  db.prepare(
    "insert into tasks (id, journey_id, campaign_id, step, type, state, due_at, request) values (1, 1, 'c', 's', 'call', 'ready', 9, '{}')",
  ).run()
  return db
}

const statuses = ['reserved', 'received', 'failed', 'abandoned']
const rows = (db: Database, query: string) => db.prepare(query).all()
const indexes = (db: Database) =>
  rows(
    db,
    "select name from sqlite_schema where type = 'index' and tbl_name = 'touches' and sql is not null order by name",
  )

describe('an older database', () => {
  it('keeps its sends, and may hold uncertain ones from now on', () => {
    const db = older()
    const [before, named] = [rows(db, 'select id, webhook_id, status, attempts, cause from touches'), indexes(db)]

    migrate(db)

    expect(rows(db, 'select id, webhook_id, status, attempts, cause from touches')).toEqual(before)
    expect(indexes(db)).toEqual(named)
    expect(rows(db, 'select distinct profile, answers from touches')).toEqual([{ profile: 'hookline', answers: null }])
    db.prepare("update touches set status = 'uncertain' where id = 1").run()
    expect(() => db.prepare("update touches set status = 'lost' where id = 2").run()).toThrow(/CHECK/)
    expect(rows(db, 'select id, revision, level, rank from tasks')).toEqual([
      { id: 1, revision: null, level: 5, rank: 9 - 5 * RISE },
    ])
  })

  it('is as it was when the process dies in the middle, and the next start brings it up to date', () => {
    const db = older()
    const dying = {
      pragma: (source: string, options?: { simple: true }) => db.pragma(source, options),
      transaction: (run: () => void) => db.transaction(run),
      exec: (source: string) => {
        db.exec(source)
        throw new Error('killed')
      },
    }

    expect(() => migrate(dying)).toThrow('killed')
    expect(db.pragma('user_version', { simple: true })).toBe(BEFORE)
    migrate(db)

    expect(rows(db, 'select status from touches order by id')).toEqual(statuses.map(status => ({ status })))
  })

  it('entered its journeys when their events took place', () => {
    const db = new Database(':memory:')
    migrate(db, 21)
    const journey = db.prepare(
      `insert into journeys (id, campaign_id, version, lead_id, step, memory, status, rev, entered_at)
       values (?, 'c', 1, 1, 's', ?, 'active', 1, 1000)`,
    )
    for (const [i, event] of [{ id: 'e', at: 400 }, { id: 'f', at: 3000 }, null].entries())
      journey.run(i + 1, JSON.stringify({ event, variants: {}, response: null }))

    migrate(db)

    expect(rows(db, 'select entered_at from journeys order by id').map(r => Object.values(r as object)[0])).toEqual([
      400, 1000, 1000,
    ])
  })
})

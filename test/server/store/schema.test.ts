import { describe, expect, it } from 'vitest'
import { Database } from '#server/store/driver'
import { migrate } from '#server/store/migrate'
import { inPostgres, inSqlite, readTables } from '../../schema'

const said = (dialect: string) =>
  `-- The schema of ${dialect}, all migrations done. Written by a test, never by hand: npx vitest run test/server/store/schema.test.ts -u\n\n`

function tables(): ReturnType<typeof readTables> {
  const db = new Database(':memory:')
  migrate(db)
  return readTables(db)
}

describe('the schema that the migrations come to', () => {
  it('is the one that is written down for SQLite', async () => {
    await expect(said('SQLite') + inSqlite(tables())).toMatchFileSnapshot('../../../shared/store/schema.sqlite.sql')
  })

  it('is the one that is written down for PostgreSQL', async () => {
    await expect(said('PostgreSQL') + inPostgres(tables())).toMatchFileSnapshot(
      '../../../shared/store/schema.postgres.sql',
    )
  })

  it('is made again by what is written down for SQLite', () => {
    const db = new Database(':memory:')
    db.exec(inSqlite(tables()))

    expect(readTables(db)).toEqual(tables())
  })
})

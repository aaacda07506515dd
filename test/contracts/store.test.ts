import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { Database } from '#server/store/driver'
import { migrate } from '#server/store/migrate'
import { openSqlite } from '#server/store/sqlite'
import { all, type Row, type Store, sql, type Work } from '#shared/store/work'
import { openPglite } from '../pglite'
import { readTables } from '../schema'
import { openWasm } from '../wasm'
import { cases, inAnyOrder, spellings } from './store-cases'
import { seed } from './store-rows'

/**
 * Every storage operation, over the server's SQLite, the browser's, and PostgreSQL: the same rows, the same answers, the same tables afterwards. A new operation
 * needs its case in store-cases.ts.
 */

const empty = new Database(':memory:')
migrate(empty)
const schema = readTables(empty)

let sqlite: Store
/** The others, by name. */
let others: readonly (readonly [string, Store])[]
/** The rows of store-rows.ts. */
let before: Tables
beforeAll(async () => {
  sqlite = openSqlite(':memory:')
  others = [
    ['PostgreSQL', await openPglite()],
    ['SQLite in WebAssembly', await openWasm()],
  ]
  await sqlite.transact(seed())
  for (const [, store] of others) await store.transact(seed())
  before = await sqlite.read(dump())
  return () => {
    sqlite.close()
    for (const [, store] of others) store.close()
  }
  // Making a database of PostgreSQL takes two seconds, and more on a busy machine.
}, 60_000)

/** The operations of shared/store, by file and name. work.ts is what they are written with. */
const folder = new URL('../../shared/store/', import.meta.url)
const files = readdirSync(folder).filter(name => /^[^.]+\.ts$/.test(name) && name !== 'work.ts')
const operations: string[] = []
for (const file of files) {
  const module: Record<string, unknown> = await import(fileURLToPath(new URL(file, folder)))
  const names = Object.keys(module).filter(name => isGenerator(module[name]))
  operations.push(...names.map(name => `${file.slice(0, -3)}: ${name}`))
}
const known = Object.entries(cases).flatMap(([file, ofFile]) =>
  Object.entries(ofFile).map(([name, make]) => ({ id: `${file}: ${name}`, name, make })),
)

describe('the contract of the store', () => {
  it('has a case for every operation', () => {
    expect(operations.length).toBeGreaterThan(200)
    expect(known.map(({ id }) => id).sort()).toEqual([...operations].sort())
  })

  it('begins with the same rows everywhere, in every table', async () => {
    for (const [name, store] of others) expect(await store.read(dump()), name).toEqual(before)
    expect(Object.keys(before).filter(name => before[name]?.length === 0)).toEqual([])
  })

  it.each(known)('$id', async ({ name, make }) => {
    const expected = await tried(sqlite, make())
    for (const [driver, store] of others) {
      const found = await tried(store, make())

      expect(inOrder(name, found.answers), driver).toEqual(inOrder(name, expected.answers))
      expect(found.tables, driver).toEqual(expected.tables)
    }
    // A case that nothing comes of would prove nothing.
    expect(expected.answers.some(saysSomething) || !isDeepStrictEqual(expected.tables, before)).toBe(true)
  })

  it.each(Object.entries(spellings))('reads %s alike', async (_, query) => {
    const expected = await sqlite.read(all(query))
    for (const [driver, store] of others) expect(await store.read(all(query)), driver).toEqual(expected)
  })
})

class Undone extends Error {}

/** Runs works in a transaction that is rolled back, so that the next case finds the rows as they were. Answers with the tables as they were left. */
async function tried(store: Store, works: readonly Work<unknown>[]): Promise<{ answers: unknown[]; tables: Tables }> {
  const answers: unknown[] = []
  let tables = before
  const trial = function* (): Work<never> {
    let writes = false
    for (const work of works) {
      let step = work.next([])
      for (; step.done !== true; step = work.next(yield step.value))
        writes ||= !/^\s*(select|with)\b/.test(step.value.text)
      answers.push(step.value)
    }
    if (writes) tables = yield* dump()
    throw new Undone()
  }
  await expect(store.transact(trial())).rejects.toThrow(Undone)
  return { answers, tables }
}

type Tables = Record<string, readonly Row[]>

/** All tables. Rows are sorted here; ids of the journal are given by the database, so that their order alone matters. */
function* dump(): Work<Tables> {
  const tables: Tables = {}
  for (const { name, columns } of schema) {
    if (name === 'journal') tables[name] = yield* all(sql`select journey_id, at, entries from journal order by id`)
    else tables[name] = sorted(yield* all({ text: `select ${columns.join(', ')} from ${name}`, values: [] }))
  }
  return tables
}

function sorted<T>(rows: readonly T[]): readonly T[] {
  const told = rows.map(row => ({ row, text: JSON.stringify(row) }))
  return told.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ row }) => row)
}

function inOrder(name: string, answers: readonly unknown[]): readonly unknown[] {
  if (!inAnyOrder.has(name)) return answers.map(toPlain)
  return answers.map(answer => sorted([...(answer as Iterable<unknown>)]))
}

/** Maps in their order, sets without one. */
function toPlain(answer: unknown): unknown {
  if (answer instanceof Map) return [...answer]
  return answer
}

function saysSomething(answer: unknown): boolean {
  if (answer instanceof Set || answer instanceof Map) return answer.size > 0
  if (Array.isArray(answer)) return answer.length > 0
  return Boolean(answer)
}

function isGenerator(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object GeneratorFunction]'
}

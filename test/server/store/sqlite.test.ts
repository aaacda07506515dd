import { closeSync, copyFileSync, mkdtempSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isFatal, type StoreBroken } from '#server/store/broken'
import { openSqlite, type SqliteStore } from '#server/store/sqlite'
import { all, run, sql } from '#shared/store/work'

const insert = (n: number) => run(sql`insert into meta (key, value) values (${`row-${n}`}, ${'x'.repeat(2000)})`)
const rows = () => all<{ key: string }>(sql`select key, value from meta where key like 'row-%' order by key`)

describe('an error of the database (found G7)', () => {
  const withCode = (code: string) => Object.assign(new Error('x'), { code })

  it.each([
    'SQLITE_IOERR_FSYNC',
    'SQLITE_IOERR_WRITE',
    'SQLITE_IOERR_READ',
    'SQLITE_IOERR_DIR_FSYNC',
    'SQLITE_IOERR',
    'SQLITE_CORRUPT',
    'SQLITE_CORRUPT_INDEX',
    'SQLITE_NOTADB',
    'SQLITE_READONLY_DBMOVED',
  ])('%s is the last: nobody knows what is on disk', code => {
    expect(isFatal(withCode(code))).toBe(true)
  })

  it.each([
    'SQLITE_FULL',
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'SQLITE_LOCKED',
    'SQLITE_NOMEM',
    'SQLITE_CANTOPEN',
    'SQLITE_IOERR_GETTEMPPATH',
    'SQLITE_CONSTRAINT_UNIQUE',
    'SQLITE_ERROR',
    'EIO',
  ])('%s may pass, or is a mistake of ours: the work is tried again or refused', code => {
    expect(isFatal(withCode(code))).toBe(false)
  })
})

describe('a database that somebody touches while it is open (found G14)', () => {
  let folder: string
  let file: string
  let store: SqliteStore
  let told: StoreBroken[]
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hookline-store-'))
    file = join(folder, 'hookline.db')
    told = []
    store = openSqlite(file, { mark: 7, onBroken: broken => told.push(broken) })
    for (let n = 0; n < 20; n++) await store.transact(insert(n))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const overwritten = () => {
    copyFileSync(file, `${file}.copy`)
    copyFileSync(`${file}.copy`, file)
  }
  const replaced = () => {
    copyFileSync(file, `${file}.copy`)
    renameSync(`${file}.copy`, file)
  }

  it.each([
    ['deletes it', () => rmSync(file)],
    ['replaces it', replaced],
    ['deletes its log', () => rmSync(`${file}-wal`)],
    ['moves its directory', () => renameSync(folder, `${folder}-moved`)],
  ])('and %s: no commit is acknowledged any more, and none is tried', async (_, lose) => {
    lose()

    await expect(store.transact(insert(100))).rejects.toThrow(/was deleted, moved or replaced/)
    await expect(store.transact(insert(101))).rejects.toThrow(/was deleted, moved or replaced/)
    await expect(store.read(rows())).rejects.toThrow(/was deleted, moved or replaced/)
    expect(told.length).toBe(1)
    rmSync(`${folder}-moved`, { recursive: true, force: true })
  })

  it.each([
    ['deletes it', () => rmSync(file), /was deleted, moved or replaced/],
    ['copies something over it', overwritten, /was written to by another program/],
  ])('and %s: a look tells, without a commit', async (_, touch, says) => {
    store.look()
    expect(told).toEqual([])

    touch()
    store.look()
    store.look()

    expect(told.map(broken => broken.message)).toEqual([expect.stringMatching(says)])
    await expect(store.read(rows())).rejects.toThrow(says)
  })

  it('is not suspected for what it writes itself', async () => {
    store.look()
    // More than the log may hold: it is brought into the file.
    for (let n = 100; n < 130; n++)
      await store.transact(run(sql`insert into meta (key, value) values (${`big-${n}`}, ${'x'.repeat(2 ** 21)})`))
    expect(statSync(file).size).toBeGreaterThan(2 ** 21)

    store.look()
    store.look()
    await store.transact(insert(100))

    expect(told).toEqual([])
    store.close()
  })

  it('and damages it: whoever comes across a damaged page is the last to be answered', async () => {
    store.close()
    store = openSqlite(file, { onBroken: broken => told.push(broken) })
    // Pages that are kept in memory are read from the file again.
    await store.read(run(sql`pragma shrink_memory`))
    const opened = openSync(file, 'r+')
    for (let at = 8192; at < statSync(file).size; at += 4096) writeSync(opened, Buffer.alloc(4096, 0x5a), 0, 4096, at)
    closeSync(opened)

    await expect(store.read(rows())).rejects.toThrow(/is damaged: .*SQLITE_CORRUPT.*backup/)
    await expect(store.transact(insert(100))).rejects.toThrow(/is damaged/)
    expect(told.length).toBe(1)
  })

  it('is left as it is when it is closed afterwards', async () => {
    const backup = `${file}.backup`
    copyFileSync(file, backup)
    rmSync(file)
    await store.transact(insert(100)).catch(() => {})
    copyFileSync(backup, file)
    const log = statSync(`${file}-wal`).size

    store.close()

    expect(statSync(`${file}-wal`).size).toBe(log)
  })
})

import { createWriteStream } from 'node:fs'
import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError } from 'csv-parse'
import type { z } from 'zod'
import type { ImportView, importQuerySchema } from '#shared/api'
import { endImport, storePart } from '#shared/engine/acts/imports'
import type { Engine } from '#shared/engine/engine'
import type { Env } from '#shared/engine/env'
import { loadFields } from '#shared/store/fields'
import {
  findImport,
  forgetImports,
  type Import,
  insertImport,
  newestImports,
  runningImports,
} from '#shared/store/imports'
import type { LeadInput } from '#shared/store/leads'
import { findList } from '#shared/store/lists'
import { loadSettings } from '#shared/store/settings'
import { DAY } from '#shared/time/units'
import { StoreBroken } from '../../store/broken'
import { syncFolder } from '../../store/folder'
import { letOthers } from '../others'
import { refuse } from '../problem'
import { mayPass, sayFailure } from './failures'
import { readHead } from './head'
import { atMost, MAX_IMPORT_BYTES } from './limit'
import { Left, type ParsedRow, rowsOf, typesOf } from './read'
import { Rejects } from './rejects'
import { toCsvLine, toLead } from './rows'
import { type Run, rest } from './run'

/**
 * Leads from CSV. The file is kept in `<data>/imports` until it is done, so that the answer can go out when it has
 * arrived and is on disk, and the browser may go away. Rows are stored in parts of one transaction each, with how far
 * the file has come (engine/acts/imports.ts); between two parts everybody else has a turn. What was refused is written
 * to a second file, with a reason each. A process that ends in the middle, in order or not, leaves both files and the
 * row: the next one goes on behind the last row that was stored.
 */
export interface Imports {
  /** Takes the file. Throws a refusal when it is no CSV with the wanted columns; nothing is stored then. */
  readonly begin: (file: Readable, asked: z.output<typeof importQuerySchema>) => Promise<ImportView>
  /** Those that run and the last that ended, the newest first. */
  readonly list: () => Promise<readonly ImportView[]>
  readonly find: (id: string) => Promise<ImportView | undefined>
  /** Stops it before the next part. Undefined when there is no such import. */
  readonly cancel: (id: string) => Promise<ImportView | undefined>
  /** The rejected rows, as CSV: a file, and so many bytes of it. Undefined when there is no such import. */
  readonly rejected: (id: string) => Promise<{ readonly path: string; readonly bytes: number } | undefined>
  /**
   * Goes on with imports that an earlier process left. Call it before requests are taken: it removes files that belong
   * to no import.
   */
  readonly resume: () => Promise<void>
  /** Waits for the part that is under way. What is left is read after the next start. */
  readonly close: () => Promise<void>
}

const BATCH = 500
/** Rejected rows beyond this many are counted, but not kept. */
const MAX_REJECTED = 100_000
const MAX_RUNNING = 4
const MAX_KEPT = 50
/** A full disk is asked again this often. */
const PAUSE_MS = 1000

export function createImports(
  { store, chance, clock, log }: Env,
  dataDir: string,
  engine: Pick<Engine, 'does' | 'write'>,
): Imports {
  const folder = join(dataDir, 'imports')
  const runs = new Map<string, Run>()
  const ready = mkdir(folder, { recursive: true, mode: 0o700 }).then(() => chmod(folder, 0o700))
  // Whoever imports first hears of it; until then it is nobody's error.
  ready.catch(() => {})
  let arriving = 0
  let isClosed = false

  return {
    begin: async (file, { name, ...wanted }) => {
      if (runs.size + arriving >= MAX_RUNNING)
        throw refuse(
          429,
          'import.busy',
          `${MAX_RUNNING} imports are running already.`,
          'Wait for one of them to end.',
          { headers: { 'retry-after': '10' } },
        )
      if (wanted.list !== undefined && (await store.read(findList(wanted.list))) === undefined)
        throw refuse(400, 'import.list', `There is no list "${wanted.list}".`, 'Choose a list that is there, or none.')
      arriving++
      const id = chance.hex(8)
      try {
        await ready
        // On disk before it is acknowledged, like everything else (law 12).
        // A refusal in the middle must reach whoever sends: their connection is not ended with the copy.
        await pipeline(
          file.iterator({ destroyOnReturn: false }),
          atMost(MAX_IMPORT_BYTES),
          createWriteStream(fileOf(id), { mode: 0o600, flags: 'wx', flush: true }),
        )
        await readHead(fileOf(id), wanted)
        syncFolder(folder)
        const counts = { rows: 0, created: 0, updated: 0, rejected: 0, rejectedBytes: 0, bytesRead: 0 }
        const bytesTotal = (await stat(fileOf(id))).size
        const times = { begunAt: clock.now(), endedAt: null }
        const begun: Import = { id, name, wanted, status: 'running', ...counts, bytesTotal, error: null, ...times }
        await engine.write(insertImport(begun))
        start(begun)
        return viewOf(begun)
      } catch (error) {
        file.resume()
        await rm(fileOf(id), { force: true })
        throw error
      } finally {
        arriving--
      }
    },
    list: async () => (await store.read(newestImports(MAX_KEPT))).map(viewOf),
    find,
    cancel: async id => {
      await engine.does(turn => endImport(turn, id, { status: 'cancelled' }))
      const run = runs.get(id)
      if (run !== undefined) run.isCancelled = true
      run?.wake()
      await run?.ended
      return find(id)
    },
    rejected: async id => {
      const found = await store.read(findImport(id))
      return found && { path: rejectedOf(id), bytes: found.rejectedBytes }
    },
    resume: async () => {
      try {
        await ready
        await forgetOld()
        const left = await store.read(runningImports())
        await sweep(left)
        for (const one of left) start(one)
      } catch (error) {
        if (error instanceof StoreBroken) throw error
        log.error({ err: error, folder }, 'imports cannot go on; the next start tries again')
      }
    },
    close: async () => {
      isClosed = true
      for (const run of runs.values()) run.wake()
      await Promise.all([...runs.values()].map(run => run.ended))
    },
  }

  async function find(id: string): Promise<ImportView | undefined> {
    const found = await store.read(findImport(id))
    return found && viewOf(found)
  }

  function viewOf({ wanted, rejectedBytes: _, error, ...rest }: Import): ImportView {
    return { ...rest, list: wanted.list ?? null, error: error ?? runs.get(rest.id)?.waits ?? null }
  }

  function fileOf(id: string): string {
    return join(folder, `${id}.csv`)
  }

  function rejectedOf(id: string): string {
    return join(folder, `${id}-rejected.csv`)
  }

  function start(begun: Import): void {
    // The next process reads it.
    if (isClosed) return
    const run: Run = { id: begun.id, ended: Promise.resolve(), waits: null, wake: () => {}, isCancelled: false }
    runs.set(run.id, run)
    run.ended = read(run, begun).finally(() => runs.delete(run.id))
  }

  /** Never rejects: how it went stands in its row. */
  async function read(run: Run, begun: Import): Promise<void> {
    try {
      await readRows(run, begun)
      await end(run, { status: 'done' })
    } catch (error) {
      // What is left is read by the next process.
      if (error instanceof StoreBroken || (error instanceof Left && isClosed)) return
      if (!(error instanceof Left)) {
        log.warn({ err: error, import: run.id }, 'an import failed')
        await end(run, { status: 'failed', error: sayFailure(error) }).catch(() => {})
      }
    }
    await tidy(run.id)
  }

  function end(run: Run, how: Parameters<typeof endImport>[2]): Promise<unknown> {
    return patiently(run, () => engine.does(turn => endImport(turn, run.id, how)))
  }

  async function readRows(run: Run, begun: Import): Promise<void> {
    const head = await readHead(fileOf(run.id), begun.wanted)
    const { header, columns } = head
    const fields = await store.read(loadFields())
    const types = await typesOf(fileOf(run.id), head, fields, {
      each: BATCH,
      goesOn: () => !isClosed && !run.isCancelled,
    })
    const rejects = await Rejects.open(rejectedOf(run.id), begun.rejectedBytes)
    // Behind the names of the columns, and behind what was stored by a process before this one.
    const { file, parser } = rowsOf(fileOf(run.id), head, 2 + begun.rows)
    let known = begun.rejected
    let rejected = begun.rejectedBytes === 0 ? toCsvLine(['line', 'reason', ...header]) : ''
    let part: { rows: number; leads: LeadInput[]; rejected: number } = { rows: 0, leads: [], rejected: 0 }
    const put = async () => {
      await patiently(run, async () => {
        const rejectedBytes = await rejects.write(rejected)
        const whole = { ...part, rejectedBytes, bytesRead: file.bytesRead }
        const stands = await engine.does(turn => storePart(turn, run.id, whole))
        if (stands?.status !== 'running') throw new Left()
        rejects.keep(rejectedBytes)
      })
      known += part.rejected
      rejected = ''
      part = { rows: 0, leads: [], rejected: 0 }
      if (isClosed) throw new Left()
    }
    try {
      for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
        const row = toLead(record, columns, header.length, fields, types)
        part.rows++
        if (row.is === 'lead') part.leads.push(row.lead)
        else if (known + ++part.rejected <= MAX_REJECTED)
          rejected += toCsvLine([String(info.lines + head.linesBefore), row.reason, ...record])
        if (part.rows < BATCH) continue
        await put()
        await letOthers()
      }
      await put()
    } catch (error) {
      // The rows before a broken one were good.
      if (error instanceof CsvError) await put()
      throw error
    } finally {
      file.destroy()
      parser.destroy()
      await rejects.close()
    }
  }

  /** While the disk is full or the database does not answer, an import waits and says so. Its rows are in the file. */
  async function patiently(run: Run, act: () => Promise<unknown>): Promise<void> {
    for (;;)
      try {
        await act()
        run.waits = null
        return
      } catch (error) {
        const why = mayPass(error)
        if (why === undefined) throw error
        if (run.waits === null) log.warn({ err: error, import: run.id }, why)
        run.waits = why
        await rest(run, clock, PAUSE_MS)
        if (isClosed) throw new Left()
      }
  }

  async function tidy(id: string): Promise<void> {
    try {
      await rm(fileOf(id), { force: true })
      await forgetOld()
    } catch (error) {
      log.warn({ err: error, import: id }, 'what an import left could not be removed; the next start tries again')
    }
  }

  /** Forgets imports that ended long ago, or before many others. */
  async function forgetOld(): Promise<void> {
    const { retentionDays } = await store.read(loadSettings())
    const gone = await engine.write(forgetImports(clock.now() - retentionDays * DAY, MAX_KEPT))
    for (const id of gone) await rm(rejectedOf(id), { force: true })
  }

  /** Removes files that belong to nothing any more: uploads that broke off, and what a process could not remove. */
  async function sweep(running: readonly Import[]): Promise<void> {
    const kept = [...running, ...(await store.read(newestImports(MAX_KEPT)))]
    const known = new Set([...running.map(({ id }) => fileOf(id)), ...kept.map(({ id }) => rejectedOf(id))])
    for (const name of await readdir(folder))
      if (!known.has(join(folder, name))) await rm(join(folder, name), { recursive: true, force: true })
  }
}

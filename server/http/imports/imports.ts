import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse as csvParser } from 'csv-parse'
import { parse as parseCsv } from 'csv-parse/sync'
import type { z } from 'zod'
import type { ImportView, importQuerySchema } from '#shared/api'
import { endImport, storePart } from '#shared/engine/acts/imports'
import type { Engine } from '#shared/engine/engine'
import type { Env } from '#shared/engine/env'
import { type CsvFormat, csvFormat, csvOptions } from '#shared/rules/csv'
import type { Fields } from '#shared/rules/fields'
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
import { type Refused, refuse } from '../problem'
import { Rejects } from './rejects'
import { type Columns, ColumnTypes, matchColumns, toCsvLine, toLead, type Wanted } from './rows'

/**
 * Leads from CSV. The file is kept in `<data>/imports` until it is done, so that the answer can go out when it has arrived and is on disk, and the browser
 * may go away. Rows are stored in parts of one transaction each, with how far the file has come (engine/acts/imports.ts); between two parts everybody else has a
 * turn. What was refused is written to a second file, with a reason each. A process that ends in the middle, in order or not, leaves both files and
 * the row: the next one goes on behind the last row that was stored.
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
  /** Goes on with those that a process before this one has left. Before requests are taken: files of which nothing is known are removed. */
  readonly resume: () => Promise<void>
  /** Waits for the part that is under way. What is left is read after the next start. */
  readonly close: () => Promise<void>
}

export const MAX_IMPORT_BYTES = 100 * 2 ** 20
const BATCH = 500
const HEAD = 64 * 2 ** 10
/** Beyond this many, rejected rows are counted but no longer kept. */
const MAX_REJECTED = 100_000
const MAX_RUNNING = 4
const MAX_KEPT = 50
/** A full disk is asked again this often. */
const PAUSE_MS = 1000

/** Thrown to leave a file in the middle: the process ends, or somebody cancelled it. */
class Left extends Error {}

/** An import that this process reads. */
interface Run {
  readonly id: string
  ended: Promise<void>
  /** Why it waits, and what ends the waiting. */
  waits: string | null
  wake: () => void
  isCancelled: boolean
}

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
    const types = await typesOf(run, head, fields)
    const rejects = await Rejects.open(rejectedOf(run.id), begun.rejectedBytes)
    // Behind the names of the columns, and behind what was stored by a process before this one.
    const { file, parser } = rowsOf(run.id, head, 2 + begun.rows)
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

  /** The rows of a file, from the one with this number (from 1) on. */
  function rowsOf(id: string, { format, bytesBefore }: Head, from: number) {
    const file = createReadStream(fileOf(id), { start: bytesBefore })
    const parser = csvParser({ ...csvOptions(format), info: true, from })
    file.on('error', error => parser.destroy(error))
    file.pipe(parser)
    return { file, parser }
  }

  /** Goes through the whole file once before the first row is stored, and again after a restart: the same file has the same types. */
  async function typesOf(run: Run, head: Head, fields: Fields): Promise<ColumnTypes> {
    const types = new ColumnTypes(head.columns, head.header.length, fields)
    if (!types.isAsked) return types
    const { file, parser } = rowsOf(run.id, head, 2)
    try {
      let rows = 0
      for await (const { record } of parser as AsyncIterable<ParsedRow>) {
        types.look(record)
        if (++rows % BATCH !== 0) continue
        if (isClosed || run.isCancelled) throw new Left()
        await letOthers()
      }
    } catch (error) {
      // The rows before a broken one are stored, and these are their types.
      if (!(error instanceof CsvError)) throw error
    } finally {
      file.destroy()
      parser.destroy()
    }
    return types
  }

  /** While the disk is full or the database is not to be had, an import waits and says so: its rows are in the file. */
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
        await rest(run)
        if (isClosed) throw new Left()
      }
  }

  /** Until it is tried again, or this process ends. */
  function rest(run: Run): Promise<void> {
    return new Promise(resolve => {
      const cancel = clock.after(PAUSE_MS, resolve)
      run.wake = () => {
        cancel()
        resolve()
      }
    })
  }

  async function tidy(id: string): Promise<void> {
    try {
      await rm(fileOf(id), { force: true })
      await forgetOld()
    } catch (error) {
      log.warn({ err: error, import: id }, 'what an import left could not be removed; the next start tries again')
    }
  }

  /** Those that ended long ago, or before many others. */
  async function forgetOld(): Promise<void> {
    const { retentionDays } = await store.read(loadSettings())
    const gone = await engine.write(forgetImports(clock.now() - retentionDays * DAY, MAX_KEPT))
    for (const id of gone) await rm(rejectedOf(id), { force: true })
  }

  /** Files that belong to nothing any more: uploads that were broken off, and what a process could not remove. */
  async function sweep(running: readonly Import[]): Promise<void> {
    const kept = [...running, ...(await store.read(newestImports(MAX_KEPT)))]
    const known = new Set([...running.map(({ id }) => fileOf(id)), ...kept.map(({ id }) => rejectedOf(id))])
    for (const name of await readdir(folder))
      if (!known.has(join(folder, name))) await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** What may pass, as a sentence for whoever watches the import; undefined for what does not. */
function mayPass(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'SQLITE_FULL' || code === 'ENOSPC')
    return 'The disk of the server is full. The import goes on when there is room.'
  if (/^SQLITE_(BUSY|LOCKED|NOMEM)/.test(code)) return 'The database does not answer. The import goes on when it does.'
  return undefined
}

interface ParsedRow {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/** 413: more than an import takes. */
export function tooLarge(): Refused {
  const message = `The file is larger than ${MAX_IMPORT_BYTES / 2 ** 20} MiB.`
  return refuse(413, 'import.too-large', message, 'Split it, and repeat the first row in each part.')
}

function atMost(limit: number): Transform {
  let size = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size <= limit) done(null, chunk)
      else done(tooLarge())
    },
  })
}

/** How a file is written and which columns it has. */
interface Head {
  readonly format: CsvFormat
  /** What stands before the row with the names. */
  readonly bytesBefore: number
  readonly linesBefore: number
  readonly header: readonly string[]
  readonly columns: Columns
}

/** Reads the head of a file. Throws a 400 when it cannot be imported. */
async function readHead(path: string, wanted: Wanted): Promise<Head> {
  const bytes = await firstBytes(path)
  if (bytes.length === 0)
    throw refuse(400, 'import.empty', 'The file is empty.', 'Send a CSV file whose first row names the columns.')
  if (bytes.includes(0))
    throw refuse(
      400,
      'import.encoding',
      'The file is not UTF-8 text (it may be UTF-16, or a spreadsheet).',
      'Save it as "CSV UTF-8".',
    )
  const head = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const format = csvFormat(head)
  const header = parseHeader(head.slice(format.before.length), format)
  const matched = matchColumns(header, wanted)
  if (matched.is === 'mistake') throw refuse(400, 'import.columns', matched.message, matched.fix)
  const linesBefore = /[\r\n]$/.test(format.before) ? 1 : 0
  return { format, bytesBefore: Buffer.byteLength(format.before), linesBefore, header, columns: matched.columns }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function parseHeader(head: string, format: CsvFormat): readonly string[] {
  try {
    const [header = []] = parseCsv(head, { ...csvOptions(format), to: 1 }) as string[][]
    return header.map(name => name.trim())
  } catch {
    throw refuse(400, 'import.header', 'The first row cannot be read.', 'Close its quotes, and name each column in it.')
  }
}

function sayFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const line = error instanceof Error && 'lines' in error ? ` near line ${error.lines}` : ''
  if (code.startsWith('CSV_QUOTE')) return `A quote is not closed${line}. The rows before it were stored.`
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `A row is longer than 1 MiB${line}; a quote may not be closed. The rows before it were stored.`
  if (code === 'ENOENT')
    return 'The file is gone: it was not there when the server started again. The rows before were stored.'
  return `The file could not be read on${line}. The rows before were stored.`
}

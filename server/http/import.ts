import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse as csvParser } from 'csv-parse'
import { parse as parseCsv } from 'csv-parse/sync'
import type { ImportView } from '#shared/api'
import type { Engine } from '../engine/loop'
import type { Env } from '../env'
import { loadFields } from '../store/fields'
import { type LeadInput, leadsCalled } from '../store/leads'
import { findList } from '../store/lists'
import { type Columns, type Format, formatOf, matchColumns, toCsvLine, toLead, type Wanted } from './import-rows'
import { type Refused, refuse } from './problem'

/**
 * Leads from CSV. The file is kept in `<data>/imports` while it is read, so that the answer can go out when it has arrived and the browser may go
 * away. Rows are stored in batches of one transaction each; between two batches everybody else has a turn. What was refused is written to a second
 * file, with a reason each. Both files go when the server stops or 20 newer imports have come.
 */
export interface Imports {
  /** Takes the file. Throws a refusal when it is no CSV with the wanted columns; nothing is stored then. */
  readonly begin: (file: Readable, wanted: Wanted) => Promise<ImportView>
  readonly find: (id: string) => ImportView | undefined
  /** Stops it after the current batch. Undefined when there is no such import. */
  readonly cancel: (id: string) => Promise<ImportView | undefined>
  /** The path of the rejected rows, as CSV. */
  readonly rejected: (id: string) => string | undefined
  /** Cancels all and waits for them. */
  readonly close: () => Promise<void>
}

export const MAX_IMPORT_BYTES = 100 * 2 ** 20
const BATCH = 500
const HEAD = 64 * 2 ** 10
/** Beyond this many, rejected rows are counted but no longer kept. */
const MAX_REJECTED = 100_000
const MAX_RUNNING = 4
const MAX_KEPT = 20
/** One row; a quote that never ends would read on to the end of the file. */
const MAX_ROW = 2 ** 20

interface Run {
  view: ImportView
  readonly path: string
  readonly rejectedPath: string
  isCancelled: boolean
  ended: Promise<void>
  /** The list that the leads are put on. */
  readonly list: string | undefined
}

export function createImports(
  { store, chance, log }: Env,
  dataDir: string,
  engine: Pick<Engine, 'changeMembers' | 'putLeads'>,
): Imports {
  const folder = join(dataDir, 'imports')
  const runs = new Map<string, Run>()
  const ready = rm(folder, { recursive: true, force: true }).then(() => mkdir(folder, { recursive: true }))
  // Whoever imports first hears of it; until then it is nobody's error.
  ready.catch(() => {})
  let arriving = 0

  return {
    begin: async (file, wanted) => {
      const running = [...runs.values()].filter(run => run.view.status === 'running').length + arriving
      if (running >= MAX_RUNNING)
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
      const run = newRun(chance.hex(8), wanted.list)
      try {
        await ready
        await pipeline(file, atMost(MAX_IMPORT_BYTES), createWriteStream(run.path))
        const { format, header, columns } = await readHead(run.path, wanted)
        run.view = { ...run.view, bytesTotal: (await stat(run.path)).size }
        runs.set(run.view.id, run)
        run.ended = read(run, format, header, columns)
        await forgetOld()
        return run.view
      } catch (error) {
        await rm(run.path, { force: true })
        throw error
      } finally {
        arriving--
      }
    },
    find: id => runs.get(id)?.view,
    cancel: async id => {
      const run = runs.get(id)
      if (run === undefined) return undefined
      run.isCancelled = true
      await run.ended
      return run.view
    },
    rejected: id => runs.get(id)?.rejectedPath,
    close: async () => {
      for (const run of runs.values()) run.isCancelled = true
      await Promise.all([...runs.values()].map(run => run.ended))
      await ready.catch(() => {})
      await rm(folder, { recursive: true, force: true })
    },
  }

  function newRun(id: string, list: string | undefined): Run {
    const counts = { bytesRead: 0, bytesTotal: 0, rows: 0, created: 0, updated: 0, rejected: 0 }
    return {
      view: { id, status: 'running', ...counts, error: null },
      path: join(folder, `${id}.csv`),
      rejectedPath: join(folder, `${id}-rejected.csv`),
      isCancelled: false,
      ended: Promise.resolve(),
      list,
    }
  }

  /** Never rejects: how it went stands in the view. */
  async function read(run: Run, format: Format, header: readonly string[], columns: Columns): Promise<void> {
    const rejects = createWriteStream(run.rejectedPath)
    try {
      rejects.write(toCsvLine(['line', 'reason', ...header]))
      await readRows(run, rejects, format, columns, header.length)
      run.view = { ...run.view, status: run.isCancelled ? 'cancelled' : 'done' }
      if (!run.isCancelled) run.view = { ...run.view, bytesRead: run.view.bytesTotal }
    } catch (error) {
      log.warn({ err: error, import: run.view.id }, 'an import failed')
      run.view = { ...run.view, status: 'failed', error: sayFailure(error) }
    } finally {
      await new Promise<void>(resolve => rejects.end(() => resolve()))
      await rm(run.path, { force: true })
    }
  }

  async function readRows(
    run: Run,
    rejects: WriteStream,
    { delimiter }: Format,
    columns: Columns,
    width: number,
  ): Promise<void> {
    const file = createReadStream(run.path)
    const parser = csvParser({
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      from: 2,
      max_record_size: MAX_ROW,
    })
    file.on('error', error => parser.destroy(error))
    file.pipe(parser)
    const fields = await store.read(loadFields())
    let leads: LeadInput[] = []
    let rows = 0
    try {
      for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
        const row = toLead(record, columns, width, fields)
        rows++
        if (row.is === 'lead') leads.push(row.lead)
        else reject(run, rejects, [String(info.lines), row.reason, ...record])
        if (rows < BATCH) continue
        await put(run, leads, rows, file.bytesRead)
        leads = []
        rows = 0
        if (run.isCancelled) return
        await new Promise(resolve => setImmediate(resolve))
      }
      await put(run, leads, rows, file.bytesRead)
    } catch (error) {
      // The rows before a broken one were good.
      if (error instanceof CsvError) await put(run, leads, rows, file.bytesRead)
      throw error
    } finally {
      file.destroy()
      parser.destroy()
    }
  }

  async function put(run: Run, leads: readonly LeadInput[], rows: number, bytesRead: number): Promise<void> {
    const { created, updated } = await engine.putLeads(leads)
    if (run.list !== undefined && leads.length > 0) await putOnList(run.list, leads)
    const { view } = run
    run.view = {
      ...view,
      bytesRead,
      rows: view.rows + rows,
      created: view.created + created,
      updated: view.updated + updated,
    }
  }

  async function putOnList(list: string, leads: readonly LeadInput[]): Promise<void> {
    const stored = await store.read(leadsCalled(leads.map(l => l.externalId)))
    await engine.changeMembers({ list, leadIds: [...new Set([...stored.values()].map(l => l.id))], change: 'added' })
  }

  function reject(run: Run, rejects: WriteStream, cells: readonly string[]): void {
    run.view = { ...run.view, rejected: run.view.rejected + 1 }
    if (run.view.rejected <= MAX_REJECTED) rejects.write(toCsvLine(cells))
  }

  async function forgetOld(): Promise<void> {
    const over = [...runs.values()]
      .filter(run => run.view.status !== 'running')
      .slice(0, Math.max(0, runs.size - MAX_KEPT))
    for (const run of over) {
      runs.delete(run.view.id)
      await rm(run.rejectedPath, { force: true })
    }
  }
}

interface ParsedRow {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/** 413: more than an import takes. */
export function tooLarge(): Refused {
  const message = `The file is larger than ${MAX_IMPORT_BYTES / 2 ** 20} MiB.`
  return refuse(413, 'import.too-large', message, 'Split it, and repeat the first row in each part.', {
    headers: { connection: 'close' },
  })
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

/** Reads how the file is written and which columns it has. Throws a 400 when it cannot be imported. */
async function readHead(
  path: string,
  wanted: Wanted,
): Promise<{ format: Format; header: readonly string[]; columns: Columns }> {
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
  const head = new TextDecoder().decode(bytes)
  const format = formatOf(head)
  const header = parseHeader(head, format)
  const matched = matchColumns(header, wanted)
  if (matched.is === 'mistake') throw refuse(400, 'import.columns', matched.message, matched.fix)
  return { format, header, columns: matched.columns }
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

function parseHeader(head: string, { delimiter }: Format): readonly string[] {
  try {
    const [header = []] = parseCsv(head, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: 1,
    }) as string[][]
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
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return 'The disk of the server is full. The rows before were stored.'
  return `The file could not be read on${line}. The rows before were stored.`
}

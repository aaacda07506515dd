import { readFileSync } from 'node:fs'
import { messages, PGlite, protocol } from '@electric-sql/pglite'
import { drive } from '#shared/store/drive'
import { LIST, type Row, type Statement, type Store, TEXTS, type Value } from '#shared/store/work'

/**
 * PostgreSQL in this process (PGlite), as a store: what server/store/sqlite.ts is for SQLite, for tests. It proves that the statements are understood by both.
 * It answers while everybody else waits, as SQLite does, so that nothing interleaves. Law 6 holds by type, as it does there.
 */
export interface PgliteStore extends Store {
  /** Empties all tables: making a database takes two seconds, this some milliseconds. */
  readonly clear: () => void
  readonly close: () => void
}

const { serialize } = protocol

interface Prepared {
  readonly name: string
  /** Which placeholders stand for a list. */
  readonly lists: readonly boolean[]
  readonly columns: readonly Column[]
}

interface Column {
  readonly name: string
  readonly read: (text: string) => Value
}

export async function openPglite(): Promise<PgliteStore> {
  const db = await PGlite.create()
  const parser = new protocol.Parser()
  const prepared = new Map<string, Prepared>()
  let named = 0
  await db.exec(readFileSync(new URL('../shared/store/schema.postgres.sql', import.meta.url), 'utf8'))
  const { rows } = await db.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  )
  const truncate = `truncate ${rows.map(row => row.name).join(', ')} restart identity`

  return {
    transact: async work => {
      say('begin')
      try {
        const result = drive(work, perform)
        say('commit')
        return result
      } catch (error) {
        say('rollback')
        throw error
      }
    },
    read: async work => drive(work, perform),
    clear: () => say(truncate),
    close: () => void db.close(),
  }

  function perform({ text, values, many, answers }: Statement): readonly Row[] {
    const statement = prepare(text)
    const rows = many ?? [values]
    const answered = send(
      ...rows.flatMap(row => [
        serialize.bind({ statement: statement.name, values: row.map((value, i) => toText(value, statement.lists[i])) }),
        serialize.execute({}),
      ]),
    )
    if (!answers) return []
    return answered.flatMap(message =>
      message instanceof messages.DataRowMessage ? [toRow(message.fields, statement.columns)] : [],
    )
  }

  function prepare(text: string): Prepared {
    const kept = prepared.get(text)
    if (kept !== undefined) return kept
    const name = `s${++named}`
    const { spelled, lists } = inPostgres(text)
    const described = send(serialize.parse({ name, text: spelled }), serialize.describe({ type: 'S', name }))
    const fields = described.flatMap(message =>
      message instanceof messages.RowDescriptionMessage ? message.fields : [],
    )
    const columns = fields.map((field): Column => ({ name: field.name, read: readerOf(field.dataTypeID) }))
    const made: Prepared = { name, lists, columns }
    prepared.set(text, made)
    return made
  }

  function say(text: string): void {
    talk(serialize.query(text))
  }

  function send(...parts: readonly Uint8Array[]): Message[] {
    return talk(Buffer.concat([...parts, serialize.sync()]))
  }

  function talk(bytes: Uint8Array): Message[] {
    const answered: Message[] = []
    parser.parse(db.execProtocolRawSync(bytes), message => void answered.push(message))
    const error = answered.find(message => message instanceof messages.DatabaseError)
    if (error !== undefined) throw error
    return answered
  }
}

type Message = Parameters<Parameters<InstanceType<typeof protocol.Parser>['parse']>[1]>[0]

/** A statement in PostgreSQL's own words: numbered placeholders, and lists as arrays. What is quoted stays as it is. */
export function inPostgres(text: string): { readonly spelled: string; readonly lists: readonly boolean[] } {
  const lists: boolean[] = []
  const spelled = text.replaceAll(/'(?:[^']|'')*'|"[^"]*"|\bin list\(\?\)|\btexts\(\?\)|\?/g, found => {
    if (found.startsWith("'") || found.startsWith('"')) return found
    lists.push(found !== '?')
    if (found === `in ${LIST}`) return `= any($${lists.length})`
    if (found === TEXTS) return `unnest($${lists.length}::text[]) as listed (value)`
    return `$${lists.length}`
  })
  return { spelled, lists }
}

function toText(value: Value | undefined, isList: boolean | undefined): string | null {
  if (value === null || value === undefined) return null
  if (isList !== true) return String(value)
  const items = (JSON.parse(String(value)) as Value[]).map(item =>
    item === null ? 'null' : `"${String(item).replaceAll(/["\\]/g, '\\$&')}"`,
  )
  return `{${items.join(',')}}`
}

function toRow(fields: readonly (string | null)[], columns: readonly Column[]): Row {
  return Object.fromEntries(
    columns.map(({ name, read }, i) => {
      const field = fields[i] ?? null
      return [name, field === null ? null : read(field)]
    }),
  )
}

/** What a column of this type (its number in pg_type) is for us. Others do not leave the database: SQLite would give something else. */
function readerOf(type: number): (text: string) => Value {
  switch (type) {
    case 20: // int8
    case 21: // int2
    case 23: // int4
    case 701: // float8
    case 1700: // numeric: what sum() of bigints comes to
      return Number
    case 25: // text
      return text => text
    default:
      throw new Error(`a column of type ${type} has no reading that both databases share`)
  }
}

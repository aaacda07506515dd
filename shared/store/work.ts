/**
 * Storage operations are written once, as generators that yield statements, and driven by a store. SQLite runs them
 * synchronously inside one immediate transaction; PostgreSQL runs the same generators between begin and commit. Both
 * understand the SQL (test/contracts/store.test.ts runs every operation over both). The few spellings that differ are
 * marked here, and each driver writes them in its own words when it prepares a statement.
 *
 * Both understand: `case when ... then 1 else 0 end` for a truth that is read as a number; a qualified column at the
 * right of `do update set n =`; names in snake case, or quoted; an order wherever rows are read in one, and wherever
 * `limit` chooses. `returning` has no order.
 *
 * Law 6: no I/O inside a transaction, by type. A `Work` can only yield statements; pure decisions may happen between
 * two yields. Never catch a statement's error inside a `Work`: use `on conflict`.
 */

export type Value = string | number | null
export type Row = { readonly [column: string]: Value }

export interface Statement {
  readonly text: string
  readonly values: readonly Value[]
  /** Set for a bulk statement: it runs once for each of these instead of `values`. */
  readonly many?: readonly (readonly Value[])[]
  readonly answers: boolean
}

export type Work<T> = Generator<Statement, T, readonly Row[]>

/** A store for readers. Writers take a turn of the engine (law 16). */
export interface Reader {
  /** Outside a transaction: for screens. */
  readonly read: <T>(work: Work<T>) => Promise<T>
}

export interface Store extends Reader {
  /** All or nothing. Once it has returned, what it wrote survives a power cut (law 12). */
  readonly transact: <T>(work: Work<T>) => Promise<T>
  readonly close: () => void
}

/** A piece of SQL with its values; `${list(ids)}` stands for a set that `in` can look into. */
export interface Sql {
  readonly text: string
  readonly values: readonly Value[]
}

export function sql(parts: TemplateStringsArray, ...holes: readonly (Value | Sql)[]): Sql {
  let text = parts[0] ?? ''
  const values: Value[] = []
  for (const [i, hole] of holes.entries()) {
    const nested = typeof hole === 'object' && hole !== null
    text += (nested ? hole.text : '?') + parts[i + 1]
    if (nested) values.push(...hole.values)
    else values.push(hole)
  }
  return { text, values }
}

/**
 * `in list(?)`, in the text of a statement: the value is a JSON array. SQLite reads it by `json_each`, PostgreSQL says
 * `= any($1)`.
 */
export const LIST = 'list(?)'
/** `from texts(?)`: the rows of a JSON array of texts, in a column `value`. */
export const TEXTS = 'texts(?)'

/** `where id in ${list(ids)}`: one placeholder however long the list, so that the statement is prepared once. */
export function list(values: readonly Value[]): Sql {
  return { text: LIST, values: [JSON.stringify(values)] }
}

/** `from ${texts(ids)}`: a row for each, in the column `value`. */
export function texts(values: readonly string[]): Sql {
  return { text: TEXTS, values: [JSON.stringify(values)] }
}

export function* all<R extends object = Row>({ text, values }: Sql): Work<readonly R[]> {
  return (yield { text, values, answers: true }) as unknown as readonly R[]
}

export function* one<R extends object = Row>(query: Sql): Work<R | undefined> {
  return (yield* all<R>(query))[0]
}

export function* run({ text, values }: Sql): Work<void> {
  yield { text, values, answers: false }
}

/** One statement for many rows: SQLite loops over a prepared statement (4-7 us a row), PostgreSQL will unnest. */
export function* each(text: string, many: readonly (readonly Value[])[]): Work<void> {
  if (many.length > 0) yield { text, values: [], many, answers: false }
}

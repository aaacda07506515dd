import { all, each, list, sql, type Work } from './work'

export interface AttemptResponse {
  readonly headers: { readonly [name: string]: string }
  readonly body: string
  readonly cut: boolean
}

/** One HTTP call of a touch, as it ended. */
export interface StoredAttempt {
  readonly touchId: number
  readonly n: number
  readonly startedAt: number
  readonly ms: number
  readonly status: number | null
  readonly outcome: string
  readonly response: AttemptResponse | null
}

interface AttemptRow {
  readonly touch_id: number
  readonly n: number
  readonly started_at: number
  readonly ms: number
  readonly status: number | null
  readonly outcome: string
  readonly response: string | null
}

export function* insertAttempts(attempts: readonly StoredAttempt[]): Work<void> {
  yield* each(
    `insert into attempts (touch_id, n, started_at, ms, status, outcome, response) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (touch_id, n) do nothing`,
    attempts.map(a => [
      a.touchId,
      a.n,
      a.startedAt,
      a.ms,
      a.status,
      a.outcome,
      a.response === null ? null : JSON.stringify(a.response),
    ]),
  )
}

/** Index: primary key. */
export function* attemptsOfTouches(touchIds: readonly number[]): Work<readonly StoredAttempt[]> {
  if (touchIds.length === 0) return []
  const rows = yield* all<AttemptRow>(
    sql`select * from attempts where touch_id in ${list(touchIds)} order by touch_id, n`,
  )
  return rows.map(row => ({
    touchId: row.touch_id,
    n: row.n,
    startedAt: row.started_at,
    ms: row.ms,
    status: row.status,
    outcome: row.outcome,
    response: row.response === null ? null : (JSON.parse(row.response) as AttemptResponse),
  }))
}

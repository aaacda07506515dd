import { beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { activityOutcomeSchema } from '#shared/api/activity'
import { activityPage, heldPage } from '#shared/store/activity'
import { queueOfReceiver } from '#shared/store/queues'
import { outcomeOf, statusBehind, waitsFor } from '#shared/store/send-state'
import { each, type Store, type Work } from '#shared/store/work'
import { openPglite } from '../pglite'

// What a send is, is decided twice in one file: for a row that was read, and in SQL for filters. Here both are asked about every combination.

const now = 1_000
const statuses = ['reserved', 'received', 'failed', 'abandoned', 'uncertain'] as const
/** The borders of the queues of receivers are among them. */
const queues = [
  null,
  'host https://a.example',
  'campaign c',
  'receiver',
  'receiver!',
  queueOfReceiver('https://a.example/x'),
]
const dues = [now - 1, now, now + 1]
const calls = (['ready', 'parked'] as const).flatMap(state =>
  queues.flatMap(lane => dues.map(due_at => ({ state, lane, due_at }))),
)
/** A touch of each status, with no task and with each task that may stand behind it; and each task without a touch. */
const all = [
  ...statuses.flatMap(status => [null, ...calls].map(call => ({ status, call }))),
  ...calls.map(call => ({ status: null, call })),
]

function* write(): Work<void> {
  const rows = all.map((row, i) => ({ ...row, id: i + 1 }))
  yield* each(
    `insert into journeys (id, campaign_id, version, lead_id, step, memory, status, rev, entered_at)
     values (?, 'c', 1, 1, 'call', '{}', 'active', 0, 0)`,
    rows.map(({ id }) => [id]),
  )
  yield* each(
    `insert into touches (id, webhook_id, journey_id, lead_id, campaign_id, step, reserved_at, attempts, retry, request, status)
     values (?, ?, ?, 1, 'c', 'call', 0, 0, '{}', '{}', ?)`,
    rows.flatMap(({ id, status }) => (status === null ? [] : [[id, `msg_${id}`, id, status]])),
  )
  yield* each(
    `insert into tasks (id, journey_id, campaign_id, step, type, state, due_at, touch_id, lane)
     values (?, ?, 'c', 'call', 'call', ?, ?, ?, ?)`,
    rows.flatMap(({ id, status, call }) =>
      call === null ? [] : [[id, id, call.state, call.due_at, status === null ? null : id, call.lane]],
    ),
  )
}

describe.each([
  ['SQLite', () => openSqlite(':memory:')],
  ['PostgreSQL', openPglite],
] as const)('what a send is, in %s', (_, open) => {
  let store: Store
  beforeAll(async () => {
    store = await open()
    await store.transact(write())
    return () => store.close()
  }, 60_000)
  const page = { below: null, limit: 1_000, now }

  it('is one thing, and the same for a row and for a filter', async () => {
    const { rows } = await store.read(activityPage({}, page))
    const found = new Map<number, string[]>()
    for (const outcome of activityOutcomeSchema.options)
      for (const { id } of (await store.read(activityPage({}, { ...page, outcome }))).rows)
        found.set(id, [...(found.get(id) ?? []), outcome])

    expect(rows).toHaveLength(statuses.length * (calls.length + 1))
    expect(new Set(rows.map(row => outcomeOf(row, now)))).toEqual(new Set(activityOutcomeSchema.options))
    expect(rows.map(row => [row.id, found.get(row.id)])).toEqual(rows.map(row => [row.id, [outcomeOf(row, now)]]))
  })

  it('is looked for among touches of the one status that it may have', async () => {
    const { rows } = await store.read(activityPage({}, page))

    expect(rows.map(row => statusBehind(outcomeOf(row, now)))).toEqual(rows.map(row => row.status))
  })

  it('is held when a gate, a pause or a receiver keeps it back, and then in the list of those', async () => {
    const { rows } = await store.read(heldPage({}, { below: null, limit: 1_000 }))
    const kept = all.flatMap(({ status, call }, i) =>
      call !== null && (status === null || waitsFor(call) !== null) ? [i + 1] : [],
    )

    expect(rows.map(row => row.id)).toEqual(kept.toReversed())
  })
})

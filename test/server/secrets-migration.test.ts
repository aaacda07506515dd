import { describe, expect, it } from 'vitest'
import { Database } from '#server/store/driver'
import { migrate } from '#server/store/migrate'

const BEFORE = 21
const mark = '0123456789abcdef01234567'
const rows = (db: Database, query: string) => db.prepare(query).all()

/** A database of the release that wrote secrets as text. */
function older(): Database {
  const db = new Database(':memory:')
  migrate(db, BEFORE)
  const touch = db.prepare(
    `insert into touches (id, webhook_id, journey_id, lead_id, campaign_id, step, reserved_at, status, attempts, retry, request, host)
     values (?, ?, 1, 1, 'c', 's', 5, 'reserved', 0, 'brief', ?, 'h')`,
  )
  const requests = [
    { method: 'POST', url: 'https://a.example/', headers: [], body: `é "hk-${mark}-s-k-" \\ \u2028` },
    { method: 'POST', url: 'https://a.example/', headers: [], body: '{"name":"Ada"}' },
  ]
  for (const [i, request] of requests.entries()) touch.run(i + 1, `w${i}`, JSON.stringify(request))
  db.prepare('insert into past_requests (touch_id, through, request, replaced_at) values (1, 1, ?, 5)').run(
    JSON.stringify(requests[0]),
  )
  const address = db.prepare(
    "insert into receivers (address, since, last_at, counts, failures, outcome, reached) values (?, 1, 1, 0, 1, 'timeout', 0)",
  )
  for (const each of addresses) address.run(each)
  db.prepare(
    "insert into tasks (id, journey_id, campaign_id, step, type, state, due_at, lane, level, rank) values (1, 1, 'c', 's', 'call', 'ready', 9, ?, 0, 0)",
  ).run(`receiver ${addresses[0]}`)
  db.prepare(
    "insert into secrets (name, kind, ciphertext, created_at, updated_at) values ('k', 'text', '1.a.b.c', 1, 1)",
  ).run()
  return db
}

const addresses = [
  `https://a.example/hk-${mark}-s-crm_key-/x/hk-${mark}-s-b-`,
  'https://a.example/hk-shop/x',
  'https://a.example/leads',
]

describe('a database that holds secrets as text', () => {
  it('is told by a flag beside the texts of its sends, which stay as they are', () => {
    const db = older()
    const before = rows(db, 'select request from touches order by id') as { request: string }[]

    migrate(db)

    const after = rows(db, 'select request from touches order by id') as { request: string }[]
    expect(after.map(row => JSON.parse(row.request))).toEqual([
      { ...JSON.parse(before[0]?.request ?? ''), marked: true },
      JSON.parse(before[1]?.request ?? ''),
    ])
    expect(rows(db, "select json_extract(request, '$.marked') as marked from past_requests")).toEqual([{ marked: 1 }])
    expect(rows(db, 'select name, hosts from secrets')).toEqual([{ name: 'k', hosts: '[]' }])
  })

  it('knows its receivers by addresses that people may see', () => {
    const db = older()

    migrate(db)

    const shown = 'https://a.example/(secret.crm_key)/x/(secret.b)'
    expect(rows(db, 'select address from receivers order by address')).toEqual([
      { address: shown },
      { address: 'https://a.example/hk-shop/x' },
      { address: 'https://a.example/leads' },
    ])
    expect(rows(db, 'select lane from tasks')).toEqual([{ lane: `receiver ${shown}` }])
  })
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { definitionOf } from '#shared/rules/goals'
import { insertCampaign, publish } from '#shared/store/campaigns'
import { conversionsOf } from '#shared/store/conversions'
import { allGoals } from '#shared/store/goals'
import { all, run, type Sql, sql } from '#shared/store/work'
import { goalOf, graph, step } from '../sim/graphs'

const migration = readFileSync(new URL('../../server/store/migrations/0012-goals.sql', import.meta.url), 'utf8')

/** Statements of a file, as the driver takes them: one by one. */
const statements = (text: string): Sql[] =>
  text
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .filter(part => part.trim() !== '')
    .map(part => ({ text: part, values: [] }))

it('what converted before there were several goals is counted by the first of them, with the credit that it should have had', async () => {
  const store = openSqlite(':memory:')
  const act = (query: Sql) => store.transact(run(query))
  for (const back of [
    'drop table conversions',
    'drop table goals',
    'alter table journeys drop column is_first',
    'alter table journeys add column converted_at integer',
  ])
    await act({ text: back, values: [] })
  const { settings, ...drawn } = graph({ in: step('trigger') }, [])
  const { goals: _, ...rest } = settings
  const old = { ...drawn, settings: { ...rest, goal: { event: 'bought', within: 'P7D' } } }
  await store.transact(insertCampaign('c', 'c', old as never, 0))
  await store.transact(publish({ campaignId: 'c', version: 1, graph: old as never, publishedAt: 500 }))
  const memory = '{"event":null,"variants":{"ab":"a"},"response":null}'
  await act(sql`
    insert into journeys (id, campaign_id, version, lead_id, step, memory, status, rev, entered_at, converted_at)
    values (1, 'c', 1, 1, 'in', ${memory}, 'finished', 1, 1000, 9000), (2, 'c', 1, 2, 'in', ${memory}, 'active', 1, 1000, null)`)
  for (const [id, at] of [
    [1, 2000],
    [2, 5000],
    [3, 9000],
  ] as const)
    await act(sql`
      insert into touches (id, webhook_id, journey_id, lead_id, campaign_id, step, reserved_at, settled_at, status, attempts, retry, request)
      values (${id}, 'w', 1, 1, 'c', ${`call-${id}`}, 1500, ${at}, 'received', 1, 'none', '{}')`)
  await act(sql`
    insert into journal (journey_id, at, entries)
    values (1, 9100, '[{"is":"converted","event":"bought","eventId":"e-1","variants":["a"]}]')`)
  await act(sql`insert into counts values ('c', 1, '', 'converted', 1), ('c', 1, 'ab', 'converted:a', 1)`)

  for (const statement of statements(migration)) await act(statement)

  const [goal] = await store.read(allGoals())
  expect(goal).toMatchObject({
    campaignId: 'c',
    goal: 'goal',
    status: 'done',
    definition: definitionOf(goalOf('bought', 'P7D')),
  })
  expect(await store.read(conversionsOf([1, 2], [1]))).toEqual([
    {
      id: 1,
      journeyId: 1,
      goal: 1,
      eventId: 'e-1',
      at: 9000,
      receivedAt: 9100,
      value: null,
      currency: null,
      touchId: 2,
      step: 'call-2',
      variants: { ab: 'a' },
    },
  ])
  const counted = await store.read(all(sql`select step, what, n from counts order by step, what`))
  expect(counted).toEqual([
    { step: '', what: 'converted', n: 1 },
    { step: '', what: 'goal:1:converted', n: 1 },
    { step: '', what: 'goal:1:times', n: 1 },
    { step: 'ab', what: 'assigned-first:a', n: 2 },
    { step: 'ab', what: 'converted:a', n: 1 },
    { step: 'ab', what: 'goal:1:converted:a', n: 1 },
    { step: 'ab', what: 'goal:1:first:a', n: 1 },
    { step: 'ab', what: 'goal:1:times:a', n: 1 },
    { step: 'call-2', what: 'goal:1:credit', n: 1 },
  ])
  store.close()
})

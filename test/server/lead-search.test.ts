import { beforeAll, describe, expect, it } from 'vitest'
import { openSqlite, type SqliteStore } from '#server/store/sqlite'
import { type FoundLeads, searchLeads } from '#shared/store/lead-search'
import { insertLeads } from '#shared/store/leads'
import { all, run, type Statement, sql, type Work } from '#shared/store/work'

const people = [
  ['crm-1', 'ada@example.com', 'Ada', 'Smith'],
  ['crm-12', 'Bob.Jones@Example.com', 'Bob', 'Jones'],
  ['CRM-2', 'joanna@example.com', 'Joanna', 'Smith'],
  ['anna', 'a.smith@example.com', 'Anna', 'Ng'],
  ['x9', '', 'Chidi', 'crm-1 fan'],
  ['half', '', '50% off', 'a_b \\ c'],
] as const

let store: SqliteStore
beforeAll(async () => {
  store = openSqlite(':memory:')
  const leads = people.map(([externalId, email, first_name, last_name], i) => {
    const attributes = { first_name, last_name, ...(email !== '' && { email }) }
    return { id: i + 1, externalId, attributes, zone: null }
  })
  await store.transact(insertLeads(leads, 0))
  await store.transact(
    run(sql`insert into lead_aliases (external_id, lead_id, merged_at) values ('old-7', 4, 0), ('smithy', 5, 0)`),
  )
  return () => store.close()
})

const idsOf = ({ leads }: FoundLeads) => leads.map(lead => lead.externalId)

describe('a search for leads', () => {
  it.each([
    ['an id that begins so', 'crm-1', ['crm-12', 'crm-1']],
    ['an id in other letters', 'crm-2', ['CRM-2']],
    ['an e-mail address that begins so, whatever its letters', 'bob.JONES@', ['crm-12']],
    ['the id of a lead that was merged', 'old-7', ['anna']],
    [
      'the beginning of a former id that is a word, besides whoever holds it',
      'smith',
      ['x9', 'anna', 'CRM-2', 'crm-1'],
    ],
    ['names that hold it', 'anna', ['anna', 'CRM-2']],
    ['names that hold what no id begins with', 'fan', ['x9']],
    ['whatever holds it, where nothing begins so', 'm-1', ['x9', 'crm-12', 'crm-1']],
    ['signs that stand for themselves: a percent sign', '50%', ['half']],
    ['an underscore', 'a_b', ['half']],
    ['a backslash', '\\', ['half']],
    ['and not whatever they might stand for', 'an_a', []],
    ['a NUL, for a space', 'smith\0', []],
    ['nobody', 'zzz-1', []],
  ])('finds %s', async (_, search, ids) => {
    const found = await store.read(searchLeads(search, null, 50))

    expect(idsOf(found)).toEqual(ids)
    expect(found.total).toBe(ids.length)
  })

  it('goes on behind the page before', async () => {
    expect(idsOf(await store.read(searchLeads('crm-1', null, 1)))).toEqual(['crm-12'])
    expect(idsOf(await store.read(searchLeads('crm-1', 2, 1)))).toEqual(['crm-1'])
    expect(idsOf(await store.read(searchLeads('smith', 4, 1)))).toEqual(['CRM-2'])
  })

  it('for an id, an e-mail address or a former id asks indexes alone', async () => {
    for (const search of ['crm-1', 'ada@example', 'old-7']) {
      const plans = await plansOf(searchLeads(search, null, 50))

      expect(
        plans.filter(step => /^SCAN (leads|lead_aliases)/.test(step)),
        search,
      ).toEqual([])
      expect(plans).toContain(
        'SEARCH leads USING COVERING INDEX sqlite_autoindex_leads_1 (external_id>? AND external_id<?)',
      )
      expect(plans).toContain('SEARCH leads USING COVERING INDEX leads_by_email (email>? AND email<?)')
    }
  })
})

/** How SQLite would go about each query of a work. */
async function plansOf<T>(work: Work<T>): Promise<string[]> {
  const asked: Statement[] = []
  await store.read(listenedTo(work, asked))
  const plans: string[] = []
  for (const { text, values } of asked) {
    const steps = await store.read(all<{ detail: string }>({ text: `explain query plan ${text}`, values }))
    plans.push(...steps.map(step => step.detail))
  }
  return plans
}

function* listenedTo<T>(work: Work<T>, asked: Statement[]): Work<T> {
  let step = work.next([])
  while (step.done !== true) {
    asked.push(step.value)
    step = work.next(yield step.value)
  }
  return step.value
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListView } from '#shared/api/lists'
import { defaultSettings } from '#shared/graph/schema'
import { anybody, graph, step } from '../../sim/graphs'
import { createCampaign, eventually, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  for (const lead of ['ada', 'eve', 'joy']) await server.ask('PUT', `/leads/${lead}`, { attributes: {} })
})
afterAll(() => server.close())

let n = 0
async function newList(): Promise<ListView> {
  return (await server.ask('POST', '/lists', { name: `List ${++n}` })).json as ListView
}

const members = async (id: string) =>
  (
    (await server.ask('GET', `/lists/${id}/members`)).json as { members: { lead: { externalId: string } }[] }
  ).members.map(m => m.lead.externalId)

describe('a list', () => {
  it('takes leads once, counts them, and lets them go', async () => {
    const { id } = await newList()

    const first = await server.ask('POST', `/lists/${id}/members`, { leads: ['ada', 'eve', 'ada'] })
    const again = await server.ask('POST', `/lists/${id}/members`, { leads: ['eve', 'joy'] })
    const gone = await server.ask('POST', `/lists/${id}/members/remove`, { leads: ['ada', 'joy'] })
    const nobody = await server.ask('POST', `/lists/${id}/members/remove`, { leads: ['ada'] })

    expect([first, again, gone, nobody].map(a => a.json)).toEqual([
      { changed: 2, members: 2 },
      { changed: 1, members: 3 },
      { changed: 2, members: 1 },
      { changed: 0, members: 1 },
    ])
    expect(await members(id)).toEqual(['eve'])
  })

  it('takes nobody when one of the leads is not known, and names them', async () => {
    const { id } = await newList()

    const refused = await server.ask('POST', `/lists/${id}/members`, { leads: ['ada', 'nobody-1', 'nobody-2'] })

    expect(refused.status).toBe(400)
    expect(refused.text).toContain('There is no lead \\"nobody-1\\", \\"nobody-2\\". Nothing was changed.')
    expect(await members(id)).toEqual([])
  })

  it('shows its members page by page, none lost and none twice', async () => {
    const { id } = await newList()
    const leads = Array.from({ length: 7 }, (_, i) => `paged-${i}`)
    for (const lead of leads) await server.ask('PUT', `/leads/${lead}`, { attributes: {} })
    await server.ask('POST', `/lists/${id}/members`, { leads })

    const seen: string[] = []
    let after = ''
    do {
      const page = (await server.ask('GET', `/lists/${id}/members?limit=3${after}`)).json as {
        members: { lead: { externalId: string } }[]
        next: string | null
      }
      seen.push(...page.members.map(m => m.lead.externalId))
      after = page.next === null ? '' : `&after=${page.next}`
    } while (after !== '')

    expect(seen).toEqual(leads.toReversed())
    expect((await server.ask('GET', `/lists/${id}/members?after=x`)).status).toBe(400)
  })

  it('has a name that no other list has, whatever its case', async () => {
    const { id, name } = await newList()
    const other = await newList()

    const twice = await server.ask('POST', '/lists', { name: name.toUpperCase() })
    const renamed = await server.ask('PUT', `/lists/${other.id}`, { name })
    const itself = await server.ask('PUT', `/lists/${id}`, { name, description: 'Mine' })

    expect([twice.status, renamed.status, itself.status]).toEqual([409, 409, 200])
    expect(itself.json).toMatchObject({ id, name, description: 'Mine' })
  })

  it('is kept, with the names of the campaigns, while a live one uses it', async () => {
    const { id } = await newList()
    const adding = graph(
      { in: step('trigger', { event: 'x', where: anybody }), add: step('add-to-list', { list: { id, name: 'L' } }) },
      ['in -> add'],
    )
    const campaign = await createCampaign(server, adding, 'Uses it')
    await server.ask('POST', `/campaigns/${campaign.id}/launch`)

    const refused = await server.ask('DELETE', `/lists/${id}`)
    const shown = await server.ask('GET', `/lists/${id}`)
    await server.ask('POST', `/campaigns/${campaign.id}/stop`, { inside: 'exit' })
    const deleted = await server.ask('DELETE', `/lists/${id}`)

    expect(refused.status).toBe(409)
    expect(refused.text).toContain('Uses it')
    expect(shown.json).toMatchObject({ usedBy: [{ id: campaign.id, name: 'Uses it' }] })
    expect(deleted.status).toBe(204)
    expect((await server.ask('GET', `/lists/${id}`)).status).toBe(404)
  })

  it('lets campaigns hear of leads who came on it by the API', async () => {
    const { id } = await newList()
    const listening = graph(
      { in: step('trigger', { ways: [{ on: 'list', list: { id, name: 'VIP' }, did: 'added', where: anybody }] }) },
      [],
      {
        ...defaultSettings,
        entry: { rule: 'every-time' },
      },
    )
    const campaign = await createCampaign(server, listening, 'Listens')
    await server.ask('POST', `/campaigns/${campaign.id}/launch`)

    await server.ask('POST', `/lists/${id}/members`, { leads: ['ada', 'eve'] })
    await server.ask('POST', `/lists/${id}/members`, { leads: ['ada'] })
    await server.ask('POST', `/lists/${id}/members`, { leads: ['joy'] })

    await eventually(async () =>
      expect((await server.ask('GET', `/campaigns/${campaign.id}`)).json).toMatchObject({ entered: 3 }),
    )
  })

  it('is filled by a CSV import', async () => {
    const { id } = await newList()

    const begun = await server.ask('POST', `/leads/import?id=id&list=${id}`, 'id,country\nnew-1,India\nada,Nepal\n', {
      'content-type': 'text/csv',
    })
    const { id: run } = begun.json as { id: string }
    await eventually(async () =>
      expect((await server.ask('GET', `/leads/import/${run}`)).json).toMatchObject({ status: 'done', rows: 2 }),
    )

    expect((await members(id)).sort()).toEqual(['ada', 'new-1'])
  })

  it('must be there for an import that names it', async () => {
    const refused = await server.ask('POST', '/leads/import?id=id&list=none', 'id\nada\n', {
      'content-type': 'text/csv',
    })

    expect(refused.status).toBe(400)
    expect(refused.text).toContain('There is no list')
  })
})

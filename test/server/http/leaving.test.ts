import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journeySchema, journeysSchema } from '#shared/api'
import { type RemovalView, removalSchema, removalsSchema } from '#shared/api/leaving'
import { createCampaign, eventually, startTestServer, type TestServer, waitingGraph } from './server'

let server: TestServer
let campaign: string

beforeAll(async () => {
  server = await startTestServer()
  campaign = (await createCampaign(server, waitingGraph(), 'Waits')).id
  await server.ask('POST', `/campaigns/${campaign}/launch`, {})
})
afterAll(() => server.close())

async function enter(...leads: string[]): Promise<void> {
  await server.ask(
    'POST',
    '/events',
    leads.map(lead => ({ id: `in-${lead}`, lead, name: 'signed_up' })),
  )
}
async function journeyOf(lead: string) {
  const { journeys } = journeysSchema.parse((await server.ask('GET', `/leads/${lead}/journeys`)).json)
  return journeys[0]!
}
async function removed(id: number): Promise<RemovalView> {
  return eventually(async () => {
    const { removals } = removalsSchema.parse((await server.ask('GET', `/campaigns/${campaign}/removals`)).json)
    const found = removals.find(r => r.id === id)
    expect(found?.status).not.toBe('running')
    return found!
  })
}

describe('taking leads out of a campaign', () => {
  it('ends one journey with the reason, once', async () => {
    await enter('ada')
    const { id } = await journeyOf('ada')

    const answer = await server.ask('POST', `/journeys/${id}/remove`, { reason: 'Called by phone' })
    const again = await server.ask('POST', `/journeys/${id}/remove`, {})

    const journey = journeySchema.parse(answer.json)
    expect(journey).toMatchObject({ status: 'exited', wakesAt: null })
    expect(journey.journal.at(-1)?.text).toBe('Left early: Removed by hand: Called by phone.')
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('journey.ended')])
  })

  it('ends all journeys of a lead in a campaign, and says so when there is none', async () => {
    await enter('bob')

    expect((await server.ask('POST', '/leads/bob/remove', { campaign })).json).toEqual({ removed: 1 })
    const again = await server.ask('POST', '/leads/bob/remove', { campaign })
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('not in \\"Waits\\"')])
    expect((await server.ask('POST', '/leads/bob/remove', { campaign: 'nowhere' })).status).toBe(404)
    expect((await server.ask('POST', '/leads/nobody/remove', { campaign })).status).toBe(404)
    expect((await server.ask('POST', '/leads/bob/remove', {})).status).toBe(400)
  })

  it('ends those who wait in a step, and counts them as exited', async () => {
    await enter('c-1', 'c-2', 'c-3')

    const begun = await server.ask('POST', `/campaigns/${campaign}/removals`, { step: 'wait', reason: 'Wrong text' })
    const done = await removed(removalSchema.parse(begun.json).id)

    expect(begun.status).toBe(202)
    expect(done).toMatchObject({ status: 'done', step: 'wait', total: 3, removed: 3 })
    expect((await journeyOf('c-2')).status).toBe('exited')
    const report = (await server.ask('GET', `/campaigns/${campaign}/report`)).json
    expect(report).toMatchObject({ counts: { waiting: 0, exited: 5, entered: 5 } })
  })

  it('ends those who are named, and nobody when one of them is not known', async () => {
    await enter('d-1', 'd-2')

    const refused = await server.ask('POST', `/campaigns/${campaign}/removals`, { leads: ['d-1', 'who'] })
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('\\"who\\"')])
    expect((await journeyOf('d-1')).status).toBe('active')
    const begun = await server.ask('POST', `/campaigns/${campaign}/removals`, { leads: ['d-1'] })
    await removed(removalSchema.parse(begun.json).id)

    expect((await journeyOf('d-1')).status).toBe('exited')
    expect((await journeyOf('d-2')).status).toBe('active')
  })

  it('says before a removal who of a list is known and inside, each lead once, and takes out nobody', async () => {
    await enter('p-1', 'p-2')
    await server.ask('PUT', '/leads/p-outside', {})
    const leads = ['p-2', 'nobody-9', 'p-1', 'p-2', 'p-outside', 'nobody-1']

    const answer = await server.ask('POST', `/campaigns/${campaign}/removals/preview`, { leads })

    expect([answer.status, answer.json]).toEqual([
      200,
      { known: 3, inside: 2, journeys: 2, unknown: ['nobody-9', 'nobody-1'] },
    ])
    expect((await journeyOf('p-1')).status).toBe('active')
    const wrong = [
      await server.ask('POST', `/campaigns/${campaign}/removals/preview`, { leads: [] }),
      await server.ask('POST', `/campaigns/${campaign}/removals/preview`, {}),
      await server.ask('POST', '/campaigns/nowhere/removals/preview', { leads }),
    ]
    expect(wrong.map(({ status }) => status)).toEqual([400, 400, 404])
    await removed(
      removalSchema.parse((await server.ask('POST', `/campaigns/${campaign}/removals`, { leads: ['p-1', 'p-2'] })).json)
        .id,
    )
  })

  it.each([
    [422, { step: 'elsewhere' }, 'No version of the campaign has a step'],
    [400, { step: 'No Such' }, 'A step id is made of'],
    [400, { leads: [] }, 'Name at least one lead'],
    [400, { reason: 'x'.repeat(201) }, 'at most 200'],
    [409, { step: 'call' }, 'Nobody is there'],
    [409, { leads: ['d-2'], step: 'call' }, 'Nobody is there'],
  ])('answers %i with a sentence to %j', async (status, body, words) => {
    const answer = await server.ask('POST', `/campaigns/${campaign}/removals`, body)

    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)])
  })

  it('keeps an abort with its number, and does not stop it (marketo-alm rule 28)', async () => {
    await enter('e-1')

    await server.ask('POST', `/campaigns/${campaign}/stop`, { inside: 'exit' })
    const { removals } = removalsSchema.parse((await server.ask('GET', `/campaigns/${campaign}/removals`)).json)
    const abort = await removed(removals[0]!.id)

    expect(abort).toMatchObject({ why: 'abort', status: 'done', removed: 2 })
    const stopped = await server.ask('DELETE', `/removals/${abort.id}`)
    expect([stopped.status, stopped.text]).toEqual([409, expect.stringContaining('removal.abort')])
  })

  it('goes without one unexpected error', () => expect(server.errors).toEqual([]))
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusedEntriesSchema } from '#shared/api/entries'
import { callingGraph, createCampaign, startTestServer, type TestServer, waitingGraph } from './server'

// found C1, C4: dates that come in by the API.

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** A live campaign that `signed_up` lets into, where leads wait. */
async function launched(name: string): Promise<string> {
  const { begin, ...others } = waitingGraph().steps
  const trigger = { ...begin!, config: { event: name, where: { match: 'all', rules: [] } } }
  const { id } = await createCampaign(server, { ...waitingGraph(), steps: { begin: trigger, ...others } })
  expect((await server.ask('POST', `/campaigns/${id}/launch`, {})).status).toBe(200)
  return id
}

describe('the time of an event', () => {
  it('may be seconds, milliseconds, ISO 8601 or RFC 2822, as number or as text, and lets the lead in (found C4)', async () => {
    await launched('came')
    const now = Date.now() + 60_000
    const second = Math.floor(now / 1000)
    const spelled = [second, String(second), now, String(now), new Date(now).toISOString(), new Date(now).toUTCString()]
    const events = spelled.map((at, i) => ({ id: `came-${i}`, lead: `came-${i}`, name: 'came', at }))

    const answer = await server.ask('POST', '/events', events)

    expect([answer.status, answer.json]).toEqual([202, { accepted: 6, duplicates: 0, started: 6 }])
  })

  it('stands in the reason why nobody entered', async () => {
    const id = await launched('went')

    await server.ask('POST', '/events', { id: 'went-1', lead: 'eve', name: 'went', at: 1_262_304_000 })

    const { refused } = refusedEntriesSchema.parse((await server.ask('GET', '/leads/eve/entries')).json)
    expect(refused.filter(r => r.campaignId === id).map(r => r.why)).toEqual([
      expect.stringMatching(/^The event is from Fri 1 Jan 2010, 00:00 \(UTC\), before the launch at .* \(UTC\)\.$/),
    ])
  })

  it('that cannot be is refused by a code of its own, and nothing of the request is kept', async () => {
    const codeOf = async (at: unknown) => {
      const events = [
        { id: `first-${at}`, lead: 'zoe', name: 'x' },
        { id: `second-${at}`, lead: 'zoe', name: 'x', at },
      ]
      const { problems } = (await server.ask('POST', '/events', events)).json as { problems: { code: string }[] }
      return problems[0]?.code
    }

    expect([await codeOf('soon'), await codeOf(900_000_000), await codeOf('2100-01-01')]).toEqual([
      'event.no-date',
      'event.past',
      'event.future',
    ])
    expect((await server.ask('GET', '/leads/zoe')).status).toBe(404)
  })

  it('is told in the OpenAPI document, with examples', async () => {
    const text = (await server.ask('GET', '/openapi.json')).text

    expect(text).toContain('not before 2001, and at most a day from now')
    expect(text).toContain('Seconds (9 or 10 digits) or milliseconds (11 to 13)')
    expect(text).toContain('03/04/2026 is refused')
  })
})

describe('dates of a graph', () => {
  const validated = async (settings: object) => {
    const graph = callingGraph()
    const entrance = { ...graph.settings.entrance, ...settings }
    const { problems } = await createCampaign(server, { ...graph, settings: { ...graph.settings, entrance } })
    return problems
      .filter(({ path }) => path?.startsWith('settings.entrance'))
      .map(({ code, message }) => [code, message])
  }

  it('may be written as people write them, and what cannot be read is a problem before the launch', async () => {
    expect(await validated({ from: 'May 17, 2026 9:00 AM', until: '1779012000' })).toEqual([])
    expect(await validated({ from: '17 May 2026 10:00', until: '2026-05-17T09:59:00' })).toEqual([
      ['settings.window-closed', 'The entry window ends before it begins.'],
    ])
    expect(await validated({ from: '03/04/2026' })).toEqual([
      ['settings.bad-window', '"03/04/2026" may be 3 April or 4 March.'],
    ])
  })
})

import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csvCell } from '#server/http/views/activity-export'
import {
  type ActivityRow,
  activityPageSchema,
  activitySummarySchema,
  activityViewSchema,
  resendingsSchema,
} from '#shared/api/activity'
import { night, type QuietHours } from '#shared/rules/quiet'
import { callingGraph, createCampaign, eventually, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await server.ask('PUT', '/sandbox', { answer: '404' })
  const { id } = await createCampaign(server, callingGraph(), '=Calls, "all"')
  await server.ask('POST', `/campaigns/${id}/launch`, {})
  await enters(...Array.from({ length: 25 }, (_, i) => `=lead-${i}`))
  await eventually(async () => expect(await all('outcome=failed')).toHaveLength(25))
})
afterAll(() => server.close())

describe('the list of sends', () => {
  it('loses none and doubles none while new ones arrive', async () => {
    const before = (await all('')).map(row => row.id)
    const seen: ActivityRow[] = []
    let after: string | null = ''
    for (let n = 0; after !== null; n++) {
      const page = await pageOf(`limit=4${after === '' ? '' : `&after=${after}`}`)
      seen.push(...page.rows)
      after = page.next
      await enters(`late-${n}`)
    }

    expect(seen.map(row => row.id)).toEqual(before)
  })

  it.each([
    ['lead=%3Dlead-3', 1],
    ['lead=nobody', 0],
    ['status=404&outcome=failed&step=call', 25],
    ['status=4xx&cause=status%20404', 25],
    ['status=5xx', 0],
    ['status=none', 0],
    ['outcome=received', 0],
    ['outcome=held', 0],
    ['host=elsewhere.example.com', 0],
    ['from=2100-01-01T00:00:00Z', 0],
    ['to=2100-01-01T00:00:00Z&from=0', 25],
    ['campaign=unknown', 0],
  ])('is filtered by %s', async (query, least) => {
    const rows = await all(query)

    if (least === 25) expect(rows.length).toBeGreaterThanOrEqual(25)
    else expect(rows).toHaveLength(least)
  })

  it('refuses a filter that it does not understand, with a sentence', async () => {
    const answer = await server.ask('GET', '/activity?status=many')

    expect(answer.status).toBe(400)
    expect(refusalOf(answer).detail).toContain('404')
  })

  it('counts dead letters by their causes', async () => {
    const { dead, hosts } = activitySummarySchema.parse((await server.ask('GET', '/activity/summary')).json)

    expect(dead.causes.map(c => c.cause)).toEqual(['status 404'])
    expect(dead.total).toBeGreaterThanOrEqual(25)
    expect(hosts).toEqual([new URL(server.url).host])
  })
})

describe('one send', () => {
  it('shows its request with secrets masked, its attempts and what the gates said', async () => {
    const [row] = await all('lead=%3Dlead-3')

    const view = activityViewSchema.parse((await server.ask('GET', `/activity/${row?.id}`)).json)

    expect(view.request?.headers).toContainEqual(['x-api-key', '••••••'])
    expect(view.attempts).toMatchObject([{ n: 1, status: 404 }])
    expect(view.noResend).toBeNull()
    expect(view.why).toBeNull()
  })
})

describe('an export', () => {
  it('as CSV reads back as it was, and holds no cell that a spreadsheet would run', async () => {
    const answer = await server.ask('GET', '/activity/export?format=csv&outcome=failed&lead=%3Dlead-3')
    const rows = parse(answer.text, { columns: true }) as Record<string, string>[]

    expect(rows).toMatchObject([
      { lead: "'=lead-3", campaign: `'=Calls, "all"`, outcome: 'failed', status: '404', step: 'Say hello' },
    ])
  })

  it.each(['=1+1', '+1', '-1', '@x', '\tx', '\r\n=1', 'a,b', 'say "hi"', 'a\nb', '', '🙂', "'=1", '＝1', '＠x'])(
    'survives the cell %j',
    text => {
      const [[read] = []] = parse(`${csvCell(text)},end`) as string[][]

      expect(read?.replace(/^'(?='*[=+\-@\t\r\n＝＠])/, '')).toBe(text)
      expect(read).not.toMatch(/^[=+\-@\t\r\n＝＠]/)
    },
  )

  it('as NDJSON has the rows of the list', async () => {
    const answer = await server.ask('GET', '/activity/export?format=ndjson&outcome=failed')

    const rows = answer.text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as ActivityRow)
    expect(rows.length).toBeGreaterThanOrEqual(25)
    expect(new Set(rows.map(row => row.id)).size).toBe(rows.length)
  })
})

describe('a resend', () => {
  it('that is posted twice at once is done once', async () => {
    const [row] = await all('lead=%3Dlead-5')
    await server.ask('PUT', '/sandbox', { answer: 'slow', slowMs: 300 })

    const answers = await Promise.all([1, 2].map(() => server.ask('POST', `/activity/${row?.id}/resend`, {})))

    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409])
    await eventually(async () =>
      expect(await all('lead=%3Dlead-5')).toMatchObject([{ outcome: 'received', attempts: 2 }]),
    )
    const again = await server.ask('POST', `/activity/${row?.id}/resend`, {})
    expect(refusalOf(again).detail).toContain('It was received')
  })

  it('of an edited request keeps the first beside it, and a secret that was left masked', async () => {
    const [row] = await all('lead=%3Dlead-6')
    await server.ask('PUT', '/sandbox', { answer: '200' })
    const request = {
      url: `${server.url}/sandbox/in/mended`,
      headers: [['X-Api-Key', '••••••']],
      body: '{"id":"mended"}',
    }

    const answer = await server.ask('POST', `/activity/${row?.id}/resend`, { request })

    expect(answer.status).toBe(200)
    await eventually(async () => {
      const view = activityViewSchema.parse((await server.ask('GET', `/activity/${row?.id}`)).json)
      expect(view.row.outcome).toBe('received')
      expect(view.revisions).toMatchObject([{ through: 1 }])
      expect(view.attempts.map(a => a.request.body)).toEqual(['{"id":"=lead-6"}', '{"id":"mended"}'])
    })
    const { calls } = (await server.ask('GET', '/sandbox')).json as {
      calls: { path: string; headers: Record<string, string> }[]
    }
    expect(calls.find(call => call.path.endsWith('/mended'))?.headers['x-api-key']).toBe('hush')
  })

  it.each([
    [{ url: 'ftp://x', headers: [], body: null }, 'web address'],
    [{ url: 'https://x.example', headers: [['host', 'y']], body: null }, 'set by Hookline'],
    [{ url: 'https://x.example', headers: [['a', 'b\nc: d']], body: null }, 'line break'],
  ])('of a broken edit is refused and nothing is sent: %j', async (request, says) => {
    const [row] = await all('lead=%3Dlead-7')

    const answer = await server.ask('POST', `/activity/${row?.id}/resend`, { request })

    expect([answer.status, refusalOf(answer).detail]).toEqual([422, expect.stringContaining(says)])
    expect(await all('lead=%3Dlead-7')).toMatchObject([{ outcome: 'failed', attempts: 1 }])
  })

  it('of all that match tells how far it has come, and leaves the rest alone', async () => {
    await server.ask('PUT', '/sandbox', { answer: '200' })
    const begun = await server.ask('POST', '/activity/resends', { filter: { lead: '=lead-9' } })

    expect(begun.status).toBe(202)
    await eventually(async () => {
      const { resends } = resendingsSchema.parse((await server.ask('GET', '/activity/resends')).json)
      expect(resends[0]).toMatchObject({ status: 'done', total: 1, resent: 1, refused: 0 })
    })
    await eventually(async () => expect(await all('lead=%3Dlead-9')).toMatchObject([{ outcome: 'received' }]))
    expect(await all('lead=%3Dlead-8')).toMatchObject([{ outcome: 'failed' }])
    const nothing = await server.ask('POST', '/activity/resends', { filter: { lead: 'nobody' } })
    expect([nothing.status, refusalOf(nothing).detail]).toEqual([409, 'No dead letter matches this filter.'])
  })
})

describe('the settings', () => {
  it('refuse what cannot be meant, and keep what was there', async () => {
    const answer = await server.ask('PUT', '/settings', { retentionDays: 0 })

    expect([answer.status, refusalOf(answer).detail]).toEqual([400, 'Keep them for at least one day.'])
    expect((await server.ask('GET', '/settings')).json).toMatchObject({ retentionDays: 30, alerts: { percent: 50 } })
  })

  it("keep the account's quiet hours, their holidays in order and each once", async () => {
    const quietHours = { ...night, holidays: ['2026-12-25', '2026-01-01', '2026-12-25'], spread: 'PT1H' }
    const answer = await server.ask('PUT', '/settings', { quietHours })

    expect(answer.status).toBe(200)
    expect((await server.ask('GET', '/settings')).json).toMatchObject({
      quietHours: { ...quietHours, holidays: ['2026-01-01', '2026-12-25'] },
    })
    await server.ask('PUT', '/settings', {})
  })

  it.each<[string, Partial<QuietHours>, string, string]>([
    [
      'more than 20 hours of a day (braze section 3, rule 1)',
      { windows: [{ days: [3], start: '00:00', end: '20:01' }] },
      'quietHours',
      'More than 20 hours of a day are quiet, for every campaign. Leave at least four hours of each day open; a day that is quiet as a whole can be a holiday.',
    ],
    [
      'a window that starts where it ends',
      { windows: [{ days: [1], start: '08:00', end: '08:00' }] },
      'quietHours.windows.0',
      'The window starts and ends at the same time. Choose two times.',
    ],
    [
      'a date that no calendar has',
      { holidays: ['2026-12-25', '2026-02-29'] },
      'quietHours.holidays.1',
      '"2026-02-29" is in no calendar: February 2026 has the days 1 to 28. Write it like 2026-12-25.',
    ],
    [
      'a spread of five hours',
      { spread: 'PT5H' },
      'quietHours.spread',
      'Calls that waited are spread over more than 4 hours. Choose at most 4 hours.',
    ],
  ])('refuse quiet hours of the account with %s', async (_, wrong, path, message) => {
    const answer = await server.ask('PUT', '/settings', { quietHours: { ...night, ...wrong } })

    expect([answer.status, refusalOf(answer).problems]).toEqual([400, [expect.objectContaining({ path, message })]])
    expect((await server.ask('GET', '/settings')).json).toMatchObject({ quietHours: null })
  })
})

async function enters(...leads: readonly string[]): Promise<void> {
  await server.ask(
    'POST',
    '/events',
    leads.map(lead => ({ id: `in-${lead}`, lead, name: 'signed_up' })),
  )
}

async function pageOf(query: string) {
  return activityPageSchema.parse((await server.ask('GET', `/activity?${query}`)).json)
}

async function all(query: string): Promise<readonly ActivityRow[]> {
  return (await pageOf(`limit=200&${query}`)).rows
}

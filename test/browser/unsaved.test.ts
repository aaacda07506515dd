import { describe, expect } from 'vitest'
import type { CampaignView } from '#shared/api'
import { accessFaults, type Marketer, test } from './harness'

describe('a campaign that was edited while the server was away', () => {
  test('has its edits after a reload, and saves them when the server is back', async ({ hookline, marketer }) => {
    const { page } = marketer
    const { id } = await hookline.ask<CampaignView>('POST', '/campaigns/sample', {})
    await marketer.opens(`/campaigns/${id}`)
    await marketer.opensStep('Let it settle')
    await isAway(marketer)
    await marketer.fills({ Name: 'Let it rest' })
    await marketer.reads(/^Offline, \d+ changes? kept$/)

    await page.reload()
    await marketer.reads('Could not load the campaign.')
    await isBack(marketer)
    await marketer.clicks('Try again')

    await marketer.reads('Your last changes are back')
    await marketer.step('Let it rest').waitFor()
    await marketer.reads(/^Saved$/)
    expect(namesIn(await hookline.ask<CampaignView>('GET', `/campaigns/${id}`))).toContain('Let it rest')
    await page.reload()
    await marketer.step('Let it rest').waitFor()
    expect(await page.evaluate(() => Object.keys(localStorage).filter(key => key.includes('draft')))).toEqual([])
  }, 60_000)

  test('asks which is meant when it was saved elsewhere meanwhile', async ({ hookline, marketer }) => {
    const { page } = marketer
    const { id, name, graph } = await hookline.ask<CampaignView>('POST', '/campaigns/sample', {})
    await marketer.opens(`/campaigns/${id}`)
    await marketer.opensStep('Let it settle')
    await isAway(marketer)
    await marketer.fills({ Name: 'Mine' })
    await marketer.reads(/^Offline, \d+ changes? kept$/)
    const { revision } = await hookline.ask<CampaignView>('GET', `/campaigns/${id}`)
    await hookline.ask('PUT', `/campaigns/${id}`, { name: `${name} too`, graph, revision })

    await isBack(marketer)
    await page.reload()
    await marketer.reads('Somebody else saved this campaign.')
    expect(await accessFaults(page, 'all')).toEqual([])
    await marketer.step('Mine').waitFor()
    await marketer.clicks('Keep my changes')
    await marketer.reads(/^Saved$/)

    const saved = await hookline.ask<CampaignView>('GET', `/campaigns/${id}`)
    expect([saved.name, namesIn(saved).includes('Mine')]).toEqual([name, true])
  }, 60_000)
})

describe('the name of a campaign', () => {
  const box = (page: Marketer['page']) => page.getByRole('textbox', { name: 'Campaign name' })
  /** Ways to go, each with the page that is open afterwards. */
  const leaving: Readonly<Record<string, (page: Marketer['page']) => Promise<unknown>>> = {
    'a reload': page => page.reload(),
    Back: page => page.goBack(),
    'another address': page => page.goto('/leads'),
    'closing the tab': page => page.close(),
  }

  for (const [way, leaves] of Object.entries(leaving))
    test(`is kept as it is typed, through ${way}`, async ({ hookline, marketer }) => {
      const { id } = await hookline.ask<CampaignView>('POST', '/campaigns/sample', {})
      await marketer.opens('/leads')
      await marketer.opens(`/campaigns/${id}`)
      await marketer.step('Let it settle').waitFor()
      await box(marketer.page).fill('Spring welcome')

      await leaves(marketer.page)

      const next = marketer.page.isClosed() ? await marketer.page.context().newPage() : marketer.page
      await next.goto(`/campaigns/${id}`)
      await expect.poll(() => box(next).inputValue()).toBe('Spring welcome')
      const name = async () => (await hookline.ask<CampaignView>('GET', `/campaigns/${id}`)).name
      await expect.poll(name).toBe('Spring welcome')
    }, 60_000)

  test('is what it was after Escape, and when nothing is typed', async ({ hookline, marketer }) => {
    const { id, name } = await hookline.ask<CampaignView>('POST', '/campaigns/sample', {})
    await marketer.opens(`/campaigns/${id}`)
    await marketer.step('Let it settle').waitFor()

    await box(marketer.page).fill('Not this')
    await box(marketer.page).press('Escape')
    await box(marketer.page).fill('')
    await box(marketer.page).press('Enter')

    await expect.poll(() => box(marketer.page).inputValue()).toBe(name)
    await marketer.reads(/^Saved$/)
    expect((await hookline.ask<CampaignView>('GET', `/campaigns/${id}`)).name).toBe(name)
  }, 60_000)
})

describe('a campaign that is open in one tab and saved elsewhere', () => {
  test('shows what changed within seconds, and is not launched unseen', async ({ hookline, marketer }) => {
    const { page } = marketer
    const { id, graph } = await hookline.ask<CampaignView>('POST', '/campaigns/sample', {})
    await marketer.opens(`/campaigns/${id}`)
    await marketer.step('Let it settle').waitFor()
    const renamed = Object.fromEntries(
      Object.entries(graph.steps).map(([key, step]) => [
        key,
        step.name === 'Let it settle' ? { ...step, name: 'Let it rest' } : step,
      ]),
    )
    await hookline.ask('PUT', `/campaigns/${id}`, { graph: { ...graph, steps: renamed } })

    await marketer.reads('This campaign was changed elsewhere.')
    await marketer.reads('Name was Let it settle, and is Let it rest.')
    await marketer.step('Let it rest').waitFor()
    expect(await accessFaults(page, 'all')).toEqual([])
    await marketer.clicks('Seen')

    // A tab that hears nothing any more: the launch itself finds out.
    await page.route(`${api}/live`, route => route.abort())
    await page.evaluate(() => {
      const send = window.fetch
      window.fetch = (to, init) =>
        String(to).endsWith('/launch') ? send('/api/v1/tags').then(() => send(to, init)) : send(to, init)
    })
    await page.route('**/api/v1/tags', async route => {
      await hookline.ask('PUT', `/campaigns/${id}`, { graph })
      await route.continue()
    })
    await marketer.launches()

    await marketer.reads('Not launched')
    await marketer.reads(/The campaign was changed since you looked at it/)
    expect((await hookline.ask<CampaignView>('GET', `/campaigns/${id}`)).liveVersion).toBeNull()
    await marketer.step('Let it settle').waitFor()
    marketer.troubles.splice(0, marketer.troubles.length, ...marketer.troubles.filter(t => !/409|ERR_FAILED/.test(t)))
  }, 60_000)
})

const api = '**/api/v1/**'

/** Routes do not reach what a page sends while it goes: for the page that is open, nothing may be sent at all. */
async function isAway({ page }: Marketer): Promise<void> {
  await page.route(api, route => route.abort())
  await page.evaluate(() => {
    window.fetch = () => Promise.reject(new TypeError('The server is away.'))
  })
}

/** What the browser said about the time without a server is no fault of the page. */
async function isBack({ page, troubles }: Marketer): Promise<void> {
  await page.unroute(api)
  for (let i = troubles.length - 1; i >= 0; i--) if (troubles[i]?.includes('ERR_FAILED')) troubles.splice(i, 1)
}

function namesIn({ graph }: CampaignView): readonly string[] {
  return Object.values(graph.steps).map(step => step.name)
}

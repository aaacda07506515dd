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
    await marketer.reads('This campaign was saved elsewhere since you began your last changes.')
    expect(await accessFaults(page, 'all')).toEqual([])
    await marketer.step('Mine').waitFor()
    await marketer.clicks('Keep my changes')
    await marketer.reads(/^Saved$/)

    const saved = await hookline.ask<CampaignView>('GET', `/campaigns/${id}`)
    expect([saved.name, namesIn(saved).includes('Mine')]).toEqual([name, true])
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

import { readFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { sampleGraph, sampleLeads, sampleName } from '#server/http/sample'
import type { CampaignSummary } from '#shared/api'
import { bucketOf, shareOf } from '#shared/rules/assignment'
import { sharesOf } from '#shared/steps/variants'
import { type Installation, test, textField } from './harness'

describe('an empty installation', () => {
  test('begins with a blank canvas, which says what to do first', async ({ marketer }) => {
    await marketer.opens('/')
    await marketer.clicks('Blank canvas')

    await marketer.reads('Drag a trigger here')
    await marketer.clicks('Add an event trigger')
    await marketer.panel.getByRole('heading', { name: 'Trigger' }).waitFor()
    await marketer.reads(/^Saved/)
  })

  test('begins with a sample campaign, whose call arrives in the sandbox when a lead is sent an event', async ({
    hookline,
    marketer,
  }) => {
    const { page } = marketer
    await marketer.opens('/')
    await marketer.clicks('Start with a sample campaign')
    await marketer.step('Warm welcome').waitFor()
    await page.getByRole('button', { name: 'No problems' }).waitFor()
    await marketer.launches()
    await marketer.reads('Version 1 is live')

    const lead = await whoIsCalledNow(hookline)
    await marketer.goesTo('Leads')
    await page.getByRole('link', { name: lead, exact: true }).click()
    await marketer.reads('This lead has not entered a campaign.')
    await textField(page, 'Event').fill('signed_up')
    await textField(page, 'Properties').fill('{"plan": "team"}')
    await marketer.clicks('Send the event')

    await marketer.reads('It started 1 journey.')
    await page.getByRole('link', { name: new RegExp(sampleName) }).waitFor()
    await marketer.goesTo('Sandbox')
    await page.getByRole('heading', { name: 'POST /sandbox/in/welcome' }).waitFor()
    const body = await page.getByRole('region', { name: 'body' }).innerText()
    expect(JSON.parse(body)).toMatchObject({ email: `${lead}@example.com`, plan: 'team' })
  })
})

describe('an import of leads', () => {
  test('shows the columns first, its progress, and the rows that it rejected with their reasons', async ({
    marketer,
  }) => {
    const { page } = marketer
    const good = Array.from({ length: 30_000 }, (_, i) => `lead-${i},lead-${i}@example.com,${i % 90},Asia/Seoul`)
    const file = ['Customer ID,E-mail,Visits,Time zone', ...good, ',nobody@example.com,1,UTC', 'eve,e@e.example,2,Mars']
    await marketer.opens('/leads')
    await marketer.reads('No leads yet')
    await marketer.clicks('Import CSV')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('CSV file').setInputFiles({
      name: 'leads.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(file.join('\n')),
    })

    await marketer.reads('has 4 columns', dialog)
    await marketer.reads('lead-0@example.com · lead-1@example.com', dialog)
    expect(await dialog.getByRole('combobox', { name: 'What Customer ID becomes' }).inputValue()).toBe('Lead id')
    expect(await dialog.getByRole('combobox', { name: 'What Time zone becomes' }).inputValue()).toBe('Time zone')
    await dialog.getByRole('textbox', { name: 'Attribute for Visits' }).fill('visits_before')
    await marketer.clicks('Start the import')

    // The bar of an import that has just begun is there, but has no width yet.
    await dialog.getByRole('progressbar', { name: 'Importing leads' }).waitFor({ state: 'attached' })
    await marketer.reads('The import is done', dialog)
    await expect
      .poll(() => dialog.locator('dl').innerText())
      .toMatch(/Rows\s+30,002\s+Added\s+30,000\s+Updated\s+0\s+Rejected\s+2/)

    const download = page.waitForEvent('download')
    await dialog.getByRole('link', { name: 'Download rejected rows' }).click()
    const rejected = readFileSync(await (await download).path(), 'utf8')
    expect(rejected).toContain('30002,The id is empty.,,nobody@example.com,1,UTC')
    expect(rejected).toMatch(/30003,.*Mars.* is not a time zone.*,eve,e@e\.example,2,Mars/)

    await marketer.clicks('Done')
    await marketer.reads('30,000 leads')
    await page.getByRole('searchbox').fill('lead-29999')
    await page.getByRole('link', { name: 'lead-29999', exact: true }).click()
    await marketer.reads('visits_before')
  })

  test('is found again after a reload of the page, by whoever looks, and stays listed with what it came to', async ({
    marketer,
  }) => {
    const { page } = marketer
    // So many that the import is still on its way when the page has been loaded again.
    const rows = Array.from({ length: 300_000 }, (_, i) => `lead-${i},${i % 100_000 === 0 ? 'Mars' : 'Asia/Seoul'}`)
    await marketer.opens('/leads')
    await marketer.clicks('Import CSV')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('CSV file').setInputFiles({
      name: 'everybody of spring.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`id,time_zone\n${rows.join('\n')}`),
    })
    await marketer.clicks('Start the import')
    await dialog.getByRole('progressbar', { name: 'Importing leads' }).waitFor({ state: 'attached' })

    await page.evaluate(() => sessionStorage.clear())
    await page.reload()
    await marketer.clicks('See the import')
    await marketer.reads('everybody of spring.csv', dialog)
    await dialog.getByText('The import is done').waitFor({ timeout: 60_000 })
    await marketer.clicks('Import another file')

    const listed = dialog.getByRole('region', { name: 'Imports' }).getByRole('listitem')
    await expect.poll(() => listed.count()).toBe(1)
    await expect
      .poll(() => listed.innerText())
      .toMatch(/everybody of spring\.csv\s+Finished\s+300,000 rows: 299,997 added, 0 updated\s+3 rejected rows/)
    await listed.getByRole('button').click()
    await marketer.reads('The import is done', dialog)
  })
})

/**
 * A sample lead who is sent a webhook at this hour: in one of the campaign's markets, outside of the lead's own quiet hours (with an hour to
 * spare), and not in the control group, which hangs on the campaign's id.
 */
async function whoIsCalledNow(hookline: Installation): Promise<string> {
  const { campaigns } = await hookline.ask<{ campaigns: CampaignSummary[] }>('GET', '/campaigns')
  const id = campaigns[0]?.id ?? ''
  const markets = JSON.stringify(sampleGraph.steps['our-markets']?.config)
  const shares = sharesOf(sampleGraph.steps['tone']?.config as Parameters<typeof sharesOf>[0])
  const found = sampleLeads.find(lead => {
    const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone: lead.zone ?? 'UTC', hour: '2-digit' }).format())
    const isInMarket = markets.includes(String(lead.attributes['country']))
    const isControl = shareOf(bucketOf(id, 'tone', lead.externalId), shares).share.id === 'control'
    return hour >= 9 && hour < 21 && isInMarket && !isControl
  })
  if (found === undefined) throw new Error('No sample lead is called at this hour.')
  return found.externalId
}

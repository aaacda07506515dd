import { expect } from 'vitest'
import type { CampaignView } from '#shared/api'
import { anybody, graph, step } from '../sim/graphs'
import { accessFaults, test, textField } from './harness'

// Forms of ways in and of exits are drawn from what their kinds declare. Here somebody fills them in, and what is stored is looked at.

test('the forms of ways in and exits are those of their kinds, and store what was filled in', async ({
  hookline,
  marketer,
}) => {
  const trigger = step('trigger', { event: 'signed_up', where: anybody }, 'Signed up')
  const end = { ...step('exit'), position: { x: 0, y: 300 } }
  const { id } = await hookline.draft('Win back', graph({ in: trigger, end }, ['in -> end']))
  const stored = async () => (await hookline.ask<CampaignView>('GET', `/campaigns/${id}`)).graph
  const { page, panel } = marketer
  const chooses = async (field: string, option: string) => {
    await textField(panel, field).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }

  await marketer.opens(`/campaigns/${id}`)
  await marketer.opensStep('Signed up')
  await chooses('What lets a lead in', 'A webhook is called')
  await marketer.reads('Everything left empty means any.', panel)
  await chooses('Of the campaign', 'Win back')
  await chooses('Outcome', 'Failed')
  await marketer.fills({ Status: '40', 'Step id': 'call', 'The answer contains': 'gone' })
  await marketer.reads('"40" is not a status.', panel)
  await marketer.fills({ Status: '404, 5xx' })
  await marketer.clicks('Add another way in')
  await panel.getByLabel('What lets a lead in').and(panel.locator('input')).nth(1).click()
  await page.getByRole('option', { name: 'An attribute changes', exact: true }).click()
  await marketer.fills({ Attribute: ' plan ' })
  expect(await accessFaults(page, 'all')).toEqual([])

  await expect
    .poll(async () => (await stored()).steps['in']?.config, { timeout: 30_000 })
    .toEqual({
      ways: [
        {
          on: 'webhook',
          campaign: id,
          step: 'call',
          outcome: 'failed',
          status: '404, 5xx',
          contains: 'gone',
          where: { match: 'all', rules: [] },
        },
        { on: 'attribute', attribute: 'plan', where: { match: 'all', rules: [] } },
      ],
    })

  await marketer.clicks('Settings')
  await marketer.clicks('Add an exit')
  await marketer.fills({ Event: 'purchased' })
  await marketer.clicks('Add another exit')
  await panel.getByLabel('What takes a lead out').nth(1).selectOption({ label: 'The lead unsubscribes' })
  await marketer.fills({ 'Attribute that is true': 'no_mail' })
  await panel.getByLabel('Reason', { exact: true }).nth(1).fill('Wants no mail')
  expect(await accessFaults(page, 'all')).toEqual([])

  await expect
    .poll(async () => (await stored()).settings.exits, { timeout: 30_000 })
    .toEqual({
      ways: [
        { on: 'event', event: 'purchased', where: { match: 'all', rules: [] }, reason: '' },
        { on: 'unsubscribed', attribute: 'no_mail', reason: 'Wants no mail' },
      ],
      when: 'at-once',
    })
}, 180_000)

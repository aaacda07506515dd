import { readFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { graph, posts, step } from '../sim/graphs'
import { test, textField } from './harness'

const trigger = step('trigger', { event: 'signed_up', where: { match: 'all', rules: [] } })
const call = step('call-webhook', posts('', { url: '{{ system.sandbox }}/welcome' }), 'Welcome')

describe('a listener outside', () => {
  test('is added with a signature, tested, given its key, switched on, and told of an event within a second', async ({
    hookline,
    marketer,
  }) => {
    const { page } = marketer
    const { id } = await hookline.draft('Welcome', graph({ in: trigger, call }, ['in -> call']))
    await hookline.ask('POST', `/campaigns/${id}/launch`, {})
    await marketer.opens('/subscriptions')
    await page.getByRole('link', { name: 'New subscription' }).click()
    await textField(page, 'Name').fill('Our warehouse')
    await textField(page, 'Target URL').fill(`${hookline.origin}/sandbox/in/warehouse`)
    await page.getByRole('radio', { name: 'Signature' }).check()
    await textField(page, 'Find an event').fill('journey starts')
    await page.getByRole('checkbox', { name: /A journey starts/ }).check()

    await marketer.clicks('Test and save')
    await marketer.reads('Signing key')
    const [file] = await Promise.all([page.waitForEvent('download'), marketer.clicks('Download the key')])
    const key = JSON.parse(readFileSync(await file.path(), 'utf8')) as { key: string }
    expect(key.key).toMatch(/^whsec_/)
    await marketer.reads('It was downloaded, and is not shown again.')

    await marketer.clicks('Switch on')
    await page.getByRole('button', { name: 'Switch off' }).waitFor()
    await hookline.hears('ada', 'signed_up')
    await page
      .getByRole('complementary')
      .getByText(/^Arrived/)
      .waitFor()

    await marketer.clicks('Tell it again')
    await marketer.reads('1 event arrived again.')
    await page.getByText('1 event again,').waitFor()

    const { calls } = await hookline.ask<{ calls: { path: string; body: string }[] }>('GET', '/sandbox')
    const told = calls.find(({ body }) => body.includes('JOURNEY_STARTED') && !body.includes('evt_sample'))
    expect(JSON.parse(told?.body ?? '{}')).toMatchObject({ events: [{ eventName: 'JOURNEY_STARTED' }] })
  }, 90_000)

  test('waits and is kept as long as the settings say', async ({ hookline, marketer }) => {
    const { page } = marketer
    await marketer.opens('/settings')
    await textField(page, 'Account id').fill('acme')
    await textField(page, 'Batches leave after').fill('5')
    await textField(page, 'Keep events for').fill('30')
    await textField(page, 'Allow at most').fill('5')

    await marketer.clicks('Save')
    await marketer.reads('Saved')

    const { subscriptions } = await hookline.ask<{ subscriptions: object }>('GET', '/settings')
    expect(subscriptions).toEqual({ accountId: 'acme', most: 5, batchSeconds: 5, batchEvents: 100, keepDays: 30 })
  }, 90_000)
})

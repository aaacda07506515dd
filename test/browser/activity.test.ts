import { describe, expect } from 'vitest'
import { healthSchema } from '#shared/api'
import { graph, posts, step } from '../sim/graphs'
import { accessFaults, type Installation, test } from './harness'

describe('a dead letter', () => {
  test('is found with its cause, sent again by hand, and received', async ({ hookline, marketer }) => {
    const { page } = marketer
    await fails(hookline)

    await marketer.opens('/')
    await marketer.goesTo('Activity')
    await marketer.reads('Failed')
    await page.getByRole('tab', { name: 'Dead letters (3)' }).click()
    await page.getByRole('button', { name: 'status 404 3' }).waitFor()
    await page.getByRole('button', { name: /Failed 404 for ada/ }).click()
    const panel = page.getByRole('complementary', { name: 'The send' })
    await marketer.reads('Answered 404', panel)
    expect(await accessFaults(page, 'all')).toEqual([])

    await hookline.ask('PUT', '/sandbox', { answer: '200' })
    await panel.getByRole('button', { name: 'Send again' }).click()
    const dialog = page.getByRole('dialog', { name: 'Send again?' })
    await marketer.reads('same webhook-id', dialog)
    expect(await accessFaults(page, 'all')).toEqual([])
    await dialog.getByRole('button', { name: 'Send again' }).click()

    await marketer.reads('Received', panel)
    await marketer.reads('Attempt 2', panel)
    await page.getByRole('tab', { name: 'Dead letters (2)' }).waitFor()

    await page.getByRole('button', { name: 'Send 2 again' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Send 2 again' }).click()
    await marketer.reads('No dead letters')

    await panel.getByRole('link', { name: 'See the journey' }).click()
    await marketer.reads('The resend was received: status 200.')
    await page.goBack()
    await marketer.reads('Attempt 2')
  }, 60_000)
})

describe('the settings', () => {
  test('tell by the quiet hours which zone rules the server has, and what it mends of them (found H2)', async ({
    hookline,
    marketer,
  }) => {
    const answer = await fetch(`${hookline.origin}/healthz`)
    const { zones } = healthSchema.parse(await answer.json())

    await marketer.opens('/settings')
    await marketer.page.getByLabel('Keep quiet hours').click()
    await marketer.reads('A webhook that is due in quiet hours')

    // A runtime that knows everything has nothing to tell.
    const note = marketer.page.getByText(`knows the zone rules of ${zones.rules}`)
    if (zones.mended.length === 0) expect(await note.count()).toBe(0)
    else
      await expect
        .poll(() => note.innerText())
        .toContain(`up to ${zones.newest}, is kept all the same: ${zones.mended.join(', ')}.`)
    expect(await marketer.page.getByRole('alert').count()).toBe(zones.wrong.length === 0 ? 0 : 2)
  })

  test('are changed, and stay so', async ({ marketer }) => {
    const { page } = marketer
    await marketer.opens('/settings')
    await page.getByLabel('Keep call details for').fill('7')
    await marketer.reads('What is older than 7 days is deleted for good')
    await marketer.clicks('Save')
    await marketer.reads('Settings saved')

    await page.reload()

    await expect.poll(() => page.getByLabel('Keep call details for').inputValue()).toBe('7 days')
    expect(await accessFaults(page, 'all')).toEqual([])
  }, 60_000)
})

/** A campaign whose receiver refused three leads for good. */
async function fails(hookline: Installation): Promise<void> {
  await hookline.ask('PUT', '/sandbox', { answer: '404' })
  const trigger = step('trigger', { event: 'signed_up', where: { match: 'all', rules: [] } }, 'Signed up')
  const call = step('call-webhook', posts('', { url: '{{ system.sandbox }}/welcome' }), 'Welcome')
  const { id } = await hookline.draft('Welcome', graph({ in: trigger, call }, ['in -> call']))
  await hookline.ask('POST', `/campaigns/${id}/launch`, {})
  for (const lead of ['ada', 'grace', 'alan']) await hookline.hears(lead, 'signed_up')
  await expect
    .poll(async () => (await hookline.ask<{ rows: [] }>('GET', '/activity?outcome=failed')).rows.length)
    .toBe(3)
}

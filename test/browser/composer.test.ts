import { describe, expect } from 'vitest'
import { accessFaults, test } from './harness'

describe('the composer', () => {
  test('repairs a body with one click, tests it for real, and shows what each mapping would write', async ({
    hookline,
    marketer,
  }) => {
    const { page, panel } = marketer
    await hookline.ask('PUT', '/sandbox', { answer: 'json', json: '{"contact":{"id":"c-7"}}' })
    const { id } = await hookline.ask<{ id: string }>('POST', '/campaigns/sample', {})
    await marketer.opens(`/campaigns/${id}`)
    await marketer.opensStep('Warm welcome')

    await panel.getByText('Raw text').first().click()
    const text = panel.locator('.cm-content')
    await text.fill('{"name": "{{ lead.first_name }}"}')
    await panel.getByRole('button', { name: 'Take the quotes away' }).click()
    expect(await text.innerText()).toBe('{"name": {{ lead.first_name }}}')

    await panel.getByRole('tab', { name: 'Test' }).click()
    await marketer.clicks('Send a test')
    await marketer.reads('Received: the lead goes on by Succeeded.', panel)
    await marketer.reads('"c-7", now nothing', panel)
    expect(await accessFaults(page, 'all')).toEqual([])
  }, 60_000)

  test('reads a curl command that was pasted, and refuses what it cannot do in words', async ({
    hookline,
    marketer,
  }) => {
    const { page, panel } = marketer
    const { id } = await hookline.ask<{ id: string }>('POST', '/campaigns/sample', {})
    await marketer.opens(`/campaigns/${id}`)
    await marketer.opensStep('Warm welcome')
    await marketer.clicks('Paste a curl command')
    const command = page.getByRole('textbox', { name: 'Command' })

    await command.fill('curl -F file=@x https://crm.example.com')
    await marketer.clicks('Read it')
    await marketer.reads(/multipart form/)
    await command.fill("curl -X PUT https://crm.example.com/leads -d 'email=ada@example.com'")
    await marketer.clicks('Read it')

    await expect.poll(() => marketer.field('URL').inputValue()).toBe('https://crm.example.com/leads')
    expect(await panel.getByLabel('Method').inputValue()).toBe('PUT')
  }, 60_000)
})

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Braze's syntax that is tested here
import type { Locator } from 'playwright-core'
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
    await panel.getByRole('button', { name: 'Escape them inside of the quotes' }).click()
    expect(await text.innerText()).toBe('{"name": "{{ lead.first_name | json_escape }}"}')

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
    await marketer.clicks('Import')
    await marketer.reads(/multipart form/)
    await command.fill("curl -X PUT https://crm.example.com/leads -d 'email=ada@example.com'")
    await marketer.clicks('Import')

    await expect.poll(() => marketer.field('URL').inputValue()).toBe('https://crm.example.com/leads')
    expect(await panel.getByLabel('Method').inputValue()).toBe('PUT')
  }, 60_000)

  test('colours every template field sign for sign, as it is typed, and completes Liquid and Braze', async ({
    hookline,
    marketer,
  }) => {
    const { page, panel } = marketer
    const { id } = await hookline.ask<{ id: string }>('POST', '/campaigns/sample', {})
    await marketer.opens(`/campaigns/${id}`)
    await marketer.opensStep('Warm welcome')
    const url = marketer.field('URL')

    await url.fill('')
    await url.pressSequentially('https://a.example/{{ lead.ema')
    await page.getByRole('option', { name: /lead\.email/ }).click()
    await url.press('End')
    await url.pressSequentially('?x={{$')
    await url.pressSequentially('{first')
    await page.getByRole('option', { name: /first_name/ }).click()
    const text = 'https://a.example/{{ lead.email }}?x={{${first_name}}}'
    await expect.poll(() => url.inputValue()).toBe(text)
    await url.fill(`${text}${'&y={{lead.City:default=there}}'.repeat(3)}`)
    await url.press('End')

    const layer = url.locator('xpath=../following-sibling::div')
    expect(await layer.textContent()).toBe(await url.inputValue())
    expect(await layer.locator('span span').first().textContent()).toBe('{{')
    const scrolled = () => url.evaluate((e: HTMLInputElement) => e.scrollLeft)
    expect(await scrolled()).toBeGreaterThan(0)
    expect(await layer.evaluate(e => e.scrollLeft)).toBe(await scrolled())
    expect(await placeOfColours(layer)).toEqual(await url.evaluate(placeOfText))
    await url.press('Home')
    await expect.poll(() => layer.evaluate(e => e.scrollLeft)).toBe(0)
    await url.press('Tab')
    expect(await url.evaluate(e => e === document.activeElement)).toBe(false)
    expect(await accessFaults(page, 'all')).toEqual([])

    await marketer.clicks('Add a header')
    await marketer.field('Header value').last().fill('{{ secret.crm }}')
    await panel.getByText('{{ secret.crm }}', { exact: true }).first().waitFor()
  }, 60_000)
})

/** Where a layer of colours begins and how high its line is. */
function placeOfColours(layer: Locator): Promise<object> {
  return layer.evaluate(e => {
    const { x, y } = e.getBoundingClientRect()
    return { x, y, line: getComputedStyle(e).lineHeight, font: getComputedStyle(e).font, width: e.scrollWidth }
  })
}

/** Where the browser writes the text of an input. Runs in the page. */
function placeOfText(input: HTMLElement): object {
  const { x, y } = input.getBoundingClientRect()
  const { paddingLeft, borderLeftWidth, borderTopWidth, lineHeight, font } = getComputedStyle(input)
  const [padding, left, top] = [paddingLeft, borderLeftWidth, borderTopWidth].map(Number.parseFloat) as [
    number,
    number,
    number,
  ]
  return { x: x + left + padding, y: y + top, line: lineHeight, font, width: input.scrollWidth - 2 * padding }
}

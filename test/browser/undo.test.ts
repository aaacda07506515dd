import { describe, expect } from 'vitest'
import { accessFaults, test } from './harness'

describe('undo and redo', () => {
  test('take gestures back and bring them again, by keys and by buttons that name them', async ({
    hookline,
    marketer,
  }) => {
    const { page } = marketer
    const { id } = await hookline.ask<{ id: string }>('POST', '/campaigns/sample', {})
    await marketer.opens(`/campaigns/${id}`)
    await marketer.opensStep('Let it settle')
    expect(await page.getByRole('button', { name: 'Undo', exact: true }).getAttribute('aria-disabled')).toBe('true')

    await marketer.field('Name').fill('Let it settle down')
    await marketer.step('Let it settle down').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-id') !== null)).toBe(true)
    await page.keyboard.press('Delete')
    await marketer.step('Let it settle down').waitFor({ state: 'detached' })

    await page.keyboard.press('Control+z')
    await marketer.step('Let it settle down').waitFor()
    await marketer.clicks('Undo: rename "Let it settle"')
    await marketer.step('Let it settle').waitFor()
    expect(await accessFaults(page, 'all')).toEqual([])
    await page.keyboard.press('Control+Shift+z')
    await marketer.step('Let it settle down').waitFor()
    await marketer.clicks('Redo: remove "Let it settle down"')
    await marketer.step('Let it settle down').waitFor({ state: 'detached' })
    await marketer.reads(/^Saved$/)
  }, 60_000)
})

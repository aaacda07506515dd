import { describe, expect } from 'vitest'
import { startHookline } from '../bench/hookline'
import { dropFolder, scratchFolder } from '../bench/processes'
import { accessFaults, test } from './harness'

const token = 'a-token-that-nobody-can-guess-0123456789'

describe('a Hookline that asks for a token', () => {
  test('leads whoever has none to the sign-in page, back to where they wanted to go, and out again', async ({
    browser,
    onTestFinished,
  }) => {
    const dataDir = scratchFolder()
    const server = await startHookline({ dataDir, open: [], variables: { HOOKLINE_ACCESS_TOKEN: token } })
    const context = await browser.newContext()
    onTestFinished(async () => {
      await context.close()
      await server.stop()
      dropFolder(dataDir)
    })
    const page = await context.newPage()

    await page.goto(`${server.origin}/leads?search=ada`)
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    expect(await accessFaults(page, 'all')).toEqual([])
    await page.getByLabel('Access token').fill('a guess')
    await page.keyboard.press('Enter')
    await page.getByText('This is not the access token.').waitFor()
    await page.getByLabel('Access token').fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${server.origin}/leads?search=ada`)
    await page.getByRole('heading', { name: 'Leads' }).waitFor()

    // Signed out in another tab: this one finds out, and would come back to where it was.
    const other = await context.newPage()
    await other.goto(`${server.origin}/settings`)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await other.waitForURL(`${server.origin}/sign-in`)
    await page.getByRole('link', { name: 'Campaigns' }).click()
    await page.waitForURL(/\/sign-in\?to=/)
    expect(new URL(page.url()).searchParams.get('to')).toBe('/')
  }, 60_000)
})

import type { CDPSession } from 'playwright-core'
import { describe, expect } from 'vitest'
import { graph, step } from '../sim/graphs'
import { test } from './harness'

/** Scripts of the first screen, in bytes as they come over the wire, headers included. */
const MOST_SCRIPT = 300 * 1024
const MOST_REQUESTS = 25

describe('the first load', () => {
  test('is small on the wire, as a browser counts it', async ({ hookline, marketer }) => {
    const { page } = marketer
    await hookline.draft('Welcome', graph({ start: step('trigger', {}), end: step('exit') }, ['start -> end']))
    const fetched = await watch(await page.context().newCDPSession(page))
    await page.goto(hookline.origin)
    await page.getByRole('link', { name: 'Welcome' }).waitFor()
    await page.waitForLoadState('networkidle')

    const scripts = fetched.filter(({ type }) => type === 'Script')
    expect(fetched.length, say(fetched)).toBeLessThanOrEqual(MOST_REQUESTS)
    expect(scripts.length).toBeGreaterThan(2)
    expect(bytesOf(scripts), say(scripts)).toBeLessThanOrEqual(MOST_SCRIPT)
  })

  test('opens the canvas with all its text compressed', async ({ hookline, marketer }) => {
    const { page } = marketer
    const { id } = await hookline.draft(
      'Welcome',
      graph({ start: step('trigger', {}), end: step('exit') }, ['start -> end']),
    )
    const fetched = await watch(await page.context().newCDPSession(page))
    await page.goto(`${hookline.origin}/campaigns/${id}`)
    await marketer.canvas.locator('.react-flow__node').first().waitFor()
    await page.waitForLoadState('networkidle')

    const assets = fetched.filter(({ url, type }) => url.includes('/assets/') && type !== 'Font')
    expect(assets.length).toBeGreaterThan(10)
    expect(assets.filter(({ encoding }) => encoding !== 'br' && encoding !== 'gzip')).toEqual([])
  })
})

interface Fetched {
  readonly url: string
  readonly type: string
  /** The content-encoding; empty: none. */
  readonly encoding: string
  bytes: number
}

/** What the browser fetches from now on. */
async function watch(cdp: CDPSession): Promise<readonly Fetched[]> {
  const fetched: Fetched[] = []
  const byRequest = new Map<string, Fetched>()
  cdp.on('Network.responseReceived', ({ requestId, response: { url, headers }, type }) => {
    const one = { url, type, encoding: headers['content-encoding'] ?? headers['Content-Encoding'] ?? '', bytes: 0 }
    byRequest.set(requestId, one)
    fetched.push(one)
  })
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const one = byRequest.get(requestId)
    if (one !== undefined) one.bytes = encodedDataLength
  })
  await cdp.send('Network.enable')
  return fetched
}

function bytesOf(fetched: readonly Fetched[]): number {
  return fetched.reduce((sum, { bytes }) => sum + bytes, 0)
}

function say(fetched: readonly Fetched[]): string {
  return fetched.map(({ url, bytes }) => `${bytes} ${url}`).join('\n')
}

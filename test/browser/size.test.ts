import type { Locator } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { Graph, Step } from '#shared/graph/schema'
import { graph, step } from '../sim/graphs'
import { test } from './harness'

/** More than this, and panning is no longer smooth on a small laptop. */
const MOST_ELEMENTS = 1_500

describe('a campaign of 500 steps', () => {
  test('opens at its beginning with few elements in the page, and pans to the rest', async ({ hookline, marketer }) => {
    const { page, canvas } = marketer
    const { id } = await hookline.draft('Five hundred', fiveHundred())
    await marketer.opens(`/campaigns/${id}`)
    await canvas.locator('.react-flow__node').first().waitFor()

    const elements = () => canvas.locator('*').count()
    expect(await canvas.getAttribute('aria-label')).toContain('500 steps')
    await marketer.reads(/^Wait 1 hour/, marketer.step('Step 2'))
    expect(await elements(), 'elements at the beginning').toBeLessThan(MOST_ELEMENTS)

    const viewport = canvas.locator('.react-flow__viewport')
    const before = { at: await viewport.getAttribute('style'), steps: await stepsInView(canvas) }
    await canvas.hover()
    for (let i = 0; i < 10; i++) await page.mouse.wheel(0, 300)

    await expect.poll(() => viewport.getAttribute('style')).not.toBe(before.at)
    await expect.poll(() => stepsInView(canvas)).not.toEqual(before.steps)
    expect(await elements(), 'elements after panning').toBeLessThan(MOST_ELEMENTS)

    await page.getByRole('button', { name: 'Fit View' }).click()
    await expect.poll(async () => (await stepsInView(canvas)).length).toBe(500)
  })
})

function stepsInView(canvas: Locator): Promise<string[]> {
  return canvas.locator('.react-flow__node').evaluateAll(nodes => nodes.map(n => n.getAttribute('data-id') ?? ''))
}

/** A trigger, and behind it 498 delays in 20 columns that follow each other, and an exit. */
function fiveHundred(): Graph {
  const kinds = ['trigger', ...Array.from({ length: 498 }, () => 'delay'), 'exit']
  const at = (i: number) => ({ x: Math.floor(i / 25) * 240, y: (i % 25) * 160 })
  const steps: Record<string, Step> = Object.fromEntries(
    kinds.map((kind, i) => [`s-${i}`, { ...step(kind, {}, `Step ${i + 1}`), position: at(i) }]),
  )
  return graph(
    steps,
    kinds.slice(1).map((_, i) => `s-${i} -> s-${i + 1}`),
  )
}

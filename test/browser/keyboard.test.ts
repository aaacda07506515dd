import { describe, expect } from 'vitest'
import { type Installation, type Marketer, test } from './harness'

describe('the canvas without a mouse', () => {
  test('adds, names, connects and deletes steps by keyboard alone, and never loses the focus', async ({
    hookline,
    marketer,
  }) => {
    await makesAndUnmakes(hookline, marketer)
  })

  // Found H1: one run in some waited for ever for the way that Enter draws. Lists set what Enter takes by timers, and on a busy machine these came after the keys.
  test('takes what is marked in a list also when the machine is busy and timers come late', async ({
    hookline,
    marketer,
  }) => {
    await marketer.page.addInitScript(() => {
      const soon = window.setTimeout
      const late = (run: () => void, ms = 0, ...rest: []) => soon(run, ms === 0 ? 200 : ms, ...rest)
      window.setTimeout = late as typeof window.setTimeout
    })

    await makesAndUnmakes(hookline, marketer)
  })
})

/** All of a small campaign, made and unmade without a mouse. */
async function makesAndUnmakes(hookline: Installation, marketer: Marketer): Promise<void> {
  const { page } = marketer
  const { keyboard } = page
  const { id } = await hookline.draft('By keyboard')
  await marketer.opens(`/campaigns/${id}`)
  await marketer.reads('Drag a trigger here')

  await addsFromPalette(marketer, 'Trigger', 'Signed up')
  await addsFromPalette(marketer, 'Exit', 'Done')
  await marketer.way('Next', 'Signed up', 'Done').waitFor({ state: 'attached' })

  // Cut the way that the palette drew, and draw it anew from the list of the form.
  await keyboard.press('Escape')
  await expect.poll(() => focused(marketer)).toContain('Exit Done')
  await keyboard.press('ArrowUp')
  await expect.poll(() => focused(marketer)).toContain('Trigger Signed up')
  await keyboard.press('Enter')
  await expect.poll(() => focused(marketer)).toBe('Event')
  await tabsTo(marketer, 'Next')
  // An arrow opens the list and marks an option; Enter means nothing before.
  await keyboard.press('ArrowDown')
  await page.locator('[role=option][data-combobox-selected]', { hasText: 'Done' }).waitFor()
  await keyboard.press('Enter')
  await marketer.way('Next', 'Signed up', 'Done').waitFor({ state: 'detached' })
  await keyboard.type('Don')
  await page.getByRole('option', { name: 'Done' }).waitFor()
  await keyboard.press('ArrowDown')
  await page.locator('[role=option][data-combobox-selected]', { hasText: 'Done' }).waitFor()
  await keyboard.press('Enter')
  await marketer.way('Next', 'Signed up', 'Done').waitFor({ state: 'attached' })

  // Escape closes an open list first, and the form after it.
  await keyboard.press('ArrowDown')
  await page.getByRole('option', { name: 'Done' }).waitFor()
  await keyboard.press('Escape')
  await page.getByRole('option', { name: 'Done' }).waitFor({ state: 'hidden' })
  await expect.poll(() => focused(marketer)).toBe('Next')
  await keyboard.press('Escape')
  await expect.poll(() => focused(marketer)).toContain('Trigger Signed up')
  await keyboard.press('ArrowDown')
  await expect.poll(() => focused(marketer)).toContain('Exit Done')
  await keyboard.press('Delete')
  await marketer.step('Done').waitFor({ state: 'detached' })
  await expect.poll(() => focused(marketer)).toContain('Trigger Signed up')
  await keyboard.press('Delete')
  await marketer.step('Signed up').waitFor({ state: 'detached' })
  await expect.poll(() => focused(marketer)).toContain('Campaign canvas, 0 steps')
}

/** `/` leads to the palette, Tab through it, Enter adds. The name is typed over. */
async function addsFromPalette(marketer: Marketer, kind: string, name: string): Promise<void> {
  const { keyboard } = marketer.page
  await marketer.canvas.focus()
  await keyboard.press('/')
  await tabsTo(marketer, kind)
  await keyboard.press('Enter')
  await marketer.panel.getByRole('heading', { name: kind }).waitFor()
  await expect.poll(() => focusIsIn(marketer)).toBe('panel')
  for (let i = 0; i < 5 && (await focused(marketer)) !== 'Name'; i++) await keyboard.press('Shift+Tab')
  await keyboard.press('Control+a')
  await keyboard.type(name)
  await marketer.step(name).waitFor()
}

/** Presses Tab until the focus is on a control of this name. */
async function tabsTo(marketer: Marketer, name: string): Promise<void> {
  for (let i = 0; i < 40; i++) {
    if ((await focused(marketer)) === name) return
    await marketer.page.keyboard.press('Tab')
  }
  throw new Error(`Tab never came to "${name}"`)
}

/** The name of what has the focus, as far as a label or its words say it. */
function focused({ page }: Marketer): Promise<string> {
  return page.evaluate(() => {
    const here = document.activeElement
    if (here === null || here === document.body) return 'nothing'
    const label = here instanceof HTMLInputElement ? here.labels?.[0]?.textContent : undefined
    return here.getAttribute('aria-label') ?? label ?? here.textContent ?? ''
  })
}

function focusIsIn({ page }: Marketer): Promise<string> {
  return page.evaluate(() => (document.activeElement?.closest('aside') ? 'panel' : 'elsewhere'))
}

import { describe, expect } from 'vitest'
import type { Graph } from '#shared/graph/schema'
import { anybody, graph, step } from '../sim/graphs'
import { accessFaults, type Marketer, test, textField } from './harness'

describe('a campaign', () => {
  test('is drawn with the mouse, refused with its problems, launched, walked by a lead and explained', async ({
    hookline,
    marketer,
  }) => {
    const { page } = marketer
    await hookline.knows('ada', { email: 'ada@example.com', first_name: 'Ada' })

    await drawsFiveSteps(marketer)
    await isRefusedAtLaunch(marketer)
    await mendsTheProblems(marketer)
    await marketer.launches()
    await marketer.reads('Version 1 is live')
    await marketer.reads(/^Live/)

    // Whoever reloads the page loses this.
    await page.evaluate(() => document.body.setAttribute('data-not-reloaded', ''))
    await marketer.reads('0 passed', marketer.step('Signed up'))
    await hookline.hears('ada', 'signed_up', { plan: 'pro' })

    await marketer.reads('1 passed', marketer.step('Signed up'))
    await marketer.reads('1 waiting', marketer.step('Let it settle'))
    expect(await page.locator('body[data-not-reloaded]').count()).toBe(1)

    await seesTheCall(marketer)
    await readsTheJourney(marketer)
  }, 60_000)

  test('lets leads be removed by a list of ids, looked at first, and its report says by what they left', async ({
    hookline,
    marketer,
  }) => {
    const { page } = marketer
    const { id } = await hookline.draft('Onboarding', waitingGraph())
    await hookline.ask('POST', `/campaigns/${id}/launch`, {})
    for (const lead of ['ada', 'bob', 'eve']) await hookline.hears(lead, 'signed_up')
    await hookline.knows('joe', {})

    await marketer.opens(`/campaigns/${id}`)
    await marketer.reads('3 waiting', marketer.step('Let it settle'))
    await marketer.clicks('More')
    await page.getByRole('menuitem', { name: 'Remove leads by id' }).click()
    const dialog = page.getByRole('dialog', { name: 'Remove leads from Onboarding' })
    const file = {
      name: 'leave.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('Name;Lead ID\nAda;ada\n"Lovelace; Bob";bob\nJoe;joe\nWho;nobody\nAda again;ada\n'),
    }
    await dialog.locator('input[type="file"]').setInputFiles(file)
    await expect.poll(() => textField(dialog, 'Ids of leads').inputValue()).toBe('ada\nbob\njoe\nnobody')
    await dialog.getByRole('button', { name: 'Look up 4 ids' }).click()

    await marketer.reads(/2 journeys of 2 leads end now/, dialog)
    expect(await dialog.getByRole('region', { name: 'Ids not found' }).innerText()).toBe('nobody')
    expect(await accessFaults(page, 'all')).toEqual([])
    await textField(dialog, 'Reason').fill('Asked to leave')
    await dialog.getByRole('button', { name: 'Remove 2 leads' }).click()

    await marketer.reads('They are removed', dialog)
    await dialog.getByRole('button', { name: 'Done' }).click()
    await marketer.reads('1 waiting', marketer.step('Let it settle'))
    expect((await hookline.journeysOf('bob'))[0]?.status).toBe('exited')

    await marketer.opens(`/campaigns/${id}/report`)
    const exits = page.getByRole('region', { name: 'Exits, one by one' })
    await expect
      .poll(() => exits.getByRole('row').allInnerTexts())
      .toContainEqual(expect.stringMatching(/^Removed by hand\s+2/))
    await marketer.reads('The event "bought": Bought already', exits)
  }, 60_000)
})

/** Trigger, three days' wait; who buys leaves. */
function waitingGraph(): Graph {
  const exits = {
    when: 'at-once' as const,
    ways: [{ on: 'event' as const, event: 'bought', where: anybody, reason: 'Bought already' }],
  }
  return graph(
    {
      in: step('trigger', { event: 'signed_up', where: anybody }, 'Signed up'),
      wait: step('delay', { wait: 'P3D' }, 'Let it settle'),
    },
    ['in -> wait'],
    { exits },
  )
}

async function drawsFiveSteps(marketer: Marketer): Promise<void> {
  await marketer.opens('/')
  await marketer.clicks('Blank canvas')
  await marketer.reads('Drag a trigger here')
  const name = marketer.page.getByRole('textbox', { name: 'Campaign name' })
  await name.fill('Welcome to pro')
  await name.press('Enter')

  const steps = [
    ['Trigger', 'Signed up'],
    ['Filter', 'Chose pro?'],
    ['Call webhook', 'Welcome'],
    ['Delay', 'Let it settle'],
    ['Exit', 'Welcomed'],
  ] as const
  for (const [i, [kind, called]] of steps.entries()) {
    await marketer.drags(kind, { x: 0.4, y: 0.1 + i * 0.2 })
    await marketer.fills({ Name: called })
  }
  await marketer.connects('Signed up', 'Next', 'Chose pro?')
  await marketer.connects('Chose pro?', 'Yes', 'Welcome')
  await marketer.connects('Welcome', 'Succeeded', 'Let it settle')
  await marketer.connects('Let it settle', 'Next', 'Welcomed')
}

async function isRefusedAtLaunch(marketer: Marketer): Promise<void> {
  await marketer.launches()

  await marketer.reads('The trigger has no event.', marketer.problems)
  await marketer.reads('Chose pro?:', marketer.problems)
  await marketer.reads('Welcome:', marketer.problems)
  await marketer.reads(/^Draft$/)
  expect(await marketer.page.getByText('is live').count()).toBe(0)
}

/** From the list, each line leads to the field that it speaks of; then the rest of the forms. */
async function mendsTheProblems(marketer: Marketer): Promise<void> {
  const { page, panel } = marketer
  await marketer.problems.getByRole('button', { name: /The trigger has no event/ }).click()
  await panel.getByRole('heading', { name: 'Trigger' }).waitFor()
  await expect.poll(() => marketer.field('Event').evaluate(e => e === document.activeElement)).toBe(true)
  await page.keyboard.type('signed_up')

  await marketer.opensStep('Chose pro?')
  await marketer.fills({ Field: 'event.plan', Value: 'pro' })

  await marketer.opensStep('Welcome')
  await marketer.fills({ URL: '{{ system.sandbox }}/welcome', 'Value of email': '{{ lead.email }}' })
  await marketer.clicks('Add a line')
  await marketer.field('Key').nth(1).fill('plan')
  await marketer.fills({ 'Value of plan': '{{ event.plan }}' })

  await marketer.opensStep('Let it settle')
  await marketer.fills({ 'Wait for': '3' })
  await page.getByRole('button', { name: /No problems|hint/ }).waitFor()
}

async function seesTheCall(marketer: Marketer): Promise<void> {
  await marketer.goesTo('Sandbox')

  await marketer.page.getByRole('heading', { name: 'POST /sandbox/in/welcome' }).waitFor()
  const body = await marketer.page.getByRole('region', { name: 'body' }).innerText()
  expect(JSON.parse(body)).toEqual({ email: 'ada@example.com', plan: 'pro' })
}

async function readsTheJourney(marketer: Marketer): Promise<void> {
  const { page } = marketer
  await marketer.goesTo('Leads')
  await page.getByRole('searchbox').fill('ada@ex')
  await page.getByRole('link', { name: 'ada', exact: true }).click()
  await page.getByRole('link', { name: /Welcome to pro/ }).click()

  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  await marketer.reads(/Waits until .+: 3 days\./)

  const path = page.getByRole('region', { name: 'The path through Welcome to pro, version 1' })
  const lit = path.locator('.react-flow__node [data-light="lit"] strong')
  await expect.poll(() => lit.allInnerTexts()).toEqual(['Signed up', 'Chose pro?', 'Welcome', 'Let it settle'])
  expect(await path.locator('[data-light="dim"] strong').allInnerTexts()).toEqual(['Welcomed'])
  expect(await path.locator('.react-flow__edge-path[data-light="lit"]').count()).toBe(3)

  const line = page.getByRole('region', { name: 'Time line' })
  const details = page.getByRole('region', { name: 'Details of the selected line' })
  await line.locator('[data-is="decided"]').click()
  await expect.poll(() => details.getByRole('row').last().innerText()).toMatch(/plan.*\n?.*is pro.*"pro".*Yes/s)

  await line.locator('[data-is="attempt"]').click()
  await marketer.reads(/200/, details)
  await marketer.reads(/\d+ ms$/, details)
  await marketer.reads(/\/sandbox\/in\/welcome$/, details)
  const sent = await details.getByRole('region', { name: 'the request body' }).innerText()
  expect(JSON.parse(sent)).toEqual({ email: 'ada@example.com', plan: 'pro' })
  await details.getByRole('region', { name: 'the response body' }).waitFor()
}

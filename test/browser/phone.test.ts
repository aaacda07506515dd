import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { webhookSchema } from '#shared/rules/webhook'
import { type Screen, screens } from '#shared/screens'
import { graph, posts, step } from '../sim/graphs'
import { type Installation, test } from './harness'

const phone = { width: 390, height: 844 }

/** Words and addresses without a place to break: where one stands alone it decides how narrow its column can be. */
const long = {
  campaign: 'Donaudampfschifffahrtsgesellschaftskapitänswitwen and all others',
  step: 'tell_the_customer_relationship_management_system_of_the_subsidiary',
  lead: 'crm:0000-4711-a-very-long-identifier-from-a-system-far-away@department.example.com',
  field: 'annual_recurring_revenue_of_the_account_in_euros',
  receiver: 'https://crm.department.subsidiary.a-company-with-a-long-name.example.com/v2/leads/welcome',
}

/** What can be read on each screen once it is drawn. */
const shows: Readonly<Record<Screen, string | RegExp>> = {
  campaigns: long.campaign,
  campaign: long.step,
  report: 'Figures are live',
  leads: long.lead,
  lead: 'Send an event',
  lists: long.campaign,
  list: 'Nobody is on this list',
  journey: 'Time line',
  sandbox: 'Headers',
  webhooks: long.step,
  webhook: 'What will be sent',
  subscriptions: long.step,
  subscription: 'Last requests',
  activity: 'fails often',
  settings: 'Raise alerts',
  fields: long.field,
  hosts: long.receiver,
}

describe('on a phone', () => {
  test('no screen is wider than the window, alerts with long names included', async ({ hookline, marketer }) => {
    const { page } = marketer
    await page.setViewportSize(phone)
    const ids = await fill(hookline)

    const found: string[] = []
    for (const [name, path] of Object.entries(screens)) {
      await marketer.opens(path.replace(/\$\w+/, encodeURIComponent(ids[name as Screen] ?? '')))
      await marketer.reads(shows[name as Screen])
      if (name === 'activity')
        expect(await page.getByRole('list', { name: 'Alerts' }).getByRole('listitem').count()).toBe(2)
      found.push(...(await tooWide(page)).map(fault => `${name}: ${fault}`))
    }

    expect(found).toEqual([])
  }, 120_000)
})

/** A campaign that failed often enough for an alert, an address that was switched off, and one of everything that a screen shows. */
async function fill(hookline: Installation): Promise<Partial<Record<Screen, string>>> {
  await hookline.ask('PUT', '/sandbox', { answer: '404' })
  await hookline.ask('POST', '/receivers/off', { address: long.receiver })
  const trigger = step('trigger', { event: 'signed_up', where: { match: 'all', rules: [] } })
  const call = step('call-webhook', posts('', { url: '{{ system.sandbox }}/welcome' }), long.step)
  const { id: campaign } = await hookline.draft(long.campaign, graph({ in: trigger, call }, ['in -> call']))
  await hookline.ask('POST', `/campaigns/${campaign}/launch`, {})
  for (let i = 0; i < 20; i++) await hookline.hears(i === 0 ? long.lead : `lead-${i}`, 'signed_up')
  await expect
    .poll(async () => (await hookline.ask<{ alerts: [] }>('GET', '/alerts')).alerts.length, { timeout: 20_000 })
    .toBe(1)
  const [journey] = await hookline.journeysOf(encodeURIComponent(long.lead))
  const list = await hookline.ask<{ id: string }>('POST', '/lists', { name: long.campaign })
  const webhook = await hookline.ask<{ id: string }>('POST', '/webhooks', {
    name: long.step,
    definition: webhookSchema.parse(call.config),
  })
  await hookline.ask('PUT', `/fields/${long.field}`, { type: 'integer' })
  const told = await hookline.ask<{ id: string }>('POST', '/subscriptions', {
    name: long.step,
    target: long.receiver,
    events: ['journey.started'],
  })
  const ids = { subscription: told.id, webhook: webhook.id }
  return { ...ids, campaign, report: campaign, lead: long.lead, journey: `${journey?.id}`, list: list.id }
}

/** What scrolls sideways of that which everything stands in, and what runs out of the window without a box of its own to scroll in. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isOver = (element: Element) => element.scrollWidth > element.clientWidth + 1
    const faults = [document.documentElement, ...document.querySelectorAll('main')]
      .filter(isOver)
      .map(e => `${e.tagName.toLowerCase()} is ${e.scrollWidth} px wide in ${e.clientWidth}`)
    const scrolls = (element: Element) => {
      for (let box = element.parentElement; box !== null; box = box.parentElement)
        if (!['visible', 'clip'].includes(getComputedStyle(box).overflowX) && box.tagName !== 'MAIN') return true
      return false
    }
    const out = [
      ...document.querySelectorAll('main :is(p, a, button, input, select, textarea, h1, h2, h3, td)'),
    ].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(e))
    return [
      ...faults,
      ...out.map(e => `<${e.tagName.toLowerCase()}> "${(e.textContent ?? '').slice(0, 40)}" runs out of the window`),
    ]
  })
}

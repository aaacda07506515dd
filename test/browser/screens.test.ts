import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { sampleLeads } from '#server/http/sample'
import type { CampaignView, SandboxView } from '#shared/api'
import { setConfig } from '#shared/graph/edit'
import type { Graph } from '#shared/graph/schema'
import { graph, step } from '../sim/graphs'
import { accessFaults, Installation, Marketer, type Rules, textField, test as withBrowser } from './harness'

const shots = join(import.meta.dirname, 'shots')
mkdirSync(shots, { recursive: true })

const desk = [
  [1440, 900],
  [1024, 768],
] as const
const phone = [390, 844] as const

interface Screen {
  readonly name: string
  readonly path: string
  /** What stands there once the screen is drawn. */
  readonly shows: string | RegExp
  /** What is opened before one looks. */
  readonly opens?: (marketer: Marketer) => Promise<void>
  readonly isForPhones?: true
  /** The browser itself reports an answer of 404 in its console. */
  readonly isMissing?: true
}

/** Two installations for all screens, one without anything and one at work, and one visitor of each, whose browser keeps the scripts. */
const test = withBrowser.extend<{ empty: Installation; busy: Busy; atEmpty: Marketer; atBusy: Marketer }>({
  empty: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from this pattern what the fixture needs
    async ({}, use) => {
      const installation = await Installation.start()
      await use(installation)
      await installation.end()
    },
    { scope: 'file' },
  ],
  busy: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => {
      const installation = await Installation.start()
      await use(await fill(installation))
      await installation.end()
    },
    { scope: 'file' },
  ],
  atEmpty: [({ browser, empty }, use) => visit(browser, empty, use), { scope: 'file' }],
  atBusy: [({ browser, busy }, use) => visit(browser, busy.installation, use), { scope: 'file' }],
})

async function visit(browser: Browser, installation: Installation, use: (marketer: Marketer) => Promise<void>) {
  const marketer = await Marketer.comes(browser, installation)
  await use(marketer)
  await marketer.leaves()
}

interface Busy {
  readonly installation: Installation
  /** Places by name, for paths: `{campaign}`. */
  readonly places: Readonly<Record<string, string>>
}

const emptyScreens: readonly Screen[] = [
  { name: 'first-run', path: '/', shows: 'Blank canvas', isForPhones: true },
  { name: 'leads-empty', path: '/leads', shows: 'No leads yet', isForPhones: true },
  { name: 'sandbox-empty', path: '/sandbox', shows: 'No calls yet' },
  { name: 'activity-empty', path: '/activity', shows: 'Nothing was sent yet', isForPhones: true },
  { name: 'hosts', path: '/hosts', shows: 'Limit an endpoint' },
  { name: 'webhooks-empty', path: '/webhooks', shows: 'The library is empty', isForPhones: true },
  { name: 'settings', path: '/settings', shows: 'Raise alerts', isForPhones: true },
  { name: 'subscriptions-empty', path: '/subscriptions', shows: 'Nobody is told of anything yet', isForPhones: true },
  { name: 'subscription-new', path: '/subscriptions/new', shows: 'A journey starts', isForPhones: true },
]

const busyScreens: readonly Screen[] = [
  { name: 'campaigns', path: '/', shows: 'Welcome new sign-ups', isForPhones: true },
  { name: 'canvas-empty', path: '/campaigns/{blank}', shows: 'Drag a trigger here' },
  { name: 'canvas-live', path: '/campaigns/{live}', shows: /passed/ },
  {
    name: 'canvas-step',
    path: '/campaigns/{live}',
    shows: /passed/,
    opens: async marketer => {
      await marketer.opensStep('Warm welcome')
      await marketer.reads('What will be sent')
    },
  },
  {
    name: 'canvas-settings',
    path: '/campaigns/{live}',
    shows: /passed/,
    opens: async marketer => {
      await marketer.clicks('Settings')
      await marketer.reads('A lead may enter')
    },
  },
  {
    name: 'canvas-publish',
    path: '/campaigns/{live}',
    shows: /passed/,
    opens: async marketer => {
      await marketer.clicks('Publish v2')
      await marketer.reads('What version 2 changes')
      await textField(marketer.page, 'Leads in Let it settle, version 1').click()
      await marketer.page.getByRole('option', { name: /Keep waiting/ }).click()
      await marketer.clicks('Dry run')
      await marketer.reads('Nothing was changed or sent.')
    },
  },
  {
    name: 'canvas-versions',
    path: '/campaigns/{live}',
    shows: /passed/,
    opens: async marketer => {
      await marketer.clicks('More')
      await marketer.page.getByRole('menuitem', { name: 'Versions' }).click()
      await marketer.reads('Restore as draft')
    },
  },
  {
    name: 'canvas-problems',
    path: '/campaigns/{faulty}',
    shows: /\d problems/,
    opens: async marketer => {
      await marketer.launches()
      await marketer.problems.getByRole('listitem').first().waitFor()
    },
  },
  { name: 'report', path: '/campaigns/{live}/report', shows: 'Figures are live' },
  { name: 'leads', path: '/leads', shows: 'ada@example.com', isForPhones: true },
  { name: 'leads-nothing-found', path: '/leads?search=zzz', shows: 'No lead matches "zzz"', isForPhones: true },
  { name: 'lead', path: '/leads/{lead}', shows: 'Send an event', isForPhones: true },
  { name: 'inspector', path: '/journeys/{journey}', shows: 'Time line', isForPhones: true },
  { name: 'sandbox', path: '/sandbox', shows: 'Headers' },
  { name: 'activity', path: '/activity', shows: 'Received', isForPhones: true },
  {
    name: 'receivers',
    path: '/hosts',
    shows: 'Endpoints in trouble',
    opens: async marketer => {
      await marketer.clicks('Switch on… https://crm.example.com/leads')
      await marketer.reads('Nobody waits for it.')
    },
  },
  { name: 'subscriptions', path: '/subscriptions', shows: 'Last success', isForPhones: true },
  { name: 'subscription', path: '/subscriptions/{told}', shows: 'Last requests', isForPhones: true },
  { name: 'api-docs', path: '/api/docs', shows: '/leads/{externalId}' },
  { name: 'nothing-here', path: '/no-such-page', shows: 'There is no page at this address', isMissing: true },
]

describe('every screen is drawn for everybody, in both themes, without a sideways scroll', () => {
  test.for(emptyScreens)('$name', async (screen, { atEmpty }) => {
    expect(await faultsOf(screen, atEmpty, screen.path)).toEqual([])
  })

  test.for(busyScreens)('$name', async (screen, { atBusy, busy: { places } }) => {
    const path = screen.path.replace(/\{(\w+)\}/, (_, place: string) => places[place] ?? '')
    expect(await faultsOf(screen, atBusy, path)).toEqual([])
  })
})

/** Looks at a screen in every size and theme, keeps a picture of each, and answers everything that is wrong. */
async function faultsOf(screen: Screen, marketer: Marketer, path: string): Promise<string[]> {
  const { page } = marketer
  const faults: string[] = []
  const sizes = [...desk, ...(screen.isForPhones ? [phone] : [])]
  for (const [i, [width, height]] of sizes.entries()) {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width, height })
    // A drawing is fitted to the window when it opens.
    if (i === 0 || isDrawing(path)) {
      await marketer.opens(path)
      await marketer.reads(screen.shows)
      await screen.opens?.(marketer)
    }
    faults.push(
      ...(await faultsInBothThemes(page, { name: `${screen.name}-${width}`, rules: i === 0 ? 'all' : drawn })),
    )
  }
  const troubles = marketer.troubles.splice(0)
  return [...faults, ...troubles.filter(trouble => !(screen.isMissing && trouble.includes('404')))]
}

function isDrawing(path: string): boolean {
  return /^\/(campaigns|journeys)\/[^/]+$/.test(path)
}

/** The rules whose answer may change with the theme or the size of the window; all others are asked once. */
const drawn = [
  'color-contrast',
  'link-in-text-block',
  'target-size',
  'scrollable-region-focusable',
  'button-name',
  'link-name',
  'label',
]

async function faultsInBothThemes(page: Page, { name, rules }: { name: string; rules: Rules }): Promise<string[]> {
  const faults: string[] = []
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await settled(page)
    const found = await accessFaults(page, theme === 'light' ? rules : drawn)
    faults.push(...[...found, ...(await sidewaysScroll(page))].map(fault => `${name}-${theme}: ${fault}`))
    await page.screenshot({ path: join(shots, `${name}-${theme}.png`) })
  }
  return faults
}

/** Fonts are there, and what was changed was painted. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  })
}

async function sidewaysScroll(page: Page): Promise<string[]> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  return over > 0 ? [`the page is ${over} px wider than the window`] : []
}

/** The sample campaign at work, a draft with problems, a blank one, and leads with long names. */
async function fill(installation: Installation): Promise<Busy> {
  const sample = await installation.ask<CampaignView>('POST', '/campaigns/sample', {})
  await installation.ask('PUT', '/sandbox', { answer: 'json', json: '{"contact":{"id":"c-1001"}}' })
  await installation.ask('POST', `/campaigns/${sample.id}/launch`, {})
  await installation.ask('POST', '/receivers/off', { address: 'https://crm.example.com/leads' })
  const listener = { target: `${installation.origin}/sandbox/in/listener`, events: ['journey.started', 'webhook.dead'] }
  const { id: told } = await installation.ask<{ id: string }>('POST', '/subscriptions', {
    ...listener,
    name: 'Customer relationship management system of the subsidiary in Donaudampfschifffahrtsgesellschaft',
    auth: { as: 'signature' },
  })
  await installation.ask('POST', `/subscriptions/${told}/on`, {})
  await installation.ask('POST', '/subscriptions', { ...listener, target: 'https://nobody.example.com/hook' })
  const faulty = await installation.draft('Win back customers who have not opened anything since spring', faultyGraph())
  const blank = await installation.draft('Spring sale')
  await installation.knows('crm:0000-4711-a-very-long-identifier-from-a-system-far-away@department.example.com', {
    email: 'maximiliane.featherstonehaugh-cholmondeley@a-company-with-a-long-name.example.com',
    name: 'Maximiliane Featherstonehaugh-Cholmondeley von und zu Hohenstein',
  })
  for (const lead of sampleLeads) await installation.hears(lead.externalId, 'signed_up', { plan: 'pro' })
  const { lead, journey } = await firstWaiting(installation)
  await installation.ask('PUT', `/campaigns/${sample.id}`, { graph: withLongerDelay(sample.graph) })
  return { installation, places: { live: sample.id, faulty: faulty.id, blank: blank.id, lead, journey, told } }
}

/** A draft that differs from what is live in the step where leads wait. */
function withLongerDelay(live: Graph): Graph {
  return setConfig(live, 'settle', { ...live.steps['settle']?.config, wait: 'P9D' })
}

/** Somebody was called and waits in the delay. At any hour it is day for some of the sample's leads. */
async function firstWaiting(installation: Installation): Promise<{ lead: string; journey: string }> {
  let found: { lead: string; journey: string } | undefined
  await expect
    .poll(
      async () => {
        const { total } = await installation.ask<SandboxView>('GET', '/sandbox')
        if (total === 0) return false
        for (const { externalId: lead } of sampleLeads) {
          const [journey] = await installation.journeysOf(lead)
          if (journey?.step === 'settle') found = { lead, journey: `${journey.id}` }
        }
        return found !== undefined
      },
      { timeout: 15_000, interval: 200 },
    )
    .toBe(true)
  if (found === undefined) throw new Error('Nobody waits in the delay.')
  return found
}

/** A batch with a webhook in it, a filter that asks nothing, a delay without length and a step that nothing leads to. */
function faultyGraph(): Graph {
  const steps = {
    batch: { ...step('batch', {}, 'All quiet customers'), position: { x: 260, y: 0 } },
    asks: {
      ...step('filter', { condition: { match: 'all', rules: [] } }, 'Bought something?'),
      position: { x: 260, y: 160 },
    },
    waits: { ...step('delay', { wait: 'PT0M' }, 'A moment'), position: { x: 0, y: 320 } },
    calls: { ...step('call-webhook', {}, 'Tell the call centre'), position: { x: 260, y: 320 } },
    alone: { ...step('exit', {}, 'Never reached'), position: { x: 520, y: 320 } },
  }
  return graph(steps, ['batch -> asks', 'asks:yes -> waits', 'asks:no -> calls'])
}

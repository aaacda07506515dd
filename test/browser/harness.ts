import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { test as base, expect } from 'vitest'
import type { CampaignView, JourneyView } from '#shared/api'
import type { Graph } from '#shared/graph/schema'
import type { JsonObject } from '#shared/json'
import { type Hookline, startHookline } from '../bench/hookline'
import { dropFolder, root, scratchFolder } from '../bench/processes'

/** A server or a browser that takes longer than this to end is a failure. */
const PATIENCE_MS = 30_000

/**
 * The product as its users meet it: the built server as a process with a database of its own, a real Chromium, and a marketer who speaks in
 * the product's words. `hookline` and `marketer` come new with each test and end with it, whatever way it ends; the browser is one for the file.
 * No test may leave a console error, a page error, a breach of the content security policy or a request to another address.
 */
export const test = base.extend<{
  browser: Browser
  hookline: Installation
  marketer: Marketer
}>({
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from this pattern what the fixture needs
    async ({}, use) => {
      const browser = await startBrowser()
      await use(browser)
      await browser.close()
    },
    { scope: 'file' },
  ],
  // Ended by hooks, not behind `use`: a hook also runs when the time of the test is over before the server stands, and when another one threw.
  hookline: async ({ onTestFinished }, use) => {
    const starting = Installation.start()
    onTestFinished(async () => (await starting).end(), PATIENCE_MS)
    await use(await starting)
  },
  marketer: async ({ browser, hookline, onTestFinished }, use) => {
    const marketer = await Marketer.comes(browser, hookline)
    onTestFinished(async () => {
      await marketer.leaves()
      expect(marketer.troubles).toEqual([])
    }, PATIENCE_MS)
    await use(marketer)
  },
})

/** No packet leaves this machine: no name but loopback's is resolved, and nothing is looked up in the background. */
const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
]

async function startBrowser(): Promise<Browser> {
  // Plain JavaScript without types, shared with the scripts that run before anything is compiled.
  const { findChromium } = (await import(join(root, 'test/chromium.mjs'))) as { findChromium: () => string | undefined }
  const executablePath = findChromium()
  if (executablePath === undefined)
    throw new Error('There is no Chromium here: install one, or name it with CHROMIUM_PATH=/path.')
  return chromium.launch({ executablePath, args: browserArgs })
}

/** A running server with a database of its own. */
export class Installation {
  private constructor(
    private readonly server: Hookline,
    private readonly dataDir: string,
  ) {}

  get origin(): string {
    return this.server.origin
  }

  /** Starts the server that was built. Rejects when dist/ is missing or older than the sources: it would be the wrong product. */
  static async start(): Promise<Installation> {
    const { isBuilt } = (await import(join(root, 'server/build.mjs'))) as { isBuilt: () => boolean }
    if (!isBuilt()) throw new Error('dist/ is not what the sources would give. Run "node server/build.mjs" first.')
    const dataDir = scratchFolder()
    return new Installation(await startHookline({ dataDir, open: [] }), dataDir)
  }

  /** Asks the server to stop in order; what does not obey is killed, and the folder goes with it. */
  async end(): Promise<void> {
    try {
      expect(await this.server.stop(), 'how the server ended').toEqual({ code: 0, signal: null })
    } finally {
      this.server.process.signal('SIGKILL')
      dropFolder(this.dataDir)
    }
  }

  /** One call of the API, below /api/v1. Rejects with the answer's text when it is not a success. */
  async ask<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`)
    return JSON.parse(text) as T
  }

  /** A lead as an outside system would put it. */
  async knows(lead: string, attributes: JsonObject, time_zone = 'Europe/London'): Promise<void> {
    await this.ask('PUT', `/leads/${encodeURIComponent(lead)}`, { attributes, time_zone })
  }

  /** An event as an outside system would post it. */
  async hears(lead: string, name: string, properties: JsonObject = {}): Promise<void> {
    await this.ask('POST', '/events', { id: `${lead}-${name}-${++this.events}`, lead, name, properties })
  }
  private events = 0

  draft(name: string, graph?: Graph): Promise<CampaignView> {
    return this.ask('POST', '/campaigns', { name, ...(graph === undefined ? {} : { graph }) })
  }

  /** All journeys of a lead, newest first. */
  async journeysOf(lead: string): Promise<readonly JourneyView[]> {
    const { journeys } = await this.ask<{ journeys: JourneyView[] }>('GET', `/leads/${lead}/journeys`)
    return journeys
  }
}

/** A point of the canvas, in shares of its width and height. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** Somebody who uses the screens with a mouse and a keyboard. */
export class Marketer {
  /** What must not happen and did: console and page errors, breaches of the policy, requests to elsewhere. */
  readonly troubles: string[] = []

  private constructor(
    readonly page: Page,
    private readonly origin: string,
  ) {
    page.on('console', message => {
      if (message.type() === 'error') this.troubles.push(`console on ${this.where()}: ${message.text()}`)
    })
    page.on('pageerror', error => this.troubles.push(`page error on ${this.where()}: ${error.message}`))
    page.on('request', request => {
      const { protocol, origin: to } = new URL(request.url())
      if (protocol.startsWith('http') && to !== origin) this.troubles.push(`a request to ${to} on ${this.where()}`)
    })
  }

  /** A new visitor: no cookies, nothing stored. Motion is off, so that nothing is looked at halfway. */
  static async comes(browser: Browser, { origin }: Installation): Promise<Marketer> {
    const context = await browser.newContext({
      baseURL: origin,
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
    })
    // How long a busy machine may take for one thing; what never comes is found all the same.
    context.setDefaultTimeout(30_000)
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', e =>
        console.error(`The content security policy (${e.violatedDirective}) refused ${e.blockedURI}`),
      )
    })
    return new Marketer(await context.newPage(), origin)
  }

  async leaves(): Promise<void> {
    await this.page.context().close()
  }

  private where(): string {
    return this.page.url().replace(this.origin, '')
  }

  // Anywhere

  async opens(path: string): Promise<void> {
    await this.page.goto(path)
  }

  async clicks(button: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).click()
  }

  /** Goes to a screen by the rail at the left. */
  async goesTo(screen: 'Campaigns' | 'Leads' | 'Activity' | 'Sandbox' | 'Settings'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: screen }).click()
  }

  /** Waits until these words can be read, here or in one part of the page. */
  async reads(words: string | RegExp, part: Locator | Page = this.page): Promise<void> {
    await part.getByText(words).first().waitFor()
  }

  // On the canvas

  get canvas(): Locator {
    return this.page.locator('[data-canvas]')
  }

  get palette(): Locator {
    return this.page.getByRole('navigation', { name: 'Steps to add' })
  }

  /** The open form of a step, or of the campaign's settings. */
  get panel(): Locator {
    return this.page.getByRole('complementary')
  }

  step(name: string): Locator {
    return this.canvas.locator('.react-flow__node').filter({ has: this.page.locator(`strong[title="${name}"]`) })
  }

  way(label: string, from: string, to: string): Locator {
    return this.canvas.locator(`.react-flow__edge[aria-label="${label} from ${from} to ${to}"]`)
  }

  /** Drags a step kind from the palette to a place of the canvas, with the mouse. Its form opens. */
  async drags(kind: string, to: Place): Promise<void> {
    const pane = await boxOf(this.canvas)
    const item = this.palette.getByRole('button', { name: kind, exact: true })
    await this.pulls(middle(await boxOf(item)), { x: pane.x + to.x * pane.width, y: pane.y + to.y * pane.height })
    await this.panel.getByRole('heading', { name: kind }).waitFor()
  }

  /** Draws a way from a port of one step to another step, with the mouse. */
  async connects(from: string, port: string, to: string): Promise<void> {
    const out = this.step(from).locator(`.react-flow__handle.source[title="${port}"]`)
    const into = this.step(to).locator('.react-flow__handle.target')
    await this.pulls(middle(await boxOf(out)), middle(await boxOf(into)))
    await this.way(port, from, to).waitFor({ state: 'attached' })
  }

  private async pulls(from: Place, to: Place): Promise<void> {
    const { mouse } = this.page
    await mouse.move(from.x, from.y)
    await mouse.down()
    await mouse.move(to.x, to.y, { steps: 10 })
    await mouse.up()
  }

  /** Opens the form of a step by a click on it. */
  async opensStep(name: string): Promise<void> {
    await this.step(name).click()
    await this.panel.getByRole('textbox', { name: 'Name', exact: true }).waitFor()
  }

  /** A text field of the open form, by its label. */
  field(label: string): Locator {
    return textField(this.panel, label)
  }

  /** Fills fields of the open form, by their labels. */
  async fills(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(values)) {
      await this.field(label).fill(value)
      // Suggestions of one field may lie over the next.
      await this.page.keyboard.press('Tab')
    }
  }

  async launches(): Promise<void> {
    await this.page.getByRole('button', { name: /^Launch/ }).click()
  }

  /** The list of problems in the header's popover. */
  get problems(): Locator {
    return this.page.getByRole('dialog', { name: 'Problems' })
  }
}

/** What can be typed into under this label. Mantine's list of suggestions carries the label of its field too: it is left out. */
export function textField(part: Locator | Page, label: string): Locator {
  return part.getByLabel(label, { exact: true }).and(part.locator('input, textarea'))
}

interface Box extends Place {
  readonly width: number
  readonly height: number
}

async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox()
  if (box === null) throw new Error(`${locator} is not to be seen`)
  return box
}

function middle({ x, y, width, height }: Box): Place {
  return { x: x + width / 2, y: y + height / 2 }
}

const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8')

export type Rules = 'all' | readonly string[]

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly help: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[]
}

/** The serious and critical violations of accessibility rules on the page as it stands, each as a sentence. `rules`: those of axe that are asked. */
export async function accessFaults(page: Page, rules: Rules): Promise<string[]> {
  // Evaluated, not added as a script: the content security policy allows none.
  const isThere = await page.evaluate(() => 'axe' in globalThis)
  if (!isThere) await page.evaluate(axe)
  const options = { resultTypes: ['violations'], ...(rules === 'all' ? {} : { runOnly: rules }) }
  const violations = (await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  )) as Violation[]
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(n => `${id} (${help}): ${n.target.join(' ')} ${n.failureSummary?.split('\n')[1]?.trim() ?? ''}`),
    )
}

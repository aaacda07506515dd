import type { Graph, Settings, Step } from '#shared/graph/schema'
import { type Delivery, plainDelivery } from '#shared/rules/delivery'
import { anybody, capOf, goalOf, graph, step } from '../sim/graphs'

/** The campaigns of the bench and of the crash tests, and the bytes that undici alone posts. */

/** Who signs up is called, with some 200 bytes. Every lead of the bench passes the filter. */
export function benchCampaign(webhookUrl: string, more: Differing = {}): Graph {
  const { event = 'signed_up', condition = paying, values = {}, settings = {}, retry = 'none' } = more
  return graph(
    {
      start: step('trigger', { event, where: anybody }),
      paying: step('filter', { condition }),
      call: call(webhookUrl, { ...plainValues, ...values }, retry),
      done: step('exit'),
    },
    ['start -> paying', 'paying:yes -> call', 'call -> done'],
    settings,
  )
}

interface Differing {
  readonly event?: string
  readonly condition?: unknown
  /** Other values in the body, by name. */
  readonly values?: Readonly<Record<string, string>>
  readonly settings?: Partial<Settings>
  readonly retry?: Delivery['retry']
}

/** Every event of this name leads to a call, however often it comes. */
export function everyTime(webhookUrl: string, event: string): Graph {
  return benchCampaign(webhookUrl, { event, settings: { entry: { rule: 'every-time' } } })
}

/** Waits until the instant that the event names, then calls an address that names it too. */
export function timed(sink: string): Graph {
  const wait = step('wait-until', { until: 'field', field: 'event.due', offset: 0, whenPassed: 'go-on' })
  return graph(
    {
      start: step('trigger', { event: 'signed_up', where: anybody }),
      wait: { ...wait, version: OLDER.waitUntil },
      call: call(`${sink}/due/{{ event.due_ms }}`, plainValues),
      done: step('exit'),
    },
    ['start -> wait', 'wait -> call', 'call -> done'],
  )
}

/** So many steps in a row that each write a field of the lead, and no call. */
export function updates(count: number): Graph {
  const ids = Array.from({ length: count }, (_, i) => `write-${i}`)
  const writing = ids.map((id, i) => {
    const changes = [{ field: `seen_${i}`, do: 'set', value: '{{ event.plan }}' }]
    return [id, step('update-lead', { changes })] as const
  })
  const steps = ['start', ...ids, 'done']
  return graph(
    {
      start: step('trigger', { event: 'signed_up', where: anybody }),
      ...Object.fromEntries(writing),
      done: step('exit'),
    },
    steps.slice(1).map((id, i) => `${steps[i]} -> ${id}`),
  )
}

/** Nobody is let in: the trigger asks for what no lead has. */
export function refusing(webhookUrl: string): Graph {
  const where = { match: 'all', rules: [{ field: 'event.plan', op: 'is', value: 'free' }] }
  const { steps, ...rest } = benchCampaign(webhookUrl)
  return { ...rest, steps: { ...steps, start: step('trigger', { event: 'signed_up', where }) } }
}

/** A cap that counts everything and holds nobody. */
export const wideCap: Partial<Settings> = { caps: [capOf(1000, 30, 'days')] }

/** Quiet hours, which are not now, a cap, a goal and an exit. */
export function allFeatures(): Partial<Settings> {
  const inThreeDays = ((new Date().getUTCDay() + 2) % 7) + 1
  const reason = ''
  return {
    ...wideCap,
    quietHours: {
      windows: [{ days: [inThreeDays], start: '01:00', end: '05:00' }],
      holidays: [],
      whenQuiet: 'wait',
      spread: null,
    },
    goals: [goalOf('bought')],
    exits: { ways: [{ on: 'event', event: 'left', where: { match: 'all', rules: [] }, reason }], when: 'at-once' },
  }
}

/** The lead did this at least once in a month. */
export function did(event: string): unknown {
  const rule = { did: event, times: { op: 'at-least', n: 1 }, within: 'P30D', where: anybody }
  return { match: 'all', rules: [rule] }
}

const paying = { match: 'all', rules: [{ field: 'event.plan', op: 'is', value: 'pro' }] }

/** As an older build reads them, against which this one may be measured; a newer one brings them up to date. */
const OLDER = { call: 4, waitUntil: 1 }

function call(url: string, values: Readonly<Record<string, string>>, retry: Delivery['retry'] = 'none'): Step {
  const pairs = Object.entries(values).map(([key, value]) => ({ key, value }))
  const request = { method: 'POST', url, headers: [], body: { as: 'pairs', pairs } }
  return {
    ...step('call-webhook', { request, delivery: { ...plainDelivery, retry } }),
    version: OLDER.call,
  }
}

const text = 'A lead signed up; please greet them within the hour, by name.'
const plainValues = {
  lead: '{{ lead.external_id }}',
  email: '{{ event.email }}',
  plan: '{{ event.plan }}',
  amount: '{{ event.amount }}',
  campaign: '{{ campaign.id }}',
  text,
}

/** The bytes that undici alone posts: those that Hookline sends for the n-th lead, some 200. */
export function webhookBody(n: number): string {
  const lead = `run-${n}`
  const amount = 100 + (n % 50)
  return JSON.stringify({
    lead,
    email: `${lead}@example.com`,
    plan: 'pro',
    amount,
    campaign: 'bench-campaign',
    text,
  })
}

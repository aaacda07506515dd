import type { Graph } from '#shared/graph/schema'
import { plainDelivery } from '#shared/rules/delivery'
import { graph, step } from '../sim/graphs'

/** The campaign of the bench: trigger, filter, call webhook, exit. Every lead of the bench passes the filter. */
export function benchCampaign(webhookUrl: string): Graph {
  return graph(
    {
      start: step('trigger', { event: 'signed_up', where: { match: 'all', rules: [] } }),
      paying: step('filter', {
        condition: { match: 'all', rules: [{ field: 'event.plan', op: 'is', value: 'pro' }] },
      }),
      call: {
        ...step('call-webhook', {
          request: {
            method: 'POST',
            url: webhookUrl,
            headers: [],
            body: { as: 'pairs', pairs: pairs.map(([key, value]) => ({ key, value })) },
          },
          delivery: { ...plainDelivery, retry: 'none' },
        }),
        version: CALL_VERSION,
      },
      done: step('exit'),
    },
    ['start -> paying', 'paying:yes -> call', 'call -> done'],
  )
}

/** As an older build reads it, against which this one may be measured; a newer one brings it up to date. */
const CALL_VERSION = 4

const pairs = [
  ['lead', '{{ lead.external_id }}'],
  ['email', '{{ event.email }}'],
  ['plan', '{{ event.plan }}'],
  ['amount', '{{ event.amount }}'],
  ['campaign', '{{ campaign.id }}'],
  ['text', 'A lead signed up; please greet them within the hour, by name.'],
] as const

/** The bytes that undici alone posts: those that Hookline sends for the n-th lead, some 200. */
export function webhookBody(n: number): string {
  const lead = `run-${n}`
  const text = pairs.at(-1)?.[1]
  return JSON.stringify({
    lead,
    email: `${lead}@example.com`,
    plan: 'pro',
    amount: 100 + (n % 50),
    campaign: 'bench-campaign',
    text,
  })
}

import { defaultSettings, type Graph } from '#shared/graph/schema'
import { plainCap } from '#shared/rules/caps'
import { always } from '#shared/rules/conditions'
import { night } from '#shared/rules/quiet'
import { plainWebhook } from '#shared/rules/webhook'
import type { LeadInput } from '#shared/store/leads'

/** What a step has beside its request when the webhook is its own. */
const ownWebhook = { ...plainWebhook, webhook: '', own: [], quietHours: { as: 'campaign' }, caps: 'obey' }

// What "Start with a sample campaign" makes: a dozen leads around the world, and a campaign with each sort of step that
// calls the built-in receiver.

export const sampleName = 'Welcome new sign-ups'

const lead = (externalId: string, zone: string, attributes: LeadInput['attributes']): LeadInput => ({
  externalId,
  zone,
  attributes: { email: `${externalId}@example.com`, ...attributes },
})

/** Importing them twice changes nothing. */
export const sampleLeads: readonly LeadInput[] = [
  lead('ada', 'Europe/London', { first_name: 'Ada', country: 'United Kingdom', plan: 'pro', visits: 14 }),
  lead('amara', 'Africa/Lagos', { first_name: 'Amara', country: 'Nigeria', plan: 'free', visits: 3 }),
  lead('bruno', 'America/Sao_Paulo', { first_name: 'Bruno', country: 'Brazil', plan: 'team', visits: 22 }),
  lead('chiara', 'Europe/Rome', { first_name: 'Chiara', country: 'Italy', plan: 'free', visits: 1 }),
  lead('diego', 'America/Mexico_City', { first_name: 'Diego', country: 'Mexico', plan: 'pro', visits: 8 }),
  lead('emma', 'Europe/Berlin', { first_name: 'Emma', country: 'Germany', plan: 'team', visits: 31 }),
  lead('hana', 'Asia/Tokyo', { first_name: 'Hana', country: 'Japan', plan: 'pro', visits: 17 }),
  lead('jiwoo', 'Asia/Seoul', { first_name: 'Ji-woo', country: 'South Korea', plan: 'free', visits: 5 }),
  lead('liam', 'America/New_York', { first_name: 'Liam', country: 'United States', plan: 'team', visits: 40 }),
  lead('noor', 'Asia/Dubai', { first_name: 'Noor', country: 'United Arab Emirates', plan: 'pro', visits: 9 }),
  lead('olivia', 'Australia/Sydney', { first_name: 'Olivia', country: 'Australia', plan: 'free', visits: 2 }),
  lead('priya', 'Asia/Kolkata', { first_name: 'Priya', country: 'India', plan: 'team', visits: 27 }),
]

const countries = [
  'Australia',
  'Brazil',
  'Germany',
  'India',
  'Italy',
  'Japan',
  'Mexico',
  'South Korea',
  'United Kingdom',
  'United States',
]

/** Cards are 200 x 84 with gaps of 60: a row every 144, a column every 260. */
const at = (column: number, row: number) => ({ x: column * 260, y: row * 144 })
const pairs = (values: Readonly<Record<string, string>>) => ({
  as: 'pairs',
  pairs: Object.entries(values).map(([key, value]) => ({ key, value })),
})
const headers = [{ name: 'x-source', value: 'hookline-sample' }]

const counted = { where: always, within: 'P7D', from: 'entry', counts: 'once', value: null } as const

export const sampleGraph: Graph = {
  hookline: 1,
  steps: {
    'signed-up': {
      kind: 'trigger',
      version: 1,
      name: 'Signed up',
      position: at(1, 0),
      config: { event: 'signed_up', where: { match: 'all', rules: [] } },
    },
    'our-markets': {
      kind: 'filter',
      version: 1,
      name: 'In our markets?',
      position: at(1, 1),
      config: { condition: { match: 'all', rules: [{ field: 'lead.country', op: 'one-of', value: countries }] } },
    },
    'not-yet': {
      kind: 'exit',
      version: 1,
      name: 'Not there yet',
      position: at(2, 2),
      config: { as: 'exited', reason: 'Not in our markets yet' },
    },
    tone: {
      kind: 'variants',
      version: 1,
      name: 'Which tone?',
      position: at(1, 2),
      config: {
        variants: [
          { id: 'warm', label: 'Warm', weight: 45 },
          { id: 'brisk', label: 'Brisk', weight: 45 },
        ],
        control: 10,
      },
    },
    'welcome-warm': {
      kind: 'call-webhook',
      version: 3,
      name: 'Warm welcome',
      position: at(0, 3),
      config: welcome('warm', 'Hello {{ lead.first_name | default: "there" }}, it is good to have you here.'),
    },
    'welcome-brisk': {
      kind: 'call-webhook',
      version: 3,
      name: 'Brisk welcome',
      position: at(1, 3),
      config: welcome('brisk', '{{ lead.first_name | default: "Hello" }}, you are in. Three steps to start.'),
    },
    settle: {
      kind: 'delay',
      version: 2,
      name: 'Let it settle',
      position: at(0.5, 4),
      config: { wait: 'PT1M', after: 'go-on', weekdays: [1, 2, 3, 4, 5], time: '09:00' },
    },
    'follow-up': {
      kind: 'call-webhook',
      version: 3,
      name: 'Follow up',
      position: at(0.5, 5),
      config: {
        ...ownWebhook,
        request: {
          method: 'POST',
          url: '{{ system.sandbox }}/follow-up',
          headers,
          body: pairs({ crm_id: '{{ lead.crm_id }}', email: '{{ lead.email }}', plan: '{{ lead.plan }}' }),
        },
      },
    },
    welcomed: {
      kind: 'exit',
      version: 1,
      name: 'Welcomed',
      position: at(0.5, 6),
      config: { as: 'finished', reason: 'Welcomed and followed up' },
    },
    'left-alone': {
      kind: 'exit',
      version: 1,
      name: 'Left alone',
      position: at(2, 3),
      config: { as: 'finished', reason: 'Control group: nothing is sent' },
    },
  },
  edges: [
    { from: 'signed-up', port: 'next', to: 'our-markets' },
    { from: 'our-markets', port: 'yes', to: 'tone' },
    { from: 'our-markets', port: 'no', to: 'not-yet' },
    { from: 'tone', port: 'warm', to: 'welcome-warm' },
    { from: 'tone', port: 'brisk', to: 'welcome-brisk' },
    { from: 'tone', port: 'control', to: 'left-alone' },
    { from: 'welcome-warm', port: 'succeeded', to: 'settle' },
    { from: 'welcome-brisk', port: 'succeeded', to: 'settle' },
    { from: 'settle', port: 'next', to: 'follow-up' },
    { from: 'follow-up', port: 'succeeded', to: 'welcomed' },
  ],
  settings: {
    ...defaultSettings,
    entry: { rule: 'every-time' },
    goals: [
      { ...counted, id: 'upgraded', name: 'Upgraded', event: 'upgraded' },
      {
        ...counted,
        id: 'revenue',
        name: 'Revenue',
        event: 'purchased',
        from: 'last-touch',
        counts: 'every',
        value: { property: 'amount', currency: { is: 'fixed', code: 'EUR' } },
      },
    ],
    quietHours: night,
    caps: [{ ...plainCap, name: 'Weekly cap', most: 4 }],
  },
}

function welcome(tone: string, text: string) {
  return {
    ...ownWebhook,
    request: {
      method: 'POST',
      url: '{{ system.sandbox }}/welcome',
      headers,
      body: pairs({ email: '{{ lead.email }}', tone, text, plan: '{{ event.plan | default: lead.plan }}' }),
    },
    mappings: [{ path: 'contact.id', field: 'crm_id' }],
  }
}

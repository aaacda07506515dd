// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Braze writes names so
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { repairStep } from '#shared/graph/repair'
import type { Graph } from '#shared/graph/schema'
import { validate } from '#shared/graph/validate'
import type { Json } from '#shared/json'
import type { Problem, Repair } from '#shared/problems'
import { renderRequest, type Tokens } from '#shared/render'
import { asProfile } from '#shared/rules/content-type'
import type { Webhook } from '#shared/rules/webhook'
import type { Body, WebhookRequest } from '#shared/rules/webhook-request'
import { kindOf } from '#shared/steps/index'
import { anybody, graph, step } from '../sim/graphs'

// One suite over every repair that a problem may carry: one click mends the problem, brings no other, and changes nothing for a lead who has all values.

const now = Date.parse('2026-11-24T06:05:09Z')
/** Leads who have every value: plain ones, and those that are easily taken for nothing. */
const leads = [
  { name: 'Ann', first_name: 'Ann', company: 'Acme', vip: true, age: 36, zip: '01067', tags: ['a'], x: 'b' },
  { name: 'false', first_name: '0', company: '0', vip: false, age: 0, zip: '36', tags: ['a', 'b'], x: 'null' },
]

function tokensOf(attributes: (typeof leads)[number]): Tokens {
  const properties = { plan: 'pro', total: 0, ok: false }
  return {
    campaign: { id: 'c-1', name: 'Welcome' },
    memory: { event: { id: 'e-1', name: 'signed_up', at: now, properties }, variants: {}, response: { n: 7 } },
    world: {
      now,
      zone: 'UTC',
      zoneFrom: 'lead',
      system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' },
      lead: { id: 1, externalId: 'ada', attributes, zone: 'UTC' },
    },
  }
}

/** Tokens in each dialect that templates may hold. */
const tokens = [
  '{{ lead.name }}',
  '{{ lead.vip }}',
  '{{ lead.age | plus: 1 }}',
  '{{- lead.zip -}}',
  '{{lead.Company}}',
  '{{lead.First Name}}',
  '{{ lead.First Name | upcase }}',
  '{{company.Company Name}}',
  '{{trigger.Plan}}',
  '{{${first_name}}}',
  '{{custom_attribute.${age} | plus: 1}}',
  '{{event_properties.${total}}}',
  '{{ event.ok }}',
  '{{ lead.tags | join: "," }}',
]

const text = (text: string, contentType: string, encoding?: Extract<Body, { as: 'text' }>['encoding']): Body =>
  encoding === undefined ? { as: 'text', text, contentType } : { as: 'text', text, contentType, encoding }

const bodies: readonly Body[] = [
  { as: 'none' },
  ...tokens.flatMap((token): Body[] => [
    { as: 'pairs', pairs: [{ key: 'a', value: `Hi ${token}, ${token}!` }] },
    { as: 'form', pairs: [{ key: 'a', value: token }] },
    text(`Hi ${token} and {{ lead.x }}`, 'text/plain'),
    text(`a=${token}&b=${token}`, 'application/x-www-form-urlencoded', 'none'),
    text(`a=${token}`, 'application/x-www-form-url-encoded', 'auto'),
    text(`{"a":"${token}","b":"Hi ${token}"}`, 'application/json'),
    text(`{"a":"${token}","b":"Hi ${token}"}`, 'application/json', 'auto'),
    text(`{"a":"${token}"}`, 'text/plain', 'auto'),
    text(`{"a": "${token}"}`, ''),
    text(`<a b="${token}">${token}</a>`, 'text/xml'),
    text(`<a>${token}</a>`, '', 'none'),
    text(`<a>${token}</a>`, 'text/plain', 'auto'),
  ]),
  text('{"n": {{ response.n }}, "a": "{{lead.Company:default=you}}"}', 'application/json'),
  text('{"n": {% if lead.vip %}1{% else %}0{% endif %}{{ lead.age }}}', 'application/json'),
  text('{"n": {% if lead.age %}1{% endif %}}', 'application/json'),
  { as: 'pairs', pairs: [{ key: 'k', value: 'sk_live_abcdefgh1234' }] },
]

const requests: readonly Partial<WebhookRequest>[] = [
  ...bodies.map(body => ({ body })),
  ...tokens.map(token => ({ url: `https://a.example/${token}?q=${token}` })),
  ...tokens.map(token => ({ headers: [{ name: 'x-lead', value: token }] })),
  { url: 'https://a.example/?api_key=abcdefgh1234' },
  { headers: [{ name: 'authorization', value: 'Bearer abcdef123456' }] },
  { headers: [{ name: 'Content-Type', value: 'text/plain' }], body: { as: 'pairs', pairs: [] } },
  {
    headers: [
      { name: 'Content-Type', value: 'application/json' },
      { name: 'content-type', value: 'application/json' },
    ],
    body: { as: 'pairs', pairs: [] },
  },
  { languages: [{ language: 'de', body: text('{"a":"{{lead.Company}}"}', 'application/json') }] },
  { body: { as: 'pairs', pairs: [{ key: 'a', value: 'x {{ lead.emial }}' }] } },
  { body: { as: 'pairs', pairs: [{ key: 'a', value: 'x {{ lead.lead.name }}' }] } },
]

function calling(request: Partial<WebhookRequest>, profile: Webhook['profile']): Graph {
  const kind = kindOf('call-webhook')
  const whole = { method: 'POST', url: 'https://a.example/x', headers: [], body: { as: 'none' }, ...request }
  const config = { ...kind.example, profile, mappings: [], request: whole }
  return graph({ in: step('trigger', { event: 'signed_up', where: anybody }), it: step('call-webhook', config) }, [
    'in -> it',
  ])
}

const around = { library: new Map(), folder: null }
const said = new Set<string>()

/** What a problem is about: its code and place. Words may differ when there are fewer of a sort. */
const about = ({ code, path }: Problem) => `${code} at ${path}`

const requestOf = (drawn: Graph): WebhookRequest => {
  const config: unknown = drawn.steps['it']?.config
  const { request, profile } = config as Webhook
  return asProfile(request, profile)
}

/** What is sent, without what a repair is to change: the content type, and a text that became a secret. */
function sentTo(drawn: Graph, lead: (typeof leads)[number], { set, secret }: Repair): Json {
  const made = renderRequest(requestOf(drawn), tokensOf(lead))
  if (made.is !== 'rendered') return null
  const isOfType = set.some(({ path }) => path.endsWith('contentType') || path.endsWith('headers'))
  const { request } = made
  const isForm = request.headers.some(([, value]) => /url-?encoded/.test(value))
  const body = isForm ? [...new URLSearchParams(request.body ?? '')] : request.body
  const headers = made.request.headers.filter(([name]) => !isOfType || name.toLowerCase() !== 'content-type')
  return JSON.parse(
    JSON.stringify({ ...request, headers, body, ...(secret === undefined ? {} : { url: '', headers: [], body: '' }) }),
  ) as Json
}

describe.each(['hookline', 'braze', 'marketo'] as const)('a repair under the habits of %s', profile => {
  it.each(requests.map(request => [JSON.stringify(request).slice(0, 160), request] as const))('of %s', (_, request) => {
    const drawn = calling(request, profile)
    const problems = validate(drawn, around)
    for (const problem of problems) {
      const { repair } = problem
      if (repair === undefined) continue
      said.add(repair.label)
      const mended = repairStep(drawn, 'it', repair)
      const after = validate(mended, around)

      expect(after.map(p => p.message)).not.toContain(problem.message)
      expect(problems.map(about)).toEqual(expect.arrayContaining(after.map(about)))
      for (const lead of leads) {
        const before = sentTo(drawn, lead, repair)
        // What could not be sent at all is not held against the repair.
        if (before !== null) expect(sentTo(mended, lead, repair)).toEqual(before)
      }
    }
  })
})

describe('a repair of a split', () => {
  const split = (config: Record<string, unknown>) =>
    graph({ in: step('trigger', { event: 'signed_up', where: anybody }), it: step('variants', config) }, ['in -> it'])
  const variants = (...weights: number[]) => weights.map((weight, i) => ({ id: `v${i}`, label: `V${i}`, weight }))
  const live = split({ variants: variants(45, 45), control: 10 })

  it.each([
    ['the same variants', split({ variants: variants(40, 40), control: 20 })],
    ['a third one', split({ variants: variants(30, 30, 20), control: 20 })],
    ['control alone', split({ variants: variants(0, 0, 0), control: 100 })],
    [
      'weights that learn',
      split({ variants: variants(45, 45), control: 10, draw: 'rotation', decide: { as: 'bandit' } }),
    ],
  ])('mends it and brings no other problem: %s', (_, drawn) => {
    const problems = validate(drawn, { ...around, live })
    const repairs = problems.filter(problem => problem.repair !== undefined)

    expect(repairs.length).toBeGreaterThan(0)
    for (const { repair, message } of repairs) {
      const after = validate(repairStep(drawn, 'it', repair as Repair), { ...around, live })
      expect(after.map(p => p.message)).not.toContain(message)
      expect([...problems.map(about), 'variants.moves at config.variants']).toEqual(
        expect.arrayContaining(after.map(about)),
      )
    }
  })
})

describe('every repair', () => {
  it('is tried above, or by the suite that is named here', () => {
    // Repairs of what is not sent: their suites apply them.
    const elsewhere = ['Back to # %', 'Draw by hash', 'Make #']
    const made = sources('shared').flatMap(file =>
      Array.from(
        readFileSync(file, 'utf8').matchAll(/\blabel: (?:'([^']+)'|`([^`]+)`),\s*set\b/g),
        ([, plain, filled]) => (plain ?? filled ?? '').replaceAll(/\$\{[^}]*\}/g, '#'),
      ),
    )
    const tried = [...said]
    const isTried = (label: string) =>
      tried.some(each =>
        new RegExp(`^${label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('#', '.*')}$`).test(each),
      )

    expect(made.length).toBeGreaterThan(6)
    expect(made.filter(label => !elsewhere.includes(label) && !isTried(label))).toEqual([])
  })
})

function sources(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.filter(file => file.endsWith('.ts')).map(file => `${folder}/${file}`)
}

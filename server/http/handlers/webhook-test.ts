import type { z } from 'zod'
import {
  type TestSendView,
  testSendsQuerySchema,
  type WebhookTested,
  webhookTestSchema,
} from '#shared/api/webhook-test'
import { type Outcome, unreadBecause } from '#shared/call'
import { renderRequest } from '#shared/render'
import { withTrust } from '#shared/rules/auth'
import { asProfile } from '#shared/rules/content-type'
import { termsOf } from '#shared/rules/delivery'
import type { Fields } from '#shared/rules/fields'
import { mapReply, readAnswer } from '#shared/rules/reply-map'
import { judge } from '#shared/rules/retry'
import type { Webhook } from '#shared/rules/webhook'
import { loadFields } from '#shared/store/fields'
import { leadsByEmail, searchLeads } from '#shared/store/lead-search'
import { findLead, randomLead } from '#shared/store/leads'
import { findTestSend, insertTestSend, type StoredTestSend, testSendsOf } from '#shared/store/test-sends'
import type { Work } from '#shared/store/work'
import type { Lead } from '#shared/world'
import type { Desk } from '../desk'
import { isSecret, MASK, maskedRequest } from '../mask'
import { notThere, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'

const LIMIT = 2 ** 20
type Test = z.output<typeof webhookTestSchema>

/** Test sends (braze R9): one lead, one real call, nothing written to the lead; and the log of them. */
export function webhookTestHandlers({ env, engine, trials }: Desk) {
  return {
    'post /webhooks/test': [
      readJson(LIMIT),
      async (req, res) => {
        const test = parse(webhookTestSchema, req.body)
        const lead = await leadFor(test)
        const result = await tried(test, lead)
        const leadId = test.lead.as === 'made-up' ? null : lead.id
        const { id: campaignId, step } = test.campaign
        await engine.write(insertTestSend({ at: env.clock.now(), leadId, campaignId, step, result }))
        res.json(result)
      },
    ],
    'get /webhooks/tests': async (req, res) => {
      const { campaign, step, limit } = parse(testSendsQuerySchema, req.query, 'query')
      const tests = await env.store.read(testSendsOf(campaign, step, limit))
      res.json({ tests: tests.map(toView) })
    },
    'get /webhooks/tests/{id}': async (req, res) => {
      const { id } = req.params
      const found = /^\d{1,15}$/.test(id) ? await env.store.read(findTestSend(Number(id))) : undefined
      if (found === undefined) throw notThere('test send', id)
      res.json(found.result)
    },
  } satisfies Partial<Handlers>

  async function tried(test: Test, lead: Lead): Promise<WebhookTested> {
    const shown = { externalId: lead.externalId, attributes: lead.attributes, zone: lead.zone }
    const rendered = render(test, lead)
    if (rendered.is !== 'rendered') {
      const verdict = rendered.is === 'aborted' ? 'skipped' : 'failed'
      return { ...nothing, mappings: [], lead: shown, unsent: { is: rendered.is, reason: rendered.reason }, verdict }
    }
    const request = withTrust(rendered.request, test.webhook)
    const outcome = await trials.send(request, termsOf(test.webhook, env.clock.now()).attemptSeconds)
    if (outcome === undefined)
      throw refuse(429, 'test.too-many', 'Too many test sends are on their way.', 'Try again in a few seconds.')
    return {
      ...nothing,
      lead: shown,
      request: maskedRequest(request),
      ...read(outcome, test.webhook, lead, await env.store.read(loadFields())),
    }
  }

  async function leadFor({ lead }: Test): Promise<Lead> {
    if (lead.as === 'known') return env.store.read(leadCalled(lead.externalId))
    if (lead.as === 'made-up') return { id: 0, ...lead }
    const found = await env.store.read(randomLead(env.chance.unit()))
    if (found === undefined)
      throw refuse(404, 'lead.none', 'There is no lead yet.', 'Make one up for the test, or add a lead.')
    return found
  }

  function render({ webhook, event, campaign }: Test, lead: Lead) {
    const now = env.clock.now()
    return renderRequest(asProfile(webhook.request, webhook.profile), {
      world: {
        now,
        lead,
        zone: lead.zone ?? campaign.zone,
        zoneFrom: lead.zone === null ? 'campaign' : 'lead',
        system: env.system,
      },
      memory: { event: { id: 'test', at: now, ...event }, variants: {}, response: null },
      campaign,
    })
  }

  function read(outcome: Outcome, webhook: Webhook, lead: Lead, fields: Fields): Came {
    const { ms } = outcome
    // As the first of several attempts, so that "would be tried again" can be told from "has failed".
    const verdict = judge(outcome, termsOf(webhook, env.clock.now()), 1, env.clock.now(), 0).is
    if (outcome.is === 'unreachable')
      return { ms, verdict, mappings: [], fault: { cause: outcome.cause, message: outcome.message } }
    const { status, headers, body, cut } = outcome
    const { attributes } = lead
    const read = readAnswer(webhook.answer, body, unreadBecause(outcome))
    const mapped = verdict === 'received' ? mapReply(webhook.mappings, read, { fields, attributes }) : []
    const mappings = mapped.map(each => {
      const before = lead.attributes[each.field] ?? null
      const { path, field } = each
      if (each.is === 'clear') return { path, field, before, value: null, refused: null }
      return each.is === 'write'
        ? { path, field, before, value: each.value, refused: null }
        : { path, field, before, value: before, refused: each.reason }
    })
    return { ms, verdict, answer: { status, headers: shownHeaders(headers), body, cut }, mappings }
  }
}

/** Headers of an answer as they may be shown and kept: a cookie opens a door. */
function shownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isSecret(name) ? MASK : value]))
}

type Came = Pick<WebhookTested, 'ms' | 'verdict' | 'mappings'> & Partial<Pick<WebhookTested, 'answer' | 'fault'>>
const nothing = { request: null, unsent: null, answer: null, fault: null, ms: 0 }

/** So many leads are named where it is not clear who is meant. */
const SOME = 5

/**
 * The lead that somebody means by an id, or by an e-mail address that only one lead has. Throws a refusal that names
 * near ones.
 */
function* leadCalled(typed: string): Work<Lead> {
  const byId = yield* findLead(typed)
  if (byId !== undefined) return byId
  const [first, ...others] = yield* leadsByEmail(typed, SOME)
  if (first !== undefined && others.length === 0) return first
  if (first !== undefined)
    throw refuse(
      409,
      'lead.several',
      `Several leads have the e-mail address "${typed}": ${[first, ...others].map(l => `"${l.externalId}"`).join(', ')}.`,
      'Name one of them by its id.',
    )
  const { leads } = yield* searchLeads(typed, null, SOME)
  const near = leads.map(l => `"${l.externalId}"`).join(', ')
  throw refuse(
    404,
    'lead.unknown',
    `There is no lead with the id or e-mail address "${typed}".`,
    near === '' ? 'Look up the id in the list of leads.' : `Near it are ${near}.`,
  )
}

function toView({ id, at, step, result }: StoredTestSend): TestSendView {
  const { lead, request, verdict, answer, ms, unsent, fault } = result
  return {
    id,
    at,
    lead: lead.externalId,
    step,
    method: request?.method ?? null,
    url: request?.url ?? null,
    verdict,
    status: answer?.status ?? null,
    ms,
    reason: unsent?.reason ?? fault?.message ?? null,
  }
}

import { Router } from 'express'
import type { z } from 'zod'
import { type WebhookTested, webhookTestSchema } from '#shared/api/webhook-test'
import { type Outcome, unreadBecause } from '#shared/call'
import { renderRequest } from '#shared/render'
import { withTrust } from '#shared/rules/auth'
import { asProfile } from '#shared/rules/content-type'
import { termsOf } from '#shared/rules/delivery'
import type { Fields } from '#shared/rules/fields'
import { mapReply, readAnswer } from '#shared/rules/reply-map'
import { judge } from '#shared/rules/retry'
import type { Webhook } from '#shared/rules/webhook'
import type { Lead } from '#shared/world'
import { loadFields } from '../store/fields'
import { randomLead } from '../store/leads'
import type { Desk } from './desk'
import { readJson } from './json'
import { leadByAddress } from './leads'
import { maskedRequest } from './mask'
import { parse } from './parse'
import { refuse } from './problem'

const LIMIT = 2 ** 20
type Test = z.output<typeof webhookTestSchema>

/** Test sends (braze R9): one lead, one real call, nothing stored. */
export function webhookTestRouter({ env, trials }: Desk): Router {
  return Router().post('/webhooks/test', readJson(LIMIT), async (req, res) => {
    const test = parse(webhookTestSchema, req.body)
    const lead = await findLead(test)
    const shown = { externalId: lead.externalId, attributes: lead.attributes, zone: lead.zone }
    const rendered = render(test, lead)
    if (rendered.is !== 'rendered') {
      const verdict = rendered.is === 'aborted' ? 'skipped' : 'failed'
      res.json({ ...nothing, lead: shown, unsent: { is: rendered.is, reason: rendered.reason }, verdict })
      return
    }
    const request = withTrust(rendered.request, test.webhook, env.system.mark)
    const outcome = await trials.send(request, termsOf(test.webhook, env.clock.now()).attemptSeconds)
    if (outcome === undefined)
      throw refuse(429, 'test.too-many', 'Too many test sends are on their way.', 'Try again in a few seconds.')
    res.json({
      ...nothing,
      lead: shown,
      request: maskedRequest(request),
      ...read(outcome, test.webhook, lead, await env.store.read(loadFields())),
    })
  })

  async function findLead({ lead }: Test): Promise<Lead> {
    if (lead.as === 'known') return env.store.read(leadByAddress(lead.externalId))
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

  function read(outcome: Outcome, webhook: Webhook, lead: Lead, fields: Fields): Partial<WebhookTested> {
    const { ms } = outcome
    // As the first of several attempts, so that "would be tried again" can be told from "has failed".
    const verdict = judge(outcome, termsOf(webhook, env.clock.now()), 1, env.clock.now(), 0).is
    if (outcome.is === 'unreachable') return { ms, verdict, fault: { cause: outcome.cause, message: outcome.message } }
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
    return { ms, verdict, answer: { status, headers, body, cut }, mappings }
  }
}

const nothing = { request: null, unsent: null, answer: null, fault: null, ms: 0, mappings: [] } as const

import { z } from 'zod'
import type { Note } from '../journal'
import type { Json } from '../json'
import { error, type Finding } from '../problems'
import { checkTemplate } from '../render'
import { checkTrust } from '../rules/auth'
import { checkRequest } from '../rules/check-request'
import { checkMappings, mapReply, parseReply } from '../rules/reply-map'
import { plainWebhook, webhookSchema } from '../rules/webhook'
import type { WebhookRequest } from '../rules/webhook-request'
import { defineStep } from './define'

export const callWebhook = defineStep({
  kind: 'call-webhook',
  version: 2,
  title: 'Call webhook',
  icon: 'M18 16.98h-5.99c-1.1 0-1.95.94-2.48 1.9A4 4 0 0 1 2 17c.01-.7.2-1.4.57-2 M6 17l3.13-5.78c.53-.97.1-2.18-.5-3.1a4 4 0 1 1 6.89-4.06 M12 6l3.13 5.73C15.66 12.7 16.9 13 18 13a4 4 0 0 1 0 8',
  group: 'webhook',
  allowedIn: ['trigger'],
  help: 'Sends one HTTP request for the lead, after quiet hours and frequency caps agreed, and waits for the answer. 2xx is a success; 408, 425, 429, 5xx and network faults are tried again by the schedule you choose; anything else has failed. Leads who were not sent to (capped, or skipped by quiet hours) leave by Not sent. Ways that are not connected go on with Succeeded. Tokens are Liquid, like {{ lead.email }}; text pasted from Braze and Marketo works too, and {% abort_message("reason") %} ends the send for a lead, who leaves by Not sent.',
  config: webhookSchema.extend({
    /** The id of the library webhook that this step uses; empty: its own. */
    webhook: z.string().max(64),
    /** Parts that are this step's own although it uses a library webhook. */
    own: z.array(z.string().max(40)).max(40),
  }),
  fields: {
    webhook: { as: 'hidden', label: 'Webhook' },
    own: { as: 'hidden', label: 'Own parts' },
    profile: { as: 'hidden', label: 'Profile' },
    request: { as: 'request', label: 'Request' },
    auth: { as: 'auth', label: 'Authentication' },
    signing: { as: 'signing', label: 'Signature' },
    delivery: { as: 'delivery', label: 'When it fails' },
    answer: { as: 'hidden', label: 'Answer' },
    mappings: {
      as: 'mappings',
      label: 'Keep from the answer',
      help: 'Values of a JSON answer that become lead attributes, after a 2xx only.',
    },
  },
  example: {
    ...plainWebhook,
    webhook: '',
    own: [],
    request: {
      method: 'POST',
      url: 'https://crm.example.com/leads/{{ lead.external_id }}',
      headers: [{ name: 'x-source', value: 'hookline' }],
      body: { as: 'pairs', pairs: [{ key: 'email', value: '{{ lead.email }}' }] },
    },
    mappings: [{ path: 'contact.id', field: 'crm_id' }],
  },
  fresh: {
    ...plainWebhook,
    webhook: '',
    own: [],
    request: {
      method: 'POST',
      url: '',
      headers: [],
      body: { as: 'pairs', pairs: [{ key: 'email', value: '{{ lead.email }}' }] },
    },
  },
  ports: () => [
    { id: 'succeeded', label: 'Succeeded' },
    { id: 'failed', label: 'Failed', fallback: 'succeeded' },
    { id: 'skipped', label: 'Not sent', fallback: 'succeeded' },
  ],
  summary: ({ request }) =>
    request.url.trim() === '' ? 'No address yet' : `${request.method} ${shortUrl(request.url)}`,
  check: ({ request, mappings, auth, signing }) => [
    ...checkRequest(request, 'config.request'),
    ...checkTrust({ auth, signing, request }, 'config'),
    ...checkTemplates(request),
    ...checkMappings(mappings, 'config.mappings'),
  ],
  behave: {
    enter: ({ step, config }) => ({ effects: [{ type: 'webhook.call', step, webhook: config }] }),
    on: {
      reply: ({ step, config, world }, { reply }) => {
        const replied: Note = {
          is: 'replied',
          step,
          reply: reply.is,
          reason: reply.is === 'received' ? `status ${reply.status}` : reply.reason,
        }
        if (reply.is !== 'received') return { notes: [replied], leave: reply.is }
        const parsed = parseReply(reply.body)
        const set: Record<string, Json> = {}
        const notes: Note[] = [replied]
        for (const m of mapReply(config.mappings, parsed)) {
          const { path, field } = m
          if (m.is === 'write') set[field] = m.value
          notes.push(
            m.is === 'write'
              ? { is: 'mapped', step, path, field, value: m.value, refused: null }
              : { is: 'mapped', step, path, field, value: world.lead.attributes[field] ?? null, refused: m.reason },
          )
        }
        const effects = Object.keys(set).length > 0 ? [{ type: 'lead.update', step, set, clear: [] } as const] : []
        return { effects, notes, remember: { response: parsed ?? null }, leave: 'succeeded' }
      },
    },
  },
  migrations: [{ to: 2, up: withDelivery }],
})

/** Version 1 had the retry plan in its request, and nothing else to choose. */
function withDelivery({ request, ...rest }: Record<string, unknown>): Record<string, unknown> {
  const { retry = 'prompt', ...sent } = { ...(request as object) } as Record<string, unknown>
  return { ...plainWebhook, webhook: '', own: [], ...rest, request: sent, delivery: { retry } }
}

function shortUrl(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/^\{\{\s*system\.sandbox\s*\}\}/, 'sandbox')
}

function checkTemplates({ url, headers, body }: WebhookRequest): Finding[] {
  const texts: [string, string][] = [
    [url, 'config.request.url'],
    ...headers.map((h, i): [string, string] => [h.value, `config.request.headers.${i}`]),
  ]
  if (body.as === 'text') texts.push([body.text, 'config.request.body.text'])
  if (body.as === 'pairs')
    for (const [i, p] of body.pairs.entries()) texts.push([p.value, `config.request.body.pairs.${i}`])
  const keys = body.as === 'pairs' ? body.pairs.map(p => p.key) : []
  const twice = keys.find((key, i) => keys.indexOf(key) !== i)
  return [
    ...texts.flatMap(([text, path]) => checkTemplate(text, path)),
    ...(twice === undefined
      ? []
      : [error('request.same-key', `The body has "${twice}" twice.`, 'Keep one of them.', 'config.request.body')]),
    ...(keys.includes('')
      ? [
          error(
            'request.no-key',
            'A line of the body has no name.',
            'Name it, or remove the line.',
            'config.request.body',
          ),
        ]
      : []),
  ]
}

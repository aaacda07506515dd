import { z } from 'zod'
import type { Note } from '../journal'
import type { Json } from '../json'
import { checkTemplates } from '../render/check-templates'
import { checkEmpty } from '../render/empty'
import { checkTrust } from '../rules/auth'
import { checkRequest } from '../rules/check-request'
import { lintRequest } from '../rules/lints'
import { checkMappings, mapReply, parseReply } from '../rules/reply-map'
import { plainWebhook, webhookSchema } from '../rules/webhook'
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
    webhook: { as: 'webhook', label: 'Webhook' },
    own: { as: 'hidden', label: 'Own parts' },
    profile: { as: 'hidden', label: 'Profile' },
    request: { as: 'request', label: 'Request', tab: 'Compose' },
    auth: { as: 'auth', label: 'Authentication', tab: 'Trust' },
    signing: { as: 'signing', label: 'Signature', tab: 'Trust' },
    answer: { as: 'hidden', label: 'Answer' },
    mappings: {
      as: 'mappings',
      label: 'Keep from the answer',
      tab: 'Response',
      help: 'Values of a JSON answer that become lead attributes, after a 2xx only.',
    },
    delivery: { as: 'delivery', label: 'When it fails', tab: 'Retry' },
  },
  tools: [{ as: 'test-send', tab: 'Test' }],
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
  library: {
    uses: ({ webhook }) => webhook,
    borrows: ({ webhook, own }, part) => webhook !== '' && part in webhookSchema.shape && !own.includes(part),
  },
  check: ({ request, mappings, auth, signing }) => [
    ...checkRequest(request, 'config.request'),
    ...checkTrust({ auth, signing, request }, 'config'),
    ...checkTemplates(request, 'config.request'),
    ...lintRequest(request, 'config.request'),
    ...checkEmpty(request, 'config.request'),
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

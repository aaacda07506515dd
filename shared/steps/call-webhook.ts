import { z } from 'zod'
import type { Effect } from '../effects'
import type { Note } from '../journal'
import { type Json, own } from '../json'
import { checkTemplates } from '../render/check-templates'
import { checkEmpty } from '../render/empty'
import { lintRequest } from '../render/lints'
import { checkTrust } from '../rules/auth'
import { checkRequest } from '../rules/check-request'
import { asProfile } from '../rules/content-type'
import { type Delivery, notesEmpty, plainDelivery } from '../rules/delivery'
import { checkQuiet, quietChoiceSchema } from '../rules/quiet'
import {
  type AnswerForm,
  type AnswerRead,
  checkMappings,
  type Mapping,
  mapReply,
  readAnswer,
  remembered,
} from '../rules/reply-map'
import { plainWebhook, webhookSchema } from '../rules/webhook'
import type { Reply, World } from '../world'
import { defineStep } from './define'

export const callWebhook = defineStep({
  kind: 'call-webhook',
  version: 5,
  title: 'Call webhook',
  icon: 'M18 16.98h-5.99c-1.1 0-1.95.94-2.48 1.9A4 4 0 0 1 2 17c.01-.7.2-1.4.57-2 M6 17l3.13-5.78c.53-.97.1-2.18-.5-3.1a4 4 0 1 1 6.89-4.06 M12 6l3.13 5.73C15.66 12.7 16.9 13 18 13a4 4 0 0 1 0 8',
  group: 'webhook',
  allowedIn: ['trigger'],
  help: 'Sends one HTTP request for the lead, after quiet hours and frequency caps agreed, and waits for the answer. 2xx is a success; what else is tried again, how often and for how long follows the habits of Hookline, Braze or Marketo, as you choose, and you may set each by itself; anything else has failed. Leads who were not sent to (capped, or skipped by quiet hours) leave by Not sent. A way that is not connected ends the journey; Timed out is one with Failed until it is connected, and Aborted with Not sent. Tokens are Liquid, like {{ lead.email }}; text pasted from Braze and Marketo works too, and {% abort_message("reason") %} ends the send for a lead, who leaves by Aborted.',
  config: webhookSchema.extend({
    /** The id of the library webhook that this step uses; empty: its own. */
    webhook: z.string().max(64),
    /** Parts that are this step's own although it uses a library webhook. */
    own: z.array(z.string().max(40)).max(40),
    quietHours: quietChoiceSchema,
    caps: z.enum(['obey', 'ignore']),
  }),
  fields: {
    webhook: { as: 'webhook', label: 'Webhook' },
    own: { as: 'hidden', label: 'Own parts' },
    request: { as: 'request', label: 'Request', tab: 'Compose' },
    auth: { as: 'auth', label: 'Authentication', tab: 'Security' },
    signing: { as: 'signing', label: 'Signature', tab: 'Security' },
    answer: {
      as: 'select',
      label: 'The answer is',
      tab: 'Response',
      options: [
        { value: 'json', label: 'JSON' },
        { value: 'xml', label: 'XML' },
        { value: 'none', label: 'Not read' },
      ],
    },
    mappings: {
      as: 'mappings',
      label: 'Keep from the answer',
      tab: 'Response',
      help: 'Values of the answer that become lead attributes, after a 2xx only. A path into XML begins with the root element.',
    },
    profile: {
      as: 'profile',
      label: 'Behaves like',
      tab: 'Delivery',
      help: 'Retry and timeout defaults.',
    },
    delivery: { as: 'delivery', label: 'When it fails', tab: 'Delivery' },
    quietHours: { as: 'quiet', label: 'Quiet hours', tab: 'Delivery' },
    caps: {
      as: 'select',
      label: 'Frequency caps',
      tab: 'Delivery',
      help: 'A webhook that somebody waits for, like a receipt, may leave although the lead has reached a cap. It is counted all the same.',
      options: [
        { value: 'obey', label: 'Obeyed, as the campaign says' },
        { value: 'ignore', label: 'Ignored by this step' },
      ],
    },
  },
  tools: [{ as: 'test-send', tab: 'Test' }],
  example: {
    ...plainWebhook,
    webhook: '',
    own: [],
    caps: 'obey',
    request: {
      method: 'POST',
      url: 'https://crm.example.com/leads/{{ lead.external_id }}',
      headers: [{ name: 'x-source', value: 'hookline' }],
      body: { as: 'pairs', pairs: [{ key: 'email', value: '{{ lead.email }}' }] },
    },
    mappings: [{ path: 'contact.id', field: 'crm_id' }],
    quietHours: { as: 'campaign' },
  },
  fresh: {
    ...plainWebhook,
    webhook: '',
    own: [],
    quietHours: { as: 'campaign' },
    caps: 'obey',
    request: {
      method: 'POST',
      url: '',
      headers: [],
      body: { as: 'pairs', pairs: [{ key: 'email', value: '{{ lead.email }}' }] },
    },
  },
  ports: ({ delivery }) => [
    { id: 'succeeded', label: 'Succeeded' },
    { id: 'failed', label: 'Failed' },
    { id: 'timed-out', label: 'Timed out', fallback: 'failed' },
    { id: 'skipped', label: 'Not sent' },
    { id: 'aborted', label: 'Aborted', fallback: 'skipped' },
    ...(delivery.repeat === 'at-most-once' ? [uncertain] : []),
  ],
  caps: ({ caps }) => caps,
  summary: ({ request }) =>
    request.url.trim() === '' ? 'No address yet' : `${request.method} ${shortUrl(request.url)}`,
  library: {
    uses: ({ webhook }) => webhook,
    borrows: ({ webhook, own }, part) => webhook !== '' && part in webhookSchema.shape && !own.includes(part),
  },
  check: ({ profile, request, answer, mappings, auth, signing, quietHours }) => {
    const sent = asProfile(request, profile)
    return [
      ...checkRequest(request, 'config.request'),
      ...checkTrust({ auth, signing, request }, 'config'),
      ...checkTemplates(request, 'config.request'),
      ...lintRequest(sent, 'config.request'),
      ...checkEmpty(sent, 'config.request'),
      ...checkMappings(mappings, 'config.mappings', answer),
      ...(quietHours.as === 'own' ? checkQuiet(quietHours.policy, 'config.quietHours.policy') : []),
    ]
  },
  behave: {
    enter: ({ step, config: { quietHours: _, caps: __, ...webhook } }) => ({
      effects: [{ type: 'webhook.call', step, webhook }],
    }),
    on: {
      reply: ({ step, config, world }, { reply }) => {
        const replied: Note = {
          is: 'replied',
          step,
          reply: reply.is,
          reason: reply.is === 'received' ? `status ${reply.status}` : reply.reason,
          ...('gate' in reply ? { gate: reply.gate } : {}),
        }
        if (reply.is === 'exited') {
          const { reason, gate } = reply
          const ended: Effect = { type: 'journey.end', step, as: 'exited', reason, cause: `gate:${gate}` }
          return { effects: [ended], notes: [replied] }
        }
        if (reply.is !== 'received') {
          const status = reply.is === 'failed' ? reply.status : null
          const remember = { response: errorOf(reply, config.answer), call: { status, outcome: reply.is } }
          return { notes: [replied], remember, leave: portOf(reply.is, config.delivery) }
        }
        const answer = readAnswer(config.answer, reply.body, reply.unread)
        const kept = keep(step, config.mappings, answer, world)
        const response = remembered(answer, reply.body)
        const tooLarge = answer.is === 'read' && response === null && answer.value !== null
        const isEmpty =
          config.answer !== 'none' && reply.unread === undefined && reply.body.trim() === '' && notesEmpty(config)
        const said = (isSo: boolean, what: string): Note[] => (isSo ? [{ is: 'noted', step, what }] : [])
        return {
          effects: kept.effects,
          notes: [
            replied,
            ...said(isEmpty, EMPTY_ANSWER),
            ...kept.notes,
            ...said(tooLarge, 'The answer is larger than 64 KiB; later steps cannot read it.'),
          ],
          remember: { response, call: { status: reply.status, outcome: 'succeeded' } },
          leave: 'succeeded',
        }
      },
    },
  },
  /** The step's own quiet hours, in place of the campaign's. */
  quiet: ({ quietHours }) => quietHours,
  migrations: [
    { to: 2, up: withDelivery },
    { to: 3, up: config => ({ quietHours: { as: 'campaign' }, caps: 'obey', ...config }) },
    { to: 4, up: withAllHabits },
    // Before, leads who were not sent to, or in vain, went on as if the call had arrived, wherever nobody had drawn
    // another way. Now that way is drawn.
    { to: 5, up: config => config, ways: { failed: 'succeeded', skipped: 'succeeded' } },
  ],
})

/** Characters of an error that is no JSON (or XML) that later steps can read. */
const MOST_ERROR = 10_000

/**
 * What a failed call leaves for the steps behind it: the answer as its webhook reads answers, else its text. Never what
 * an earlier call has left.
 */
function errorOf(reply: Reply, form: AnswerForm): Json {
  if (reply.is !== 'failed' || reply.body === undefined) return null
  const answer = readAnswer(form, reply.body, reply.unread)
  if (answer.is === 'read') return remembered(answer, reply.body)
  return form === 'none' || reply.unread !== undefined || reply.body === '' ? null : reply.body.slice(0, MOST_ERROR)
}

/** marketo-alm rule 7: the code under which Marketo reports it. */
const EMPTY_ANSWER = 'The answer was empty (code 1001, empty_body): there was nothing to keep from it.'

/** What the mappings write, each with its line for the journal. The very next step sees it. */
function keep(
  step: string,
  mappings: readonly Mapping[],
  answer: AnswerRead,
  { lead, fields }: World,
): { effects: readonly Effect[]; notes: readonly Note[] } {
  const written = new Map<string, Json>()
  const { attributes } = lead
  const notes = mapReply(mappings, answer, { fields, attributes }).map((m): Note => {
    const { path, field } = m
    const value = m.is === 'write' ? m.value : m.is === 'clear' ? null : (own(attributes, field) ?? null)
    if (m.is !== 'refused') written.set(field, value)
    return { is: 'mapped', step, path, field, value, refused: m.is === 'refused' ? m.reason : null }
  })
  if (written.size === 0) return { effects: [], notes }
  const set = Object.fromEntries([...written].filter(([, value]) => value !== null))
  const clear = [...written].flatMap(([field, value]) => (value === null ? [field] : []))
  return { effects: [{ type: 'lead.update', step, set, clear }], notes }
}

/** Only where nothing is sent twice can it stay unknown whether a call arrived. */
const uncertain = { id: 'uncertain', label: 'Uncertain', fallback: 'failed' }

/** A call that was reserved on other terms may come back uncertain to a step that has no such way. */
function portOf(reply: Exclude<Reply['is'], 'received' | 'exited'>, { repeat }: Delivery): string {
  return reply === 'uncertain' && repeat !== 'at-most-once' ? 'failed' : reply
}

/** Version 1 had the retry plan in its request, and no other choice. */
function withDelivery({ request, ...rest }: Record<string, unknown>): Record<string, unknown> {
  const { retry = null, ...sent } = { ...(request as object) } as Record<string, unknown>
  return { ...plainWebhook, webhook: '', own: [], ...rest, request: sent, delivery: { ...plainDelivery, retry } }
}

/** Version 3 took what is tried again, and how, from its profile alone. */
function withAllHabits({ delivery, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { ...rest, delivery: { ...plainDelivery, ...(delivery as object) } }
}

function shortUrl(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/^\{\{\s*system\.sandbox\s*\}\}/, 'sandbox')
}

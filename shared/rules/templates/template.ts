import { plainWebhook, type Webhook } from '../webhook'
import type { WebhookRequest } from '../webhook-request'

/**
 * A webhook to begin with: the request as the receiver documents it (each names the document that it was compared
 * with), and what must be filled in. Keys are named secrets, so that nobody types one into a header.
 */
export interface Template {
  readonly id: string
  readonly title: string
  /** What it does, and what to fill in before it can be used. */
  readonly about: string
  readonly group: 'Messages' | 'Sales and marketing' | 'Automation' | 'Mail and print' | 'Anything'
  readonly webhook: Webhook
}

type Headers = Readonly<Record<string, string>>

/** A webhook that differs from a plain one by its request. */
export function plain(request: WebhookRequest, more: Partial<Webhook> = {}): Webhook {
  return { ...plainWebhook, request, ...more }
}

/** POST of a raw text. Its tokens are written as the content type asks. */
export function posts(url: string, contentType: string, text: string, headers: Headers = {}): WebhookRequest {
  return { method: 'POST', url, headers: listed(headers), body: { as: 'text', text, contentType, encoding: 'auto' } }
}

/** POST of a form. We encode the values. */
export function postsForm(url: string, fields: Readonly<Record<string, string>>): WebhookRequest {
  const body = { as: 'form' as const, pairs: Object.entries(fields).map(([key, value]) => ({ key, value })) }
  return { method: 'POST', url, headers: [], body }
}

/**
 * Authentication that names a secret of the settings. The secret need not exist yet: the webhook says so, and makes it
 * by one click.
 */
export const bearer = (token: string): Pick<Webhook, 'auth'> => ({ auth: { as: 'bearer', token } })
export const basic = (user: string, password: string): Pick<Webhook, 'auth'> => ({
  auth: { as: 'basic', user, password },
})

/** POST of JSON, by key and value. We quote the values, and single tokens keep their type. */
export function postsPairs(
  url: string,
  pairs: Readonly<Record<string, string>>,
  headers: Headers = {},
): WebhookRequest {
  const body = { as: 'pairs' as const, pairs: Object.entries(pairs).map(([key, value]) => ({ key, value })) }
  return { method: 'POST', url, headers: listed(headers), body }
}

function listed(headers: Headers): WebhookRequest['headers'] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }))
}

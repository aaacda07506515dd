import { type Finding, repaired, warning } from '../problems'
import { renderRequest } from '../render'
import { wordings } from '../rules/languages'
import type { Body, WebhookRequest } from '../rules/webhook-request'
import { escapedInQuotes } from './mends'
import type { Tokens } from './scope'

/** Somebody about whom nothing is known, after an event without properties. */
const nobody: Tokens = {
  world: {
    now: 0,
    lead: { id: 0, externalId: 'nobody', attributes: {}, zone: null },
    zone: 'UTC',
    zoneFrom: 'campaign',
    system: { sandbox: 'http://sandbox' },
  },
  memory: { event: { id: 'event', name: 'event', at: 0, properties: {} }, variants: {}, response: null },
  campaign: { id: 'campaign' },
}

type Text = Extract<Body, { as: 'text' }>

/** Finds bodies that stop being JSON when every token is empty (braze 8). `path`: `config.request`. */
export function checkEmpty(request: WebhookRequest, path: string): Finding[] {
  return wordings(request, path).flatMap(({ request: wording, path: at }) => {
    const { body } = wording
    if (body.as !== 'text') return []
    const reason = whyNotJson(body, request)
    if (reason === undefined) return []
    const found = warning(
      'lint.empty-breaks',
      `For a lead of whom nothing is known: ${reason}`,
      'Give tokens a default, or write them as JSON: then what is missing is null.',
      `${at}.body.text`,
    )
    if ((body.encoding ?? 'none') !== 'none') return [found]
    const text = escapedInQuotes(body.text)
    // Only the author can mend a tag that leaves a hole.
    if (whyNotJson({ ...body, text, encoding: 'json' }, request) !== undefined) return [found]
    const set = [
      { path: `${at}.body.encoding`, value: 'json' },
      { path: `${at}.body.text`, value: text },
    ]
    return [repaired(found, { label: 'Write tokens as JSON', set })]
  })
}

/**
 * Why a body would not be JSON for somebody about whom nothing is known; undefined when it would be, or when it calls
 * itself something else.
 */
export function whyNotJson(
  body: Text,
  { headers }: Pick<WebhookRequest, 'headers'> = { headers: [] },
): string | undefined {
  const rendered = renderRequest({ method: 'POST', headers, body, url: 'http://sandbox' }, nobody)
  return rendered.is === 'broken' && rendered.reason.startsWith('The body is not JSON') ? rendered.reason : undefined
}

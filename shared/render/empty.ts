import { type Finding, warning } from '../problems'
import { renderRequest } from '../render'
import { wordings } from '../rules/languages'
import { unquoted } from '../rules/template-tokens'
import type { WebhookRequest } from '../rules/webhook-request'
import type { Tokens } from './scope'

/** Somebody of whom nothing is known, after an event without properties. */
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

/** Finds bodies that stop being JSON when every token is empty (braze 8). `path`: `config.request`. */
export function checkEmpty(request: WebhookRequest, path: string): Finding[] {
  return wordings(request, path).flatMap(({ request: wording, path: at }) => {
    const { body } = wording
    if (body.as !== 'text') return []
    const rendered = renderRequest({ ...wording, url: 'http://sandbox', headers: request.headers }, nobody)
    if (rendered.is !== 'broken' || !rendered.reason.startsWith('The body is not JSON')) return []
    const found = warning(
      'lint.empty-breaks',
      `For a lead of whom nothing is known: ${rendered.reason}`,
      'Give tokens a default, or write them as JSON: then what is missing is null.',
      `${at}.body.text`,
    )
    if ((body.encoding ?? 'none') !== 'none') return [found]
    const set = [
      { path: `${at}.body.encoding`, value: 'auto' },
      { path: `${at}.body.text`, value: unquoted(body.text) },
    ]
    return [{ ...found, repair: { label: 'Write tokens as JSON', set } }]
  })
}

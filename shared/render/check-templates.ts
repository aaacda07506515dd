import { error, type Finding, warning } from '../problems'
import { misusesSecret, namesSecret } from '../rules/named-secrets'
import type { Body, WebhookRequest } from '../rules/webhook-request'
import { placeOf, type Translated } from './dialects'
import { TOO_LONG } from './limits'
import { doubtful, explain, isPrintedWhole, type Mistake, reasonOf } from './mistakes'
import { engines, translate } from './plan'

/** Finds what keeps the texts of a request from being rendered, in every language. `path`: `config.request`. */
export function checkTemplates(request: WebhookRequest, path: string): Finding[] {
  const { languages = [] } = request
  const bodies: [Body | undefined, string][] = [
    [request.body, `${path}.body`],
    ...languages.map(({ body }, i): [Body | undefined, string] => [body, `${path}.languages.${i}.body`]),
  ]
  const texts: [string, string][] = [
    [request.url, `${path}.url`],
    ...request.headers.map((h, i): [string, string] => [h.value, `${path}.headers.${i}`]),
    ...languages.map(({ url = '' }, i): [string, string] => [url, `${path}.languages.${i}.url`]),
    ...bodies.flatMap(([body, at]) => textsOf(body, at)),
  ]
  return [
    ...texts.flatMap(([text, at]) => checkTemplate(text, at, 'sent')),
    ...bodies.flatMap(([body, at]) => checkKeys(body, at)),
  ]
}

function textsOf(body: Body | undefined, path: string): [string, string][] {
  if (body?.as === 'text') return [[body.text, `${path}.text`]]
  if (body?.as !== 'pairs' && body?.as !== 'form') return []
  return body.pairs.map(({ value }, i) => [value, `${path}.pairs.${i}`])
}

/** A form may repeat a name; a JSON object may not. */
function checkKeys(body: Body | undefined, path: string): Finding[] {
  if (body?.as !== 'pairs' && body?.as !== 'form') return []
  const keys = body.pairs.map(({ key }) => key)
  const twice = body.as === 'pairs' ? keys.find((key, i) => keys.indexOf(key) !== i) : undefined
  const findings: Finding[] = []
  if (twice !== undefined)
    findings.push(error('request.same-key', `The body has "${twice}" twice.`, 'Keep one of them.', path))
  if (keys.includes(''))
    findings.push(error('request.no-key', 'A line of the body has no name.', 'Name it, or remove the line.', path))
  return findings
}

/** The most doubtful tokens that are reported for one template. */
const MOST_DOUBTS = 20

/**
 * Finds what keeps a template from being rendered, and tokens that look like a mistake. `path`: where the template
 * stands in the step's config. `secrets`: only a text that is sent may name a secret; any other text is stored and
 * shown.
 */
export function checkTemplate(template: string, path: string, secrets: 'sent' | 'nowhere' = 'nowhere'): Finding[] {
  if (!/\{[{%]/.test(template)) return []
  if (secrets === 'nowhere' && namesSecret(template))
    return [
      error(
        'template.secret-here',
        'A secret can stand in a webhook only: this text is stored and shown.',
        'Take the secret out, and name it in the webhook that sends it.',
        path,
      ),
    ]
  if (misusesSecret(template))
    return [
      error(
        'template.secret-changed',
        'A secret stands alone in its token: no filters, no conditions, no filters on what captures it.',
        'Write {{ secret.NAME }}, and make a secret of the text as a whole.',
        path,
      ),
    ]
  const source = translate(template)
  if (source === undefined) return [error('template.too-long', TOO_LONG, 'Shorten it.', path)]
  try {
    return doubts(source).map(({ code, what, fix }) => warning(code, what, fix, path))
  } catch (cause) {
    const { code, fix } = explain(cause, source)
    return [error(code, reasonOf(cause, source), fix, path)]
  }
}

/** Tokens that look like a mistake, ordered by name. Throws what Liquid throws. */
function doubts(source: Translated): Omit<Mistake, 'where'>[] {
  const { globals } = engines.text.liquid.analyzeSync(engines.text.liquid.parse(source.text))
  const found: Omit<Mistake, 'where'>[] = []
  for (const { segments, location } of Object.values(globals).flat()) {
    const doubt = doubtful(segments, isPrintedWhole(source, location))
    if (doubt === undefined) continue
    if (found.length === MOST_DOUBTS) break
    found.push({ ...doubt, what: `${doubt.what} (${placeOf(source, location.row, location.col)}).` })
  }
  return found
}

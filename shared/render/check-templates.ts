import { error, type Finding } from '../problems'
import { checkTemplate } from '../render'
import type { Body, WebhookRequest } from '../rules/webhook-request'

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

/** A form may say a name twice; a JSON object may not. */
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

import { requestTarget, stepsOut } from '../rules/address'
import { hostIsFixed, isHeaderAllowed, isHeaderValue, originOf } from '../rules/check-request'
import { personalFrom } from '../rules/receiver'
import type { WebhookRequest } from '../rules/webhook-request'
import { renderBody, typeOf } from './body'
import { broken, inPart, type Rendered, type Renderers, type RequestRendered } from './rendered'

/** Assembles a request from its rendered parts. The first part that is broken or aborts decides. */
export function assemble(request: WebhookRequest, renderers: Renderers, sandbox: string): RequestRendered {
  const template = request.url.trim()
  const url = renderUrl(template, renderers, sandbox)
  if (url.is !== 'rendered') return inPart('The address', url)
  const personal = ownPart(template, url.text, sandbox)
  const headers: [string, string][] = []
  for (const { name, value } of request.headers) {
    const header = renderHeader(name, value, renderers)
    if (header.is !== 'rendered') return header
    headers.push([name, header.text])
  }
  const { method, body } = request
  if (method === 'GET' || body.as === 'none')
    return { is: 'rendered', request: { method, url: url.text, headers, body: null, ...personal } }
  const own = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const contentType = own ?? typeOf(body)
  if (!isHeaderValue(contentType)) return broken(`"${contentType}" cannot be a content type.`)
  if (own === undefined && contentType !== '') headers.push(['content-type', contentType])
  const text = renderBody(body, contentType, renderers)
  if (text.is !== 'rendered') return text
  return { is: 'rendered', request: { method, url: url.text, headers, body: text.text, ...personal } }
}

function renderUrl(template: string, { url }: Renderers, sandbox: string): Rendered {
  if (template === '') return broken('is empty.')
  if (!hostIsFixed(template)) return broken('does not begin with a host that was typed in.')
  const { token, origin } = originOf(template, sandbox)
  if (origin.includes('@')) return broken('holds a user name or a password.')
  const rendered = url(template.slice(token?.length ?? 0))
  if (rendered.is !== 'rendered') return rendered
  // URL parsers drop tabs and line breaks. What is stored and shown must be what is sent.
  const address = (token === undefined ? '' : sandbox) + rendered.text.replaceAll(/[\t\r\n]/g, '')
  const rest = address.slice(origin.length)
  if (!address.startsWith(origin) || !/^([/?#]|$)/.test(rest))
    return broken('would go to another host than the one typed in.')
  if (stepsOut(rest)) return broken('would leave its path: a part of it is only "." or "..".')
  return { is: 'rendered', text: origin + requestTarget(rest) }
}

/** Where the lead's own part of the path begins, if it has one. */
function ownPart(template: string, url: string, sandbox: string): { readonly personalFrom?: number } {
  const { token, origin } = originOf(template, sandbox)
  const from = personalFrom(template.slice((token ?? origin).length), url.slice(origin.length))
  return from === undefined ? {} : { personalFrom: origin.length + from }
}

function renderHeader(name: string, value: string, { text }: Renderers): Rendered {
  if (!isHeaderAllowed(name)) return broken(`The header "${name}" cannot be set.`)
  const rendered = text(value)
  if (rendered.is !== 'rendered') return inPart(`The header "${name}"`, rendered)
  if (!isHeaderValue(rendered.text))
    return broken(`The header "${name}" came out with a line break or a sign that headers cannot carry.`)
  return { is: 'rendered', text: rendered.text.trim() }
}

import { error, type Finding, repaired, warning } from '../problems'
import { stepsOut } from './address'
import { isLanguage, plainLanguage } from './languages'
import { typedText } from './template-tokens'
import type { WebhookRequest } from './webhook-request'

/** Headers that belong to the connection or to us; a campaign may not set them (delivery R40). */
const reserved =
  /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|webhook-.*|accept-encoding)$/i
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** May this header be set? Asked when a campaign is checked and again when a request is rendered. */
export function isHeaderAllowed(name: string): boolean {
  return token.test(name) && !reserved.test(name)
}

/** Visible ASCII, spaces and tabs: nothing that could start a new line on the wire. */
export function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value)
}

const SANDBOX = /^\{\{-?\s*system\.sandbox\s*-?\}\}/

/**
 * What stands before the path of a URL template: the token of the sandbox, when the template begins with it, and the
 * origin that it comes to.
 */
export function originOf(
  template: string,
  sandbox: string,
): { readonly token: string | undefined; readonly origin: string } {
  const token = SANDBOX.exec(template)?.[0]
  return { token, origin: token === undefined ? (/^https?:\/\/[^/?#]*/i.exec(template)?.[0] ?? '') : sandbox }
}

/**
 * The scheme, host and port of a URL template must be typed in, never taken from a lead (delivery R33). The one token
 * allowed in front is `{{ system.sandbox }}`.
 */
export function hostIsFixed(url: string): boolean {
  const authority = url.replace(SANDBOX, 'http://sandbox').match(/^https?:\/\/([^/?#]*)/i)?.[1]
  return authority !== undefined && authority !== '' && !/[{}]/.test(authority)
}

/**
 * Finds what keeps a request from being sent, apart from its templates. `path`: where it stands in the step's config.
 */
export function checkRequest(request: WebhookRequest, path: string): Finding[] {
  const url = request.url.trim()
  const findings: Finding[] = []
  if (url === '')
    findings.push(
      error('request.no-url', 'The webhook has no address.', 'Fill in the URL that should be called.', `${path}.url`),
    )
  else if (!/^(https?:\/\/|\{\{-?\s*system\.sandbox\s*-?\}\})/i.test(url))
    findings.push(
      error('request.bad-url', `"${url}" is not a web address.`, 'Start it with https:// or http://.', `${path}.url`),
    )
  else if (!hostIsFixed(url))
    findings.push(
      error(
        'request.host-from-lead',
        'The host of the address comes from a token, so a lead could choose where the call goes.',
        'Type the host in; tokens may stand in the path and the query.',
        `${path}.url`,
      ),
    )
  else if (leavesPath(url))
    findings.push(
      error(
        'request.dot-segment',
        'A part of the path is only "." or "..", so the call would go to another address than this one.',
        'Write the path as it is meant.',
        `${path}.url`,
      ),
    )
  if (/^https?:\/\/[^/?#]*@/i.test(url))
    findings.push(
      error(
        'request.password-in-url',
        'The address holds a user name or password.',
        'Move it into an Authorization header.',
        `${path}.url`,
      ),
    )
  for (const [i, { name, value }] of request.headers.entries()) {
    const at = `${path}.headers.${i}`
    if (!token.test(name))
      findings.push(
        error(
          'request.bad-header',
          `"${name}" cannot be the name of a header.`,
          'Use letters, digits and dashes, like X-Source.',
          at,
        ),
      )
    else if (reserved.test(name))
      findings.push(error('request.reserved-header', `The header "${name}" is set by Hookline.`, 'Remove it.', at))
    if (!isHeaderValue(value))
      findings.push(
        error(
          'request.bad-header-value',
          `The value of "${name}" has a line break or a sign that headers cannot carry.`,
          'Use plain letters, digits and signs.',
          at,
        ),
      )
  }
  findings.push(...checkContentTypes(request, path), ...checkLanguages(request, path))
  if (request.method === 'GET' && request.body.as !== 'none')
    findings.push(
      warning(
        'request.get-body',
        'A GET request has no body; this one is not sent.',
        'Choose POST, or no body.',
        `${path}.body`,
      ),
    )
  return findings
}

/** A receiver that finds two content types takes either, or neither. */
function checkContentTypes({ headers }: WebhookRequest, path: string): Finding[] {
  const isType = ({ name }: { readonly name: string }) => name.trim().toLowerCase() === 'content-type'
  const second = headers.findIndex((header, i) => isType(header) && headers.findIndex(isType) !== i)
  if (second === -1) return []
  const found = error(
    'request.same-header',
    'The header "Content-Type" is there twice.',
    'Keep one of them.',
    `${path}.headers.${second}`,
  )
  const [first = second] = [headers.findIndex(isType)]
  const isAlike = headers[first]?.value.trim() === headers[second]?.value.trim()
  if (!isAlike) return [found]
  const set = [{ path: `${path}.headers`, value: headers.toSpliced(second, 1) }]
  return [repaired(found, { label: 'Keep one', set })]
}

/** Does the typed-in part of an address's path hold "." or ".."? */
function leavesPath(url: string): boolean {
  const typed = typedText(url.replace(SANDBOX, ''))
  return stepsOut(typed.replace(/^https?:\/\/[^/?#]*/i, ''))
}

function checkLanguages({ languages = [] }: WebhookRequest, path: string): Finding[] {
  const names = languages.map(({ language }) => plainLanguage(language))
  return languages.flatMap(({ language, url }, i): Finding[] => {
    const at = `${path}.languages.${i}`
    if (!isLanguage(language))
      return [error('request.bad-language', `"${language}" is no language.`, 'Write it like de or pt-BR.', at)]
    if (names.indexOf(plainLanguage(language)) !== i)
      return [error('request.same-language', `"${language}" is there twice.`, 'Keep one of them.', at)]
    if (url !== undefined && !hostIsFixed(url.trim()))
      return [
        error(
          'request.bad-url',
          `The address for "${language}" does not begin with a host that was typed in.`,
          'Start it with https:// and the host; tokens may stand in the path and the query.',
          `${at}.url`,
        ),
      ]
    if (url !== undefined && leavesPath(url.trim()))
      return [
        error(
          'request.dot-segment',
          `A part of the path for "${language}" is only "." or "..".`,
          'Write the path as it is meant.',
          `${at}.url`,
        ),
      ]
    return []
  })
}

import { type Finding, repaired, warning } from '../problems'
import { wordings } from '../rules/languages'
import { secretIn, secretNameFor, secretParameters } from '../rules/secret-looking'
import { secretToken } from '../rules/secrets'
import { dataOf, lastFilter, templateTokens } from '../rules/template-tokens'
import type { Body, WebhookRequest } from '../rules/webhook-request'
import { HEADER_FILTERS } from './allowed'
import { lintDefaults, type TextAt } from './lint-defaults'
import { lintText, lintType } from './lint-encoding'
import { filtered } from './mends'
import { sayTokens } from './say-tokens'

// Habits of requests that go wrong later: for the lead whose name holds a quote, or who has no name. Most are warnings,
// because they may be meant.

/**
 * Finds what will go wrong with a request for some leads, with a repair where one click can make it. `path`:
 * `config.request`.
 */
export function lintRequest(request: WebhookRequest, path: string): Finding[] {
  const seen = new Set<Body | string>()
  const parts = wordings(request, path).flatMap(wording => {
    const { url, body } = wording.request
    const isSaid = [url, body].map(part => seen.has(part) || !seen.add(part))
    return [
      ...(isSaid[0] ? [] : lintUrl({ text: url, path: `${wording.path}.url` })),
      ...(isSaid[1] ? [] : lintBody({ ...request, url, body }, `${wording.path}.body`, path)),
    ]
  })
  return [...parts, ...request.headers.flatMap((header, i) => lintHeader(header, `${path}.headers.${i}`))]
}

function lintUrl(url: TextAt): Finding[] {
  const secrets = secretParameters(url.text).map(({ name, secret }) =>
    hidden(
      warning(
        'lint.secret-in-url',
        `${name === '' ? 'A part of the address' : `"${name}" in the address`} looks like a secret, and addresses are kept in the logs of everything on their way.`,
        'Move it into a header, where the receiver allows it, or keep it as a secret.',
        url.path,
      ),
      { secret, name, text: url.text, path: url.path },
    ),
  )
  return [...secrets, ...lintDefaults(url)]
}

function lintHeader({ name, value }: WebhookRequest['headers'][number], path: string): Finding[] {
  const secret = secretIn(value, name)
  if (secret === undefined) return lintSigns(name, value, path)
  return [
    hidden(
      warning(
        'lint.secret-in-header',
        `The header "${name}" looks like it holds a secret, which everybody who sees this campaign can read.`,
        'Keep it as a secret, or use authentication with one.',
        path,
      ),
      { secret, name, text: value, path: `${path}.value` },
    ),
    ...lintSigns(name, value, path),
  ]
}

/** Endings of names whose values are written in ASCII: ids, numbers, codes, addresses. */
const PLAIN_VALUES =
  /(?:id|e?mail(?:[ _]?address)?|phone|zip|code|count|number|score|age|amount|total|price|date|at|on|url|link|token|key|status|plan|zone|language|locale|currency|version|vip|flag)$/i

/** Headers carry ASCII only, so a person's name fails for each José. */
function lintSigns(name: string, value: string, path: string): Finding[] {
  const risky = templateTokens(value).filter(token => {
    const read = dataOf(token)?.replace(/[\s}\]"']+$/, '')
    return read !== undefined && !PLAIN_VALUES.test(read) && !HEADER_FILTERS.includes(lastFilter(token))
  })
  if (risky.length === 0) return []
  return [
    repaired(
      warning(
        'lint.header-signs',
        `${sayTokens(risky)} in the header "${name}", and headers carry ASCII only: for a lead called José nothing is sent.`,
        'Put it into the body, or escape it: header_escape leaves plain letters as they are.',
        path,
      ),
      {
        label: 'Escape other signs',
        set: [{ path: `${path}.value`, value: filtered(value, risky, 'header_escape') }],
      },
    ),
  ]
}

/** A value of a body that looks like a secret. Its name tells nothing: keys like "token" name other things too. */
function lintSecretPair({ key, value }: { key: string; value: string }, path: string): Finding[] {
  const secret = secretIn(value)
  if (secret === undefined) return []
  return [
    hidden(
      warning(
        'lint.secret-in-body',
        `"${key}" in the body looks like a secret, which everybody who sees this campaign can read.`,
        'Keep it as a secret.',
        path,
      ),
      { secret, name: key, text: value, path: `${path}.value` },
    ),
  ]
}

/** Adds a repair that keeps the text as a secret and leaves a token in its place. */
function hidden(finding: Finding, found: TextAt & { readonly secret: string; readonly name: string }): Finding {
  const name = secretNameFor(found.name)
  return repaired(finding, {
    label: 'Make it a secret',
    set: [{ path: found.path, value: found.text.replace(found.secret, () => secretToken(name)) }],
    secret: { name, kind: 'text' },
  })
}

function lintBody(request: WebhookRequest, path: string, requestPath: string): Finding[] {
  const { body, headers } = request
  if (request.method === 'GET' || body.as === 'none') return []
  const at = headers.findIndex(({ name }) => name.toLowerCase() === 'content-type')
  const own = headers[at]?.value.trim()
  const type = lintType(body, own, { path, headers: `${requestPath}.headers`, without: headers.toSpliced(at, 1) })
  if (body.as === 'text') return [...type, ...lintText(body, own ?? body.contentType, path)]
  const pairs = body.pairs.flatMap(({ key, value }, i) => {
    const place = { text: value, path: `${path}.pairs.${i}` }
    const secrets = lintSecretPair({ key, value }, place.path)
    // A value that is one single token is sent as null when it is missing, which says enough.
    const isToken = body.as === 'pairs' && /^\s*\{\{[^}]*\}\}\s*$/.test(value)
    return [...secrets, ...(isToken ? [] : lintDefaults(place, { repairPath: `${path}.pairs.${i}.value` }))]
  })
  return [...type, ...pairs]
}

import { error, type Finding, type Repair, warning } from '../problems'
import { encodingFor, encodingOf, isFormType, isJsonType } from '../rules/content-type'
import { wordings } from '../rules/languages'
import { secretIn, secretNameFor, secretParameters } from '../rules/secret-looking'
import { secretToken } from '../rules/secrets'
import {
  dataOf,
  lastFilter,
  mayBeMissing,
  rewritten,
  type TemplateToken,
  tagText,
  templateTokens,
} from '../rules/template-tokens'
import type { Body, Encoding, WebhookRequest } from '../rules/webhook-request'
import { HEADER_FILTERS, XML_FILTERS } from './allowed'
import { marketoIn } from './dialects'
import { whyNotJson } from './empty'
import { escapedInQuotes, filtered, withDefault } from './mends'

// Habits of requests that go wrong later: for the lead whose name has a quote in it, or who has no name. Most are warnings: they may be meant.

type Text = Extract<Body, { as: 'text' }>
type Place = { readonly text: string; readonly path: string }

/** Finds what will go wrong with a request for some leads, with a repair where one click can do it. `path`: `config.request`. */
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

function lintUrl(url: Place): Finding[] {
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

/** Ends of names whose values are written in ASCII: ids, numbers, codes, addresses. */
const PLAIN_VALUES =
  /(?:id|e?mail(?:[ _]?address)?|phone|zip|code|count|number|score|age|amount|total|price|date|at|on|url|link|token|key|status|plan|zone|language|locale|currency|version|vip|flag)$/i

/** Headers carry ASCII only: a value of a person's name fails for each José. */
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
        `${say(risky)} in the header "${name}", and headers carry ASCII only: for a lead called José nothing is sent.`,
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

/** A value of a body that looks like a secret whatever it is called: keys of bodies have names like "token" for other things. */
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

/** With a repair that keeps the text as a secret and leaves its token in its place. */
function hidden(finding: Finding, found: Place & { readonly secret: string; readonly name: string }): Finding {
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
    // A value that is one token is sent as null when it is missing, and says so.
    const isToken = body.as === 'pairs' && /^\s*\{\{[^}]*\}\}\s*$/.test(value)
    return [...secrets, ...(isToken ? [] : lintDefaults(place, { repairPath: `${path}.pairs.${i}.value` }))]
  })
  return [...type, ...pairs]
}

interface Header {
  readonly path: string
  readonly headers: string
  readonly without: WebhookRequest['headers']
}

/** A content type that does not say what the body is. */
function lintType(body: Exclude<Body, { as: 'none' }>, own: string | undefined, { path, headers, without }: Header) {
  if (body.as !== 'text') {
    const isRight = own === undefined || (body.as === 'form' ? isFormType(own) : isJsonType(own))
    const is = body.as === 'form' ? 'a form' : 'JSON'
    return isRight
      ? []
      : [
          repaired(
            warning(
              'lint.content-type',
              `The body is ${is}, but the header content-type says "${own}".`,
              'Remove the header: the right one is set by itself.',
              path,
            ),
            { label: 'Remove the header', set: [{ path: headers, value: without }] },
          ),
        ]
  }
  const said = own ?? body.contentType
  const guess = /^\s*(\[|\{(?![{%]))/.test(body.text)
    ? 'application/json'
    : /^\s*</.test(body.text)
      ? 'application/xml'
      : undefined
  const isMisspelt = /x-www-form-url-encoded/i.test(said)
  const better = isMisspelt ? 'application/x-www-form-urlencoded' : guess
  const isOff =
    isMisspelt || (better !== undefined && (said.trim() === '' || isFormType(said) || /^text\/plain/i.test(said)))
  if (!isOff || better === undefined) return []
  const found = warning(
    'lint.content-type',
    said.trim() === ''
      ? 'The body has no content type.'
      : `The content type "${said}" is not what the body looks like.`,
    `Say ${better}.`,
    `${path}.contentType`,
  )
  if (own !== undefined) return [found]
  const set = [{ path: `${path}.contentType`, value: better }, ...asTypeAsks(body, better, path)]
  return [repaired(found, { label: `Say ${better}`, set })]
}

/** What a repair sets beside a content type, so that the tokens of the body are written as it asks. */
function asTypeAsks(body: Text, contentType: string, path: string): Repair['set'] {
  const encoding = encodingFor(contentType)
  if (templateTokens(body.text).every(token => isSafe(token, contentType))) return []
  return [
    { path: `${path}.encoding`, value: encoding },
    ...(encoding === 'json' ? [{ path: `${path}.text`, value: escapedInQuotes(body.text) }] : []),
  ]
}

function lintText(body: Text, contentType: string, path: string): Finding[] {
  const tokens = templateTokens(body.text)
  const encoding = encodingOf(body, contentType)
  const quoted = tokens.filter(token => token.quoted && lastFilter(token) !== 'json_escape')
  const isOff = encoding === 'json' && quoted.length > 0
  // What stands in quotes twice is mended first: a default would be in quotes of its own.
  const defaults = lintDefaults({ text: body.text, path: `${path}.text` }, { encoding, mendable: !isOff })
  if (isOff)
    return [
      repaired(
        error(
          'lint.token-in-quotes',
          `${say(quoted)} in quotes, but tokens are written as JSON and bring their own.`,
          'Take the quotes away, or escape the tokens for inside of them.',
          `${path}.text`,
        ),
        {
          label: 'Escape them inside of the quotes',
          set: [{ path: `${path}.text`, value: escapedInQuotes(body.text) }],
        },
      ),
      ...defaults,
    ]
  if (encoding !== 'none') return defaults
  const bare = tokens.filter(token => !isSafe(token, contentType))
  const harm = HARMS[encodingFor(contentType)]
  if (bare.length === 0 || harm === undefined) return defaults
  const found = warning('lint.encoding-none', `${say(bare)} ${harm.what}`, harm.fix, `${path}.text`)
  const written: Text = { ...body, encoding: 'json', text: escapedInQuotes(body.text) }
  const wouldBreak = isJsonType(contentType) && whyNotJson(body) === undefined && whyNotJson(written) !== undefined
  return [
    wouldBreak ? found : repaired(found, { label: harm.label, set: asTypeAsks(body, contentType, path) }),
    ...defaults,
  ]
}

/** What a value that is not encoded does to a body of each type, and the way out. */
const HARMS: { readonly [E in Encoding]?: { readonly what: string; readonly fix: string; readonly label: string } } = {
  json: {
    what: 'in the JSON as it is: a value with a quote or a line break in it breaks the body.',
    fix: 'Write tokens as JSON.',
    label: 'Write tokens as JSON',
  },
  form: {
    what: 'in the form as it is: "Jack & Jill" becomes two parameters.',
    fix: 'Encode tokens for forms.',
    label: 'Encode tokens',
  },
  xml: {
    what: 'in the XML as it is: "Jack & Jill" breaks the document, and a value can bring elements of its own.',
    fix: 'Escape tokens for XML.',
    label: 'Escape tokens for XML',
  },
}

/** Does a token that is not encoded do no harm in a text of this type? */
function isSafe(token: TemplateToken, contentType: string): boolean {
  const filter = lastFilter(token)
  switch (encodingFor(contentType)) {
    case 'form':
      return ['url_encode', 'cgi_escape', 'url_param_escape'].includes(filter)
    case 'json':
      return token.quoted ? filter === 'json_escape' : filter === 'json' || filter === 'as_json_string'
    case 'xml':
      return XML_FILTERS.includes(filter)
    default:
      return true
  }
}

/** Of so many tokens that may be empty a text is told at most: a list of hundreds helps nobody. */
const MOST_EMPTY = 20
/** Signs that the repairs of one text may hold together; each of them holds the whole text. */
const REPAIRED_SIGNS = 262_144

interface About {
  /** Where the text itself stands, when problems stand on the line around it. */
  readonly repairPath?: string
  /** How the text's tokens are written; `none` where nothing encodes them. */
  readonly encoding?: Encoding
  readonly mendable?: boolean
}

/** Tokens that may be empty, each name once, with a repair that says so for all tokens of that name. */
function lintDefaults(
  { text, path }: Place,
  { repairPath = path, encoding = 'none', mendable = true }: About = {},
): Finding[] {
  const asked = tagText(text)
  const marketo = marketoIn(text)
  const isTheirs = ({ from, to }: TemplateToken) => marketo(text.slice(from, to))
  const missing = new Map<string, TemplateToken[]>()
  for (const token of templateTokens(text)) {
    const name = mayBeMissing(token)
    // What is missing is null in JSON, and says so.
    if (name === undefined || (encoding === 'json' && !token.quoted)) continue
    const others = missing.get(name)
    if (others !== undefined) others.push(token)
    // Who asks for it in a condition has thought of it.
    else if (missing.size < MOST_EMPTY && !asked.includes(name)) missing.set(name, [token])
  }
  return [...missing].map(([name, tokens], i) => {
    const like = tokens.every(isTheirs) ? `{{${name}:default=there}}` : `{{ ${name} | default: "there" }}`
    const found = warning(
      'lint.no-default',
      `{{ ${name} }} is empty for a lead without it.`,
      `Say what stands there instead, like ${like}.`,
      path,
    )
    if (!mendable || (i + 1) * text.length > REPAIRED_SIGNS) return found
    const value = rewritten(text, tokens, token => withDefault(token, isTheirs(token)))
    return repaired(found, { label: 'Empty is fine', set: [{ path: repairPath, value }] })
  })
}

function say(tokens: readonly TemplateToken[]): string {
  const first = `{{${tokens[0]?.inner}}}`
  return tokens.length === 1 ? `${first} stands` : `${first} and ${tokens.length - 1} more stand`
}

function repaired(finding: Finding, repair: Repair): Finding {
  return { ...finding, repair }
}

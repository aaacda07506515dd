import { error, type Finding, type Repair, repaired, warning } from '../problems'
import { encodingFor, encodingOf, isFormType, isJsonLikeType, isJsonType } from '../rules/content-type'
import { lastFilter, type TemplateToken, templateTokens } from '../rules/template-tokens'
import type { Body, Encoding, WebhookRequest } from '../rules/webhook-request'
import { XML_FILTERS } from './allowed'
import { whyNotJson } from './empty'
import { lintDefaults } from './lint-defaults'
import { escapedInQuotes } from './mends'
import { sayTokens } from './say-tokens'

type Text = Extract<Body, { as: 'text' }>

interface Header {
  readonly path: string
  readonly headers: string
  readonly without: WebhookRequest['headers']
}

/** A content type that does not say what the body is. */
export function lintType(
  body: Exclude<Body, { as: 'none' }>,
  own: string | undefined,
  { path, headers, without }: Header,
) {
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

/** What a repair sets beside a content type, so that the tokens of the body are written as that type needs. */
function asTypeAsks(body: Text, contentType: string, path: string): Repair['set'] {
  const encoding = encodingNeeded(contentType)
  if (templateTokens(body.text).every(token => isSafe(token, contentType))) return []
  return [
    { path: `${path}.encoding`, value: encoding },
    ...(encoding === 'json' ? [{ path: `${path}.text`, value: escapedInQuotes(body.text) }] : []),
  ]
}

/** What values of such a body need. A body of JSON lines is told of it, and not changed: it may bring its own quotes. */
function encodingNeeded(contentType: string): ReturnType<typeof encodingFor> {
  return isJsonLikeType(contentType) ? 'json' : encodingFor(contentType)
}

export function lintText(body: Text, contentType: string, path: string): Finding[] {
  const tokens = templateTokens(body.text)
  const encoding = encodingOf(body, contentType)
  const quoted = tokens.filter(token => token.quoted && lastFilter(token) !== 'json_escape')
  const isOff = encoding === 'json' && quoted.length > 0
  // Double quotes are mended first; a default would bring quotes of its own.
  const defaults = lintDefaults({ text: body.text, path: `${path}.text` }, { encoding, mendable: !isOff })
  if (isOff)
    return [
      repaired(
        error(
          'lint.token-in-quotes',
          `${sayTokens(quoted)} in quotes, but tokens are written as JSON and bring their own.`,
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
  const harm = HARMS[encodingNeeded(contentType)]
  if (bare.length === 0 || harm === undefined) return defaults
  const found = warning('lint.encoding-none', `${sayTokens(bare)} ${harm.what}`, harm.fix, `${path}.text`)
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

/** Is a token that is not encoded harmless in a text of this type? */
function isSafe(token: TemplateToken, contentType: string): boolean {
  const filter = lastFilter(token)
  switch (encodingNeeded(contentType)) {
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

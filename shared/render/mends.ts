import { lastFilter, rewritten, type TemplateToken, templateTokens } from '../rules/template-tokens'
import { defaultAsFilter, marketoIn } from './dialects'

// What repairs write into templates. Each keeps to the dialect of the token that it mends, and changes nothing for a
// lead who has the value.

/**
 * A token that says in its own dialect that it may be empty: Marketo's `{{lead.First Name:default=}}`, else a default
 * in front of the filters. A lead who has the value sees it as before, even when it is false.
 */
export function withDefault({ inner }: TemplateToken, isMarketo: boolean): string {
  if (isMarketo) return `{{${inner.trimEnd()}:default=}}`
  const [head = '', ...filters] = inner.split(/(?=\|)/)
  const closing = filters.length === 0 && head.endsWith('-') ? '-' : ''
  const bare = head.slice(0, head.length - closing.length).trimEnd()
  return `{{${bare} | default: "", allow_false: true ${closing}${filters.join('')}}}`
}

/**
 * For an encoding that writes quotes around tokens: makes tokens that stand in quotes already escape for the inside of
 * them. The quotes stay, so that what was sent as text is still sent as text.
 */
export function escapedInQuotes(text: string): string {
  const inQuotes = templateTokens(text).filter(token => token.quoted && lastFilter(token) !== 'json_escape')
  return filtered(text, inQuotes, 'json_escape')
}

/** The template with one more filter behind some of its tokens. */
export function filtered(text: string, tokens: readonly TemplateToken[], filter: string): string {
  const isMarketo = marketoIn(text)
  return rewritten(text, tokens, ({ from, to, inner }) => {
    const [, said = '', closing = ''] =
      /^([\s\S]*?)\s*(-?)$/.exec(isMarketo(text.slice(from, to)) ? defaultAsFilter(inner) : inner) ?? []
    return `{{${said} | ${filter} ${closing}}}`
  })
}

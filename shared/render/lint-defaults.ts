import { type Finding, repaired, warning } from '../problems'
import { mayBeMissing, rewritten, type TemplateToken, tagText, templateTokens } from '../rules/template-tokens'
import type { Encoding } from '../rules/webhook-request'
import { marketoIn } from './dialects'
import { withDefault } from './mends'

/** A template, and where it stands. */
export interface TextAt {
  readonly text: string
  readonly path: string
}

/** The most tokens without a default that are reported for one text: a list of hundreds helps nobody. */
const MOST_EMPTY = 20
/** Characters that the repairs of one text may hold together. Each of them holds the whole text. */
const REPAIRED_SIGNS = 262_144

interface About {
  /** Where the text itself stands, when its problems are shown on the line around it. */
  readonly repairPath?: string
  /** How the text's tokens are written; `none` where nothing encodes them. */
  readonly encoding?: Encoding
  readonly mendable?: boolean
}

/** Tokens that may be empty, each name once, with a repair that adds a default to all tokens of that name. */
export function lintDefaults(
  { text, path }: TextAt,
  { repairPath = path, encoding = 'none', mendable = true }: About = {},
): Finding[] {
  const asked = tagText(text)
  const marketo = marketoIn(text)
  const isTheirs = ({ from, to }: TemplateToken) => marketo(text.slice(from, to))
  const missing = new Map<string, TemplateToken[]>()
  for (const token of templateTokens(text)) {
    const name = mayBeMissing(token)
    // In JSON a missing value is null, which says enough.
    if (name === undefined || (encoding === 'json' && !token.quoted)) continue
    const others = missing.get(name)
    if (others !== undefined) others.push(token)
    // An author who asks for the name in a condition has thought of it.
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

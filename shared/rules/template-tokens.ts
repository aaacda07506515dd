/** A token of a template: `{{ lead.name | upcase }}`. */
export interface TemplateToken {
  readonly from: number
  readonly to: number
  readonly inner: string
  /** Inside of a JSON string of the text around it. */
  readonly quoted: boolean
}

/** The tokens of a template, with whether they stand in double quotes. What stands between braces and per cent signs is passed over. */
export function templateTokens(text: string): TemplateToken[] {
  const found: TemplateToken[] = []
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const two = text.slice(at, at + 2)
    const end = two === '{{' ? endOfToken(text, at) : two === '{%' ? text.indexOf('%}', at) : -1
    if (end !== -1) {
      if (two === '{{') found.push({ from: at, to: end + 2, inner: text.slice(at + 2, end), quoted })
      at = end + 1
    } else if (two[0] === '\\') at++
    else if (two[0] === '"') quoted = !quoted
  }
  return found
}

/** Where a token closes; -1 when it does not. The brace of `${name}` belongs to the name. */
function endOfToken(text: string, from: number): number {
  const end = text.indexOf('}}', from)
  const isOpen = end !== -1 && /\$\{[^}]*$/.test(text.slice(from, end))
  return isOpen ? (text[end + 2] === '}' ? end + 1 : text.indexOf('}}', end + 1)) : end
}

/** The name of a token's last filter; empty when it has none. */
export function lastFilter({ inner }: TemplateToken): string {
  return /\|\s*(\w+)[^|]*$/.exec(inner)?.[1] ?? ''
}

/** What a token takes from the lead or the event, as the author names it, when it may be missing and has no default. */
export function mayBeMissing({ inner }: TemplateToken): string | undefined {
  if (/\|\s*default\b|:\s*default\s*=/.test(inner)) return undefined
  const braze = /^[\s-]*((?:(?:custom_attribute|event_properties)\s*\.\s*)?\$\{[^{}]+\})/.exec(inner)?.[1]
  if (braze !== undefined) return /user_id/.test(braze) ? undefined : braze
  const name = /^[\s-]*((?:lead|event|trigger|company)\s*\.[^|:]*[^|:\s-])/.exec(inner)?.[1]
  return name === undefined || /^(lead\s*\.\s*external_id|event\s*\.\s*(id|name|at))$/.test(name) ? undefined : name
}

/** The template with a default for one token, in front of its filters; undefined where the way of writing it has another place for one. */
export function withDefault(text: string, { from, to, inner }: TemplateToken): string | undefined {
  if (/^[\s-]*\w+\.[\w]+ +\w/.test(inner)) return undefined
  const [head = '', ...filters] = inner.split(/(?=\|)/)
  const closing = filters.length === 0 && head.endsWith('-') ? '-' : ''
  const bare = head.slice(0, head.length - closing.length).trimEnd()
  return `${text.slice(0, from)}{{${bare} | default: "" ${closing}${filters.join('')}}}${text.slice(to)}`
}

/** JSON with its tokens out of quotes, for an encoding that writes the quotes. A token amid other words is escaped for inside of them. */
export function unquoted(text: string): string {
  let out = ''
  let done = 0
  for (const token of templateTokens(text)) {
    const { from, to, inner, quoted } = token
    const isAlone = quoted && text[from - 1] === '"' && text[to] === '"'
    out += text.slice(done, isAlone ? from - 1 : from)
    const isEscaped = lastFilter(token) === 'json_escape'
    const filtered = `{{${inner.replace(/-?$/, dash => `${/\s$/.test(inner.replace(/-$/, '')) ? '' : ' '}| json_escape ${dash}`)}}}`
    const bare = isEscaped ? `{{${inner.replace(/\|\s*json_escape\s*(-?)$/, '$1')}}}` : `{{${inner}}}`
    out += isAlone ? bare : quoted && !isEscaped ? filtered : text.slice(from, to)
    done = isAlone ? to + 1 : to
  }
  return out + text.slice(done)
}

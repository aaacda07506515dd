/** A token of a template: `{{ lead.name | upcase }}`. */
export interface TemplateToken {
  readonly from: number
  readonly to: number
  readonly inner: string
  /** Inside a JSON string of the text around it. */
  readonly quoted: boolean
}

/** Where a token or a tag begins and ends, and which of both it is. */
interface Part {
  readonly from: number
  readonly to: number
  readonly is: 'token' | 'tag'
}

/**
 * The tokens and tags of a template in order, in one walk. An opening that is never closed is none, and nothing is
 * searched twice.
 */
function* partsOf(text: string): Generator<Part> {
  const closes = { token: true, tag: true }
  const opening = /\{[{%]/g
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const is = found[0] === '{{' ? 'token' : 'tag'
    const end = !closes[is] ? -1 : is === 'token' ? endOfToken(text, found.index) : text.indexOf('%}', found.index)
    if (end !== -1) {
      yield { from: found.index, to: end + 2, is }
      opening.lastIndex = end + 2
    } else {
      closes[is] = false
      opening.lastIndex = found.index + 1
    }
  }
}

/**
 * The tokens of a template, and whether they stand in double quotes. What stands between braces and percent signs is
 * skipped.
 */
export function templateTokens(text: string): TemplateToken[] {
  const found: TemplateToken[] = []
  let quoted = false
  let at = 0
  const pass = (to: number) => {
    for (; at < to; at++) {
      if (text[at] === '\\') at++
      else if (text[at] === '"') quoted = !quoted
    }
  }
  for (const { from, to, is } of partsOf(text)) {
    pass(from)
    if (is === 'token') found.push({ from, to, inner: text.slice(from + 2, to - 2), quoted })
    at = to
  }
  return found
}

/** What stands in the tags of a template, as one text. */
export function tagText(text: string): string {
  return Array.from(partsOf(text), ({ from, to, is }) => (is === 'tag' ? text.slice(from, to) : '')).join(' ')
}

/** The template with a blank in place of each token and tag: what its author typed to be sent. */
export function typedText(text: string): string {
  let typed = ''
  let at = 0
  for (const { from, to } of partsOf(text)) {
    typed += `${text.slice(at, from)} `
    at = to
  }
  return typed + text.slice(at)
}

/** The length of the longest token or tag, in characters. */
export function longestPart(text: string): number {
  let longest = 0
  for (const { from, to } of partsOf(text)) longest = Math.max(longest, to - from)
  return longest
}

/** Where a token closes; -1 when it does not. The brace of `${name}` belongs to the name. */
function endOfToken(text: string, from: number): number {
  const end = text.indexOf('}}', from)
  if (end === -1) return -1
  const inner = text.slice(from, end)
  const name = inner.lastIndexOf('${')
  const isOpen = name !== -1 && !inner.includes('}', name)
  return isOpen ? (text[end + 2] === '}' ? end + 1 : text.indexOf('}}', end + 1)) : end
}

/** The name of a token's last filter; empty when it has none. */
export function lastFilter({ inner }: TemplateToken): string {
  const at = inner.lastIndexOf('|')
  return at === -1 ? '' : (/^\|\s*(\w+)/.exec(inner.slice(at))?.[1] ?? '')
}

/** What a token takes from the lead or the event, as the author names it. */
export function dataOf({ inner }: TemplateToken): string | undefined {
  const braze = /^[\s-]*((?:(?:custom_attribute|event_properties)\s*\.\s*)?\$\{[^{}]+\})/.exec(inner)?.[1]
  if (braze !== undefined) return /user_id/.test(braze) ? undefined : braze
  const name = /^[\s-]*((?:lead|event|trigger|company)\s*\.[^|:]*[^|:\s-])/.exec(inner)?.[1]
  return name === undefined || /^(lead\s*\.\s*external_id|event\s*\.\s*(id|name|at))$/.test(name) ? undefined : name
}

/** The same, when it may be missing and has no default. */
export function mayBeMissing(token: TemplateToken): string | undefined {
  return /\|\s*default\b|:\s*default\s*=/.test(token.inner) ? undefined : dataOf(token)
}

/** The template with some of its tokens rewritten. */
export function rewritten(
  text: string,
  tokens: readonly TemplateToken[],
  write: (token: TemplateToken) => string,
): string {
  let out = ''
  let done = 0
  for (const token of tokens) {
    out += text.slice(done, token.from) + write(token)
    done = token.to
  }
  return out + text.slice(done)
}

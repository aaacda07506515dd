/**
 * The offset at which a text stops being JSON; its length where it only ends too early. V8 tells the place for half of
 * the mistakes.
 */
export function offsetOfMistake(text: string): number {
  const open: ('{' | '[')[] = []
  let wants: Wants = 'value'
  let at = skipSpace(text, 0)
  while (at < text.length) {
    const token = tokenAt(text, at)
    const next: Wants | undefined = token === undefined ? undefined : follow(token, wants, open)
    if (token === undefined || next === undefined) return at
    wants = next
    at = skipSpace(text, at + token.length)
  }
  return text.length
}

type Wants = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing'

/**
 * What may follow `token`, which stands where `wants` was expected; undefined when it may not stand there. Keeps the
 * brackets in `open`.
 */
function follow(token: string, wants: Wants, open: ('{' | '[')[]): Wants | undefined {
  const isKey = wants === 'key' || wants === 'key or }'
  if (token === ':') return wants === ':' ? 'value' : undefined
  if (token === ',') return wants === ', or end' ? (open.at(-1) === '{' ? 'key' : 'value') : undefined
  if (token === '}' || token === ']') {
    const isMine = open.at(-1) === (token === '}' ? '{' : '[')
    const mayEnd = wants === ', or end' || wants === (token === '}' ? 'key or }' : 'value or ]')
    if (!isMine || !mayEnd) return undefined
    open.pop()
    return open.length === 0 ? 'nothing' : ', or end'
  }
  if (isKey) return token.startsWith('"') ? ':' : undefined
  if (wants !== 'value' && wants !== 'value or ]') return undefined
  if (token === '{' || token === '[') {
    open.push(token)
    return token === '{' ? 'key or }' : 'value or ]'
  }
  return open.length === 0 ? 'nothing' : ', or end'
}

const token =
  /"(?:[^"\\\p{Cc}]|\x7f|[\x80-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/uy

function tokenAt(text: string, at: number): string | undefined {
  token.lastIndex = at
  return token.exec(text)?.[0]
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++
  return at
}

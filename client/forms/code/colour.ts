/** What a piece of a template is, for its colour. */
export type Sort = 'mark' | 'word' | 'name' | 'filter' | 'text' | 'number' | 'note'

/** `text.slice(from, to)` is of one sort. What no piece covers is plain text. */
export interface Piece {
  readonly from: number
  readonly to: number
  readonly is: Sort
}

/**
 * What stands for itself between `{{` and `}}`, and in a tag, tried in this order. Braze's `${name}` and Marketo's
 * `:default=` are two of them.
 */
const signs: readonly (readonly [is: Sort, sign: RegExp])[] = [
  ['text', /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?/sy],
  ['text', /(?<=\$\{\s*)[^{}\s][^{}]*/uy],
  ['filter', /(?<=\|\s*)\w+/y],
  ['filter', /:default=/y],
  ['text', /(?<=:default=)(?:(?!\{\{|\}\})[\s\S])+/y],
  ['word', /\b(?:and|or|not|contains|in|true|false|nil|null|blank|empty)\b/y],
  ['number', /\b\d+(?:\.\d+)?\b/y],
  ['name', /[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}_][\p{L}\p{N}_-]*)*/uy],
  ['mark', /\$\{|\|/y],
]
/**
 * Closes Braze's `${`. Asked before the end of the token: in `{{${name}}}` the first brace is this one, in `{"plan":{{
 * lead.plan }}}` it is not.
 */
const closingName = /\}(?<=\$\{[^{}]*\})/y
const opening = /\{\{-?|\{%-?/g
const closings = { '{{': /-?\}\}/y, '{%': /-?%\}/y } as const
const silent = { raw: /\{%-?\s*endraw\b/g, comment: /\{%-?\s*endcomment\b/g } as const

/**
 * The coloured pieces of a template, from left to right. Reads Liquid, Braze's `{{ ${name} }}` and Marketo's
 * `{{lead.Name:default=x}}`; of what is not closed yet it colours as much as there is. It judges nothing: what is wrong
 * is said by check-templates.
 */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  const found: Found = (is, from, to) => pieces.push({ from, to, is })
  for (let at = 0; at < text.length; ) {
    opening.lastIndex = at
    const open = opening.exec(text)
    if (open === null) break
    found('mark', open.index, opening.lastIndex)
    at = open[0].startsWith('{{') ? inside(text, opening.lastIndex, '{{', found) : tag(text, opening.lastIndex, found)
  }
  return pieces
}

type Found = (is: Sort, from: number, to: number) => void

/** A tag begins with its name; what `raw` and `comment` hold is no template. */
function tag(text: string, from: number, found: Found): number {
  const name = matched(/\s*[a-z_]+/y, text, from)
  if (name > from) found('word', from + (/^\s*/.exec(text.slice(from, name))?.[0].length ?? 0), name)
  const end = inside(text, Math.max(from, name), '{%', found)
  const called = text.slice(from, Math.max(from, name)).trim()
  return called === 'raw' || called === 'comment' ? untilEnd(text, end, called, found) : end
}

function untilEnd(text: string, from: number, called: keyof typeof silent, found: Found): number {
  const ending = silent[called]
  ending.lastIndex = from
  const end = ending.exec(text)?.index ?? text.length
  if (called === 'comment' && end > from) found('note', from, end)
  return end
}

/** Walks to the end of a token or a tag. Braze lets a token stand inside of a tag. */
function inside(text: string, from: number, opened: keyof typeof closings, found: Found): number {
  for (let at = from; at < text.length; ) {
    const named = matched(closingName, text, at)
    const closed = named === -1 ? matched(closings[opened], text, at) : named
    if (closed !== -1) found('mark', at, closed)
    if (named !== -1) {
      at = named
      continue
    }
    if (closed !== -1) return closed
    if (opened === '{%' && text.startsWith('{{', at)) {
      found('mark', at, at + 2)
      at = inside(text, at + 2, '{{', found)
      continue
    }
    const [is, to] = sign(text, at)
    if (is !== undefined) found(is, at, to)
    at = to
  }
  return text.length
}

function sign(text: string, at: number): readonly [is: Sort | undefined, to: number] {
  for (const [is, pattern] of signs) {
    const to = matched(pattern, text, at)
    if (to > at) return [is, to]
  }
  return [undefined, at + 1]
}

/** Where a match that begins here ends; -1 when there is none. */
function matched(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

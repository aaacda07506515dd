import type { Json, JsonObject } from '../json'

/**
 * XML to JSON, for answers of webhooks. Our own and small on purpose: a general parser knows DTDs, entities and
 * includes, which is where its dangers are. This one knows elements, attributes, text, CDATA, comments, the five
 * entities and numeric ones. A DTD that declares an entity is refused whole, so nothing can expand; any other is
 * skipped. Every step goes forward in the text, so the time is linear in its length.
 *
 * The shape follows the paths (marketo-alm rule 10): the root element is a property; a name that occurs once in its
 * element is a property, one that occurs more often a list; an element without children is its text. Attributes are
 * `@name`; beside them or beside children, text is `#text`.
 */
export type Xml =
  | { readonly is: 'read'; readonly value: JsonObject }
  | { readonly is: 'refused'; readonly reason: string }

/** Answers are cut at 64 KiB before they come here. This bound is for callers with more. */
const MOST_CHARS = 1_000_000
const MOST_DEPTH = 64
const MOST_NODES = 20_000

/** Reads a document. `reason` is the end of a sentence: `the element "b" is not closed`. */
export function readXml(text: string): Xml {
  if (text.length > MOST_CHARS) return { is: 'refused', reason: 'the document is longer than 1,000,000 characters' }
  try {
    return { is: 'read', value: read(text.replace(/^\uFEFF/, '')) }
  } catch (broken) {
    if (broken instanceof Broken) return { is: 'refused', reason: broken.message }
    throw broken
  }
}

class Broken extends Error {}

interface Element {
  readonly name: string
  readonly members: Map<string, Json[]>
  readonly text: string[]
}

const tag = /<([\p{L}_:][\p{L}\p{N}_:.-]*)/uy
const attribute = /\s+([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy
const tagEnd = /\s*(\/?)>/y
const quoted = `(?:"[^"]*"|'[^']*')`
const doctype = new RegExp(
  `<!DOCTYPE\\s+[\\p{L}_:][\\p{L}\\p{N}_:.-]*(?:\\s+(?:SYSTEM|PUBLIC\\s+${quoted})\\s+${quoted})?\\s*(?:\\[([^\\]]*)\\]\\s*)?>`,
  'iuy',
)
const closing = /<\/([\p{L}_:][\p{L}\p{N}_:.-]*)\s*>/uy
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids exactly these
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

function read(text: string): JsonObject {
  if (forbidden.test(text) || !text.isWellFormed()) throw new Broken('it holds characters that XML does not allow')
  const document: Element = { name: '', members: new Map(), text: [] }
  const open: Element[] = [document]
  let at = 0
  let nodes = 0
  let hasDoctype = false
  const here = () => open.at(-1) ?? document

  while (at < text.length) {
    if (text[at] !== '<') takeText()
    else if (text.startsWith('<!--', at)) skipTo('-->', 4, 'a comment')
    else if (text.startsWith('<?', at)) skipTo('?>', 2, 'a processing instruction')
    else if (text.startsWith('<![CDATA[', at)) takeCdata()
    else if (text.startsWith('<!', at)) skipDoctype()
    else if (text[at + 1] === '/') takeClosing()
    else takeElement()
  }
  if (open.length > 1) throw new Broken(`the element "${here().name}" is not closed`)
  if (document.members.size === 0) throw new Broken('it has no element')
  return toObject(document.members)

  function takeText(): void {
    const found = text.indexOf('<', at)
    const end = found < 0 ? text.length : found
    const piece = text.slice(at, end)
    if (open.length > 1) here().text.push(unescapeXml(piece))
    else if (piece.trim() !== '') throw new Broken('there is text outside of the root element')
    at = end
  }

  function takeCdata(): void {
    const from = at + 9
    if (open.length === 1) throw new Broken('there is text outside of the root element')
    skipTo(']]>', 9, 'a CDATA section')
    here().text.push(text.slice(from, at - 3))
  }

  function skipTo(end: string, length: number, what: string): void {
    const found = text.indexOf(end, at + length)
    if (found < 0) throw new Broken(`${what} is not closed`)
    at = found + end.length
  }

  /** Whatever it names elsewhere is not fetched. */
  function skipDoctype(): void {
    const isPlace = open.length === 1 && document.members.size === 0 && !hasDoctype
    const found = isPlace ? match(doctype) : null
    if (found === null || /<!ENTITY|%/.test(found[1] ?? '')) throw new Broken('it has a DTD that is not read')
    hasDoctype = true
  }

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null) at = pattern.lastIndex
    return found
  }

  function takeElement(): void {
    const name = match(tag)?.[1]
    if (name === undefined) throw new Broken('a "<" begins no element')
    if (open.length === 1 && document.members.size > 0) throw new Broken('it has more than one root element')
    if (open.length > MOST_DEPTH) throw new Broken(`it is nested deeper than ${MOST_DEPTH} elements`)
    const element: Element = { name, members: new Map(), text: [] }
    for (let found = match(attribute); found !== null; found = match(attribute)) {
      const key = `@${found[1]}`
      if (element.members.has(key)) throw new Broken(`"${name}" has the attribute "${found[1]}" twice`)
      element.members.set(key, [unescapeXml(found[2] ?? found[3] ?? '')])
      count()
    }
    const end = match(tagEnd)
    if (end === null) throw new Broken(`the tag of "${name}" is not well formed`)
    count()
    if (end[1] === '/') keep(element, here())
    else open.push(element)
  }

  function count(): void {
    if (++nodes > MOST_NODES) throw new Broken(`it has more than ${MOST_NODES} elements and attributes`)
  }

  function takeClosing(): void {
    const name = match(closing)?.[1]
    const element = open.length > 1 ? open.pop() : undefined
    if (element === undefined || name !== element.name)
      throw new Broken(element === undefined ? 'a tag closes nothing' : `the element "${element.name}" is not closed`)
    keep(element, here())
  }
}

function keep({ name, members, text }: Element, into: Element): void {
  const said = text.join('').trim()
  if (members.size > 0 && said !== '') members.set('#text', [said])
  const value = members.size === 0 ? said : toObject(members)
  const known = into.members.get(name)
  if (known === undefined) into.members.set(name, [value])
  else known.push(value)
}

/** Made of entries, so that an element called `__proto__` is a property like any other. */
function toObject(members: ReadonlyMap<string, readonly Json[]>): JsonObject {
  return Object.fromEntries(
    [...members].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
}

const entities: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&([^;&]{0,12}(;?))/g, (whole, body: string, end: string) => {
    const name = end === '' ? '' : body.slice(0, -1)
    if (Object.hasOwn(entities, name)) return entities[name] ?? ''
    const code = /^#x[0-9a-f]{1,6}$/i.test(name)
      ? Number.parseInt(name.slice(2), 16)
      : /^#\d{1,7}$/.test(name)
        ? Number(name.slice(1))
        : 0
    const isSurrogate = code >= 0xd800 && code <= 0xdfff
    if (code === 0 || code > 0x10ffff || isSurrogate || forbidden.test(String.fromCodePoint(code)))
      throw new Broken(`"${whole.slice(0, 14)}" is no entity that is read`)
    return String.fromCodePoint(code)
  })
}

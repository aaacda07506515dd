interface NoWords {
  readonly message: string
  readonly fix: string
}

/** Did `shellWords` find words? */
export function isWords(words: readonly string[] | NoWords): words is readonly string[] {
  return Array.isArray(words)
}

const ESCAPES: { readonly [letter: string]: string } = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  e: '\x1b',
}
const WHOLE = 'Paste the whole command, and nothing else.'

/**
 * The words of one POSIX shell command: single quotes, double quotes, `$'..'`, backslashes and continued lines.
 * Anything else that a shell would do (variables, pipes, other commands) is refused in words, never done.
 */
export function shellWords(command: string): readonly string[] | NoWords {
  const words: string[] = []
  let word: string | undefined
  const text = command.replaceAll('\r\n', '\n').trim()
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string
    const next = text[at + 1] ?? ''
    if (sign === '\\' && next === '\n') at++
    else if (/\s/.test(sign) && sign !== '\n') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (sign === "'" || sign === '"' || (sign === '$' && next === "'")) {
      const read = sign === "'" ? single(text, at) : sign === '"' ? double(text, at) : ansi(text, at + 1)
      if (read === undefined) return { message: 'A quote is not closed.', fix: WHOLE }
      if (read.variable)
        return {
          message: 'It uses a variable of the shell.',
          fix: 'Put its value there, or quote it with single quotes.',
        }
      word = (word ?? '') + read.text
      at = read.end
    } else if (sign === '\\') {
      word = (word ?? '') + next
      at++
    } else if (sign === '$' && /[\w{(]/.test(next)) {
      return { message: 'It uses a variable of the shell.', fix: 'Put its value there.' }
    } else if ('|;&<>\n`()'.includes(sign)) {
      return { message: 'There is more than one command, or a pipe.', fix: WHOLE }
    } else word = (word ?? '') + sign
  }
  return word === undefined ? words : [...words, word]
}

interface Quoted {
  readonly text: string
  /** Where the closing quote stands. */
  readonly end: number
  readonly variable?: boolean
}

function single(text: string, from: number): Quoted | undefined {
  const end = text.indexOf("'", from + 1)
  return end === -1 ? undefined : { text: text.slice(from + 1, end), end }
}

function double(text: string, from: number): Quoted | undefined {
  let out = ''
  let variable = false
  for (let at = from + 1; at < text.length; at++) {
    const sign = text[at] as string
    const next = text[at + 1] ?? ''
    if (sign === '"') return { text: out, end: at, variable }
    // `${first_name}` in braces is Braze's, not the shell's.
    if ((sign === '$' && /[\w(]/.test(next)) || sign === '`') variable = true
    if (sign === '\\' && '"\\$`\n'.includes(next)) {
      if (next !== '\n') out += next
      at++
    } else out += sign
  }
  return undefined
}

/** `$'..'`, with the escapes of C. */
function ansi(text: string, from: number): Quoted | undefined {
  let out = ''
  for (let at = from + 1; at < text.length; at++) {
    const sign = text[at] as string
    if (sign === "'") return { text: out, end: at }
    if (sign !== '\\') {
      out += sign
      continue
    }
    const coded = /^(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|([0-7]{1,3}))/.exec(
      text.slice(at + 1, at + 10),
    )
    if (coded === null) {
      const next = text[at + 1] ?? ''
      out += ESCAPES[next] ?? next
      at++
    } else {
      const code =
        coded[4] === undefined
          ? Number.parseInt(coded[1] ?? coded[2] ?? coded[3] ?? '0', 16)
          : Number.parseInt(coded[4], 8)
      out += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
      at += coded[0].length
    }
  }
  return undefined
}

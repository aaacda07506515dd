/**
 * V8 from 12.8 to 14.6 at least (Node 24 to 26; nodejs/node issue 63785) reads names wrong that hold an escape: where an object with the name `\` was there
 * before, `{"\n": 1}` comes out as `{"\\": 1}`. Nothing that comes in may be changed in silence (law 15), so on such an engine JSON.parse is replaced here by one that
 * gives those names to it in another spelling. Every room imports this by json.ts; where the engine is right, nothing is touched.
 */

type Reviver = (this: unknown, key: string, value: unknown) => unknown
type Parse = (text: string, reviver?: Reviver) => unknown

/** Wraps a JSON.parse that reads names with escapes wrong. Texts without any cost a look for a backslash more. */
export function mended(parse: Parse): Parse {
  return (text, reviver) => {
    const json = String(text)
    const names = json.includes('\\') ? escapedNames(json) : []
    if (names.length === 0) return parse(json, reviver)
    // For the error that it throws, at the right place, when this is no JSON.
    parse(json)
    const value = parseRenamed(parse, json, names)
    return reviver === undefined ? value : revive({ '': value }, '', reviver)
  }
}

/** Where names with an escape stand: from their first quote to behind their last. */
function escapedNames(json: string): readonly (readonly [from: number, to: number])[] {
  const found: [number, number][] = []
  let backslash = json.indexOf('\\')
  for (let from = json.indexOf('"'); from >= 0; ) {
    let to = from + 1
    let hasEscape = false
    for (;;) {
      const quote = json.indexOf('"', to)
      if (quote < 0) return found
      while (backslash >= 0 && backslash < to) backslash = json.indexOf('\\', to)
      to = quote + 1
      if (backslash < 0 || backslash > quote) break
      hasEscape = true
      to = backslash + 2
    }
    if (hasEscape && isName(json, to)) found.push([from, to])
    from = json.indexOf('"', to)
  }
  return found
}

const space = /[\t\n\r ]*/y

function isName(json: string, after: number): boolean {
  space.lastIndex = after
  space.test(json)
  return json[space.lastIndex] === ':'
}

/** Each of these names becomes a plain one that nothing else has, and is given back where it stood. */
function parseRenamed(parse: Parse, json: string, names: readonly (readonly [number, number])[]): unknown {
  let mark = '\ue000'
  while (json.includes(mark)) mark += '\ue000'
  const real = new Map<string, string>()
  let renamed = ''
  let done = 0
  for (const [i, [from, to]] of names.entries()) {
    renamed += `${json.slice(done, from)}"${mark}${i}"`
    // A text by itself is read right.
    real.set(`${mark}${i}`, String(parse(json.slice(from, to))))
    done = to
  }
  const value = parse(renamed + json.slice(done))
  const open = [value]
  for (let here = open.pop(); open.length > 0 || here !== undefined; here = open.pop()) {
    if (typeof here !== 'object' || here === null) continue
    const entries = Object.entries(here)
    if (entries.some(([name]) => real.has(name))) {
      for (const [name] of entries) delete (here as Record<string, unknown>)[name]
      for (const [name, member] of entries) put(here, real.get(name) ?? name, member)
    }
    for (const [, member] of entries) if (typeof member === 'object' && member !== null) open.push(member)
  }
  return value
}

function revive(holder: object, key: string, reviver: Reviver): unknown {
  const value: unknown = (holder as Record<string, unknown>)[key]
  if (typeof value === 'object' && value !== null)
    for (const name of Object.keys(value)) {
      const member = revive(value, name, reviver)
      if (member === undefined) delete (value as Record<string, unknown>)[name]
      else put(value, name, member)
    }
  return reviver.call(holder, key, value)
}

/** Also for `__proto__`, which is a name like any other in JSON. */
function put(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
}

/** Does this engine read names with escapes wrong? */
export function isBroken(parse: Parse): boolean {
  parse('{"h":[],"\\\\":0}')
  return Object.keys(parse('{"h":1,"\\"":2}') as object)[1] !== '"'
}

if (isBroken(JSON.parse)) JSON.parse = mended(JSON.parse.bind(JSON)) as typeof JSON.parse

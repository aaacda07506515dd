// Templates whose tokens are values and filters, without a tag among them. Liquid parses them and its filters work on
// them; only the walk is ours, because Liquid's goes through a generator for each token, filter and argument, and
// through a copy of all that a template may name.
import {
  type Context,
  type Emitter,
  type Filtering,
  Output,
  type Template,
  type Token,
  toValue,
  toValueSync,
} from 'liquidjs/dist/liquid.browser.mjs'
import { FAMILIES, look, NAMED, SCOPES, type Tokens } from './scope'

/** Finds a value for a lead. */
export type Find = (tokens: Tokens, context: Context) => unknown

/** A piece of a template: a text as it stands, or a token's value. */
export interface Part {
  readonly token: Token
  readonly is: string | Find
}

/** The parts of a template; undefined when Liquid has to walk it. */
export function compiled(templates: readonly Template[]): readonly Part[] | undefined {
  return all(templates.map(partOf))
}

/** Writes the parts, at Liquid's price: one step for the template, and one for each part. */
export function writeParts(parts: readonly Part[], tokens: Tokens, context: Context, emitter: Emitter): void {
  context.renderLimit.check(0)
  for (const { token, is } of parts) {
    context.renderLimit.check(0)
    try {
      emitter.write(typeof is === 'string' ? is : toValue(is(tokens, context)))
    } catch (cause) {
      throw new PartBroken(cause as Error, token)
    }
  }
}

/** An error and the place in the template where it came up, as Liquid would throw it. */
class PartBroken extends Error {
  constructor(
    readonly originalError: Error,
    readonly token: Token,
  ) {
    super(originalError.message)
  }
}

function partOf(template: Template): Part | undefined {
  const is = template instanceof Output ? finding(template) : template.str
  return is === undefined ? undefined : { token: template.token, is }
}

function finding({ value: { initial, filters } }: Output): Find | undefined {
  const [only, ...others] = initial.postfix
  const find = only === undefined || others.length > 0 ? undefined : found(only)
  const steps = all(filters.map(stepOf))
  if (find === undefined || steps === undefined) return undefined
  return (tokens, context) => {
    let value = find(tokens, context)
    for (const step of steps) value = step(value, tokens, context)
    return value
  }
}

type Step = (value: unknown, tokens: Tokens, context: Context) => unknown

/** A filter with its arguments, those with a name included (`allow_false: true`). */
function stepOf({ handler, args }: Filtering): Step | undefined {
  const finds = all(args.map(argument))
  if (finds === undefined) return undefined
  return (value, tokens, context) =>
    // Some filters are generators.
    toValueSync(handler.call({ context }, value, ...finds.map(find => find(tokens, context))))
}

function argument(given: Filtering['args'][number]): Find | undefined {
  if (!Array.isArray(given)) return found(given as Token)
  const [name, token] = given as readonly [string, Token]
  const find = found(token)
  return find && ((tokens, context) => [name, find(tokens, context)])
}

/** How the value of a literal or a path is found; undefined for ranges, operators, and paths that hold a path. */
function found(token: Token): Find | undefined {
  if ('content' in token) {
    const { content } = token
    return () => content
  }
  if (token.variable !== undefined || token.props === undefined) return undefined
  const keys = all(token.props.map(prop => keyOf(prop.content)))
  if (keys === undefined) return undefined
  const special = keys.findIndex(isSpecial)
  const names = (special === -1 ? keys : keys.slice(0, special)) as readonly string[]
  const rest = keys.slice(names.length)
  if (!isKnown(names, rest)) return undefined
  return (tokens, context) => {
    let here = look(tokens, names)
    for (const key of rest) here = context.readProperty(here, key)
    return here
  }
}

function keyOf(content: unknown): string | number | undefined {
  return typeof content === 'string' || typeof content === 'number' ? content : undefined
}

/** Liquid reads these in its own way: the third of a list, the first, the number of them. */
function isSpecial(key: string | number): boolean {
  return typeof key === 'number' || key === 'size' || key === 'first' || key === 'last'
}

function isKnown([scope, field, name]: readonly string[], rest: readonly unknown[]): boolean {
  if (scope === undefined) return false
  if (scope === NAMED) return name !== undefined && (FAMILIES as readonly (string | undefined)[]).includes(field)
  return (SCOPES as readonly string[]).includes(scope) && (field !== undefined || rest.length === 0)
}

/** The list, if each of its members is known. */
function all<T>(list: readonly (T | undefined)[]): readonly T[] | undefined {
  return list.includes(undefined) ? undefined : (list as readonly T[])
}

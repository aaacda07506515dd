import type { z } from 'zod'
import { migrateGraph } from '#shared/graph/migrate'
import { GRAPH_VERSION } from '#shared/graph/schema'
import { isObject } from '#shared/json'
import type { Problem } from '#shared/problems'
import { findKind } from '#shared/steps/index'
import { letOthers, SLICE_MS } from '../others'
import { Refused, refuse } from '../problem'
import { strangeNames } from './strange-names'

/**
 * Checks a part of a request by its schema. Throws a 400 with one problem for each thing to mend, each with its path. A
 * name in a body that the schema does not know is one of them: nothing that was sent is passed over.
 */
export function parse<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: 'body' | 'query' | 'address' = 'body',
): z.output<S> {
  if (what === 'body' && value === undefined)
    throw refuse(400, 'body.missing', 'The request has no body.', 'Send JSON, with "content-type: application/json".')
  const parsed = schema.safeParse(value)
  // Who wrote "nam" hears that "name" is missing, and that "nam" is not known.
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap(issue => toProblems(issue, what)),
    ...(what === 'body' ? strangeNames(schema, value) : []),
  ]
  if (parsed.success && problems.length === 0) return parsed.data
  throw new Refused(400, 'The request is not valid.', problems.slice(0, MAX_PROBLEMS))
}

/** A list that is looked at in one go. */
const SHORT = 10

/**
 * Checks a body that is one thing or a list of them, by `parse`. A long list is looked at in slices, measured on
 * `clock` (ms), so that nobody else has to wait for it; all is known to be right before anything is done with it.
 */
export async function parseAll<S extends z.ZodType>(
  one: S,
  many: z.ZodType,
  body: unknown,
  clock: () => number,
): Promise<z.output<S>[]> {
  if (!Array.isArray(body)) return [parse(one, body)]
  if (body.length <= SHORT) return parse(many, body) as z.output<S>[]
  // What the list as a whole must be, its length above all, is asked of one that is as long and costs nothing.
  const length = many.safeParse(new Array(body.length).fill(null))
  const whole = length.success ? [] : length.error.issues.filter(({ path }) => path.length === 0)
  if (whole.length > 0)
    throw new Refused(
      400,
      'The request is not valid.',
      whole.flatMap(issue => toProblems(issue, 'body')),
    )
  const parsed: z.output<S>[] = []
  const problems: Problem[] = []
  let since = clock()
  for (let i = 0; i < body.length && problems.length < MAX_PROBLEMS; i++) {
    if (clock() - since > SLICE_MS) {
      await letOthers()
      since = clock()
    }
    const read = one.safeParse(body[i])
    if (read.success) parsed.push(read.data)
    problems.push(
      ...(read.error?.issues ?? []).flatMap(issue => toProblems(issue, 'body', [i])),
      ...strangeNames(one, body[i]).map(problem => ({ ...problem, path: `${i}.${problem.path}` })),
    )
  }
  if (problems.length > 0) throw new Refused(400, 'The request is not valid.', problems.slice(0, MAX_PROBLEMS))
  return parsed
}

/** Nobody reads more, and a batch of 5,000 wrong events would answer megabytes. */
const MAX_PROBLEMS = 50

/**
 * Parses a body that may hold a campaign graph. Steps of older versions are brought along. A graph of another format,
 * or with step kinds that this Hookline does not know, is refused with a sentence that says so, before anything else
 * about it.
 */
export function parseWithGraph<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const current = isObject(body) && 'graph' in body ? { ...body, graph: migrateGraph(body['graph']) } : body
  const strange = isObject(current) ? strangeInGraph(current['graph']) : []
  if (strange.length > 0) throw new Refused(400, 'This campaign was made by another Hookline.', strange)
  return parse(schema, current)
}

function strangeInGraph(graph: unknown): Problem[] {
  if (!isObject(graph)) return []
  const { hookline: version, steps } = graph
  if (version !== GRAPH_VERSION) {
    const message = `The graph has the format version ${JSON.stringify(version ?? null)}; this Hookline reads version ${GRAPH_VERSION}.`
    return [
      {
        code: 'graph.version',
        severity: 'error',
        path: 'graph.hookline',
        message,
        fix: 'Export it again from a Hookline of this version.',
      },
    ]
  }
  return isObject(steps) ? Object.entries(steps).flatMap(([id, step]) => strangeStep(id, step)) : []
}

function strangeStep(step: string, value: unknown): Problem[] {
  if (!isObject(value) || typeof value['kind'] !== 'string') return []
  const { kind: name, version } = value
  const kind = findKind(name)
  const strange = (code: string, message: string): Problem[] => [
    {
      code,
      severity: 'error',
      step,
      path: code === 'graph.kind' ? 'kind' : 'version',
      message,
      fix: 'Remove the step, or use a newer Hookline.',
    },
  ]
  if (kind === undefined) return strange('graph.kind', `This Hookline has no step of the kind "${name}".`)
  if (version === kind.version) return []
  return strange(
    'graph.step-version',
    `The step is a "${name}" of version ${JSON.stringify(version ?? null)}; this Hookline knows version ${kind.version}.`,
  )
}

type Issue = z.core.$ZodIssue

/** An issue as problems; of a choice, those of the branch that came closest. */
function toProblems(issue: Issue, what: string, base: readonly PropertyKey[] = []): Problem[] {
  const path = [...base, ...issue.path]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a))[0] ?? []
    if (depthOf(closest) > 0) return closest.flatMap(inner => toProblems(inner, what, path))
  }
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined
  return [
    {
      ...placeOf(path),
      code: `${what}.${issue.code.replaceAll('_', '-')}`,
      severity: 'error',
      message: say(issue, inner, what),
      fix: fixIn(issue) ?? fixes[what] ?? '',
    },
  ]
}

/** What a schema of ours says to do, beside its message. */
function fixIn(issue: Issue): string | undefined {
  const fix: unknown = issue.code === 'custom' ? issue.params?.['fix'] : undefined
  return typeof fix === 'string' ? fix : undefined
}

function depthOf(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(issue => issue.path.length))
}

const fixes: { readonly [what: string]: string } = {
  body: 'See /api/docs for what this address takes.',
  query: 'See /api/docs for the query of this address.',
  address: 'See /api/docs for the parts of this address.',
}

/** `graph.steps.welcome.config.wait` is the field `config.wait` of the step `welcome`. */
function placeOf(path: readonly PropertyKey[]): Pick<Problem, 'step' | 'path'> {
  const keys = path.map(String)
  if (keys[0] === 'graph' && keys[1] === 'steps' && keys[2] !== undefined)
    return keys.length > 3 ? { step: keys[2], path: keys.slice(3).join('.') } : { step: keys[2] }
  return keys.length > 0 ? { path: keys.join('.') } : {}
}

/** Our own messages are sentences already; those of the schema library are put into words. */
function say(issue: Issue, inner: string | undefined, what: string): string {
  const key = issue.path.at(-1)
  const name = key === undefined ? `The ${what}` : `"${String(key)}"`
  if (inner !== undefined && !inner.startsWith('Invalid')) return `${name} cannot be a name here. ${inner}`
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? `${name} is missing.`
        : `${name} must be ${article(issue.expected)}.`
    case 'invalid_value':
      return `${name} must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(v => JSON.stringify(v)).join(', ')}.`
    case 'invalid_union':
      return `${name} has none of the shapes that are taken here.`
    case 'too_small':
      return (
        ours(issue) ??
        `${name} must ${issue.origin === 'string' || issue.origin === 'array' ? 'hold' : 'be'} at least ${issue.minimum}.`
      )
    case 'too_big':
      return (
        ours(issue) ??
        `${name} must ${issue.origin === 'string' || issue.origin === 'array' ? 'hold' : 'be'} at most ${issue.maximum}.`
      )
    default:
      return ours(issue) ?? `${name} does not have the form that is taken here.`
  }
}

function ours({ message }: Issue): string | undefined {
  return /^(Invalid|Too (small|big)|Unrecognized)/.test(message) ? undefined : message
}

function article(expected: string): string {
  const word =
    ({ int: 'whole number', record: 'object', array: 'list', string: 'text' } as Record<string, string>)[expected] ??
    expected
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`
}

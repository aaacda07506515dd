import { type Liquid, Output, type Template } from 'liquidjs/dist/liquid.browser.mjs'
import { longestPart } from '../rules/template-tokens'
import { compiled, type Part } from './compiled'
import { type Translated, toLiquid } from './dialects'
import { escapes, type Where } from './escapes'
import { fencedLiquid } from './fence'
import { TEMPLATE_LIMIT, TOO_LONG } from './limits'
import { reasonOf } from './mistakes'
import type { Broken } from './rendered'
import { FAMILIES, NAMED, SCOPES } from './scope'

/**
 * What a template is compiled to. `plain` is the fast path: texts and paths by turns, text first, for a template that
 * needs nothing of Liquid, and `parts` is the next one, for a template without tags; a property test compares both with
 * Liquid. `single` is the only token of a template that is nothing else; it keeps its type in a JSON body.
 */
export type TemplatePlan =
  | { readonly is: 'plain'; readonly texts: readonly string[]; readonly paths: readonly (readonly string[])[] }
  | {
      readonly is: 'liquid'
      readonly source: Translated
      readonly templates: readonly Template[]
      readonly parts: readonly Part[] | undefined
      readonly single: Output | undefined
      readonly price: number
    }
  | Broken

export interface TemplateEngine {
  readonly liquid: Liquid
  readonly where: Where
  readonly escape: (value: unknown) => unknown
  /** In order of use, the least recent first. */
  readonly plans: Map<string, TemplatePlan>
  planned: number
}

function createEngine(where: Where): TemplateEngine {
  return { liquid: fencedLiquid(where), where, escape: escapes[where], plans: new Map(), planned: 0 }
}

/** One engine for each place that a text is printed into. */
export const engines: { readonly [where in Where]: TemplateEngine } = {
  text: createEngine('text'),
  url: createEngine('url'),
  json: createEngine('json'),
  form: createEngine('form'),
  xml: createEngine('xml'),
}

const PLANS = 2000
const PLANNED_SIGNS = 4_000_000

const tooLong: Broken = { is: 'broken', reason: TOO_LONG }

/** The plan of a template: the kept one, or a new one that is kept. */
export function planOf(engine: TemplateEngine, template: string): TemplatePlan {
  const found = engine.plans.get(template)
  if (found !== undefined) {
    engine.plans.delete(template)
    engine.plans.set(template, found)
    return found
  }
  const source = translate(template)
  // How a value is written in XML depends on what stands before it, which the fast path does not look at.
  const plain = source === undefined || engine.where === 'xml' ? undefined : plainPlan(source.text)
  const plan = source === undefined ? tooLong : (plain ?? parse(engine, source))
  engine.plans.set(template, plan)
  engine.planned += template.length
  for (const oldest of engine.plans.keys()) {
    if (engine.plans.size <= PLANS && engine.planned <= PLANNED_SIGNS) break
    engine.plans.delete(oldest)
    engine.planned -= oldest.length
  }
  return plan
}

/** A plan that Liquid walks itself, and that is not kept. */
export function slowPlanOf(engine: TemplateEngine, template: string): TemplatePlan {
  const source = translate(template)
  const plan = source === undefined ? tooLong : parse(engine, source)
  return plan.is === 'liquid' ? { ...plan, parts: undefined } : plan
}

/** The template in our Liquid; undefined when it is too long. */
export function translate(template: string): Translated | undefined {
  return template.length > TEMPLATE_LIMIT ? undefined : toLiquid(template)
}

/** `size`, `first` and `last` mean something to Liquid, so they are left to it. */
const PLAIN_NAME = '\\.(?!(?:size|first|last)(?![\\w-]))[A-Za-z_][\\w-]*'
/** `{{ path }}` and nothing more. */
const PLAIN_TOKEN = new RegExp(
  `\\{\\{[ \\t\\r\\n]*((?:${SCOPES.join('|')}|${NAMED}\\.(?:${FAMILIES.join('|')})${PLAIN_NAME})(?:${PLAIN_NAME})*)[ \\t\\r\\n]*\\}\\}`,
  'y',
)

function plainPlan(template: string): TemplatePlan | undefined {
  const texts: string[] = []
  const paths: (readonly string[])[] = []
  let from = 0
  for (;;) {
    const token = template.indexOf('{{', from)
    const text = template.slice(from, token === -1 ? undefined : token)
    if (text.includes('{%')) return undefined
    texts.push(text)
    if (token === -1) return { is: 'plain', texts, paths }
    PLAIN_TOKEN.lastIndex = token
    const path = PLAIN_TOKEN.exec(template)?.[1]
    if (path === undefined) return undefined
    paths.push(path.split('.'))
    from = PLAIN_TOKEN.lastIndex
  }
}

function parse({ liquid }: TemplateEngine, source: Translated): TemplatePlan {
  try {
    const templates = liquid.parse(source.text)
    const [only] = templates
    const single = templates.length === 1 && only instanceof Output && keepsType(only, source) ? only : undefined
    return { is: 'liquid', source, templates, parts: compiled(templates), single, price: priceOf(source.text) }
  } catch (cause) {
    return { is: 'broken', reason: reasonOf(cause, source) }
  }
}

/**
 * A token without filters keeps its type. So does Marketo's with a default: when nothing is found, the default's type
 * counts.
 */
function keepsType({ value: { filters } }: Output, { original, edits: [edit, ...others] }: Translated): boolean {
  if (filters.length === 0) return true
  const isMarketo = edit !== undefined && others.length === 0 && original.trim() === original.slice(edit.from, edit.to)
  return isMarketo && filters.length === 1
}

/**
 * What a step costs. A long token (a hundred filters, a path of a thousand names) is as much work as many short ones.
 */
function priceOf(template: string): number {
  return 1 + Math.floor(longestPart(template) / 50)
}

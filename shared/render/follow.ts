import { Context, toValue, toValueSync } from 'liquidjs/dist/liquid.browser.mjs'
import type { Json } from '../json'
import { Budget, Purse, TooLate } from './budget'
import type { Job } from './job'
import { OUTPUT_LIMIT, STEP_LIMIT, TOO_HARD, TOO_MUCH, TOO_SLOW, WORK_LIMIT } from './limits'
import * as lists from './lists'
import { reasonOf } from './mistakes'
import { Even } from './numbers'
import { engines, planOf, type TemplateEngine, type TemplatePlan } from './plan'
import type { Rendered, RenderedValue, Unrendered } from './rendered'
import {
  FAMILIES,
  type Family,
  fieldOf,
  memberOf,
  NAMED,
  namedOf,
  namesOf,
  SCOPES,
  type ScopeName,
  type Tokens,
  wholeOf,
} from './scope'
import { AbortedSend } from './tags'
import { Writer, XmlWriter } from './writers'

/** Renders a template for the place of its engine, by its plan. */
export function render(engine: TemplateEngine, template: string, job: Job): Rendered {
  return follow(engine, planOf(engine, template), job)
}

/** Renders a plan for a lead. Never throws: a plan that cannot be rendered is broken, with a sentence. */
export function follow(engine: TemplateEngine, plan: TemplatePlan, job: Job): Rendered {
  if (plan.is === 'broken') return plan
  try {
    const text = plan.is === 'plain' ? fill(engine, plan, job.tokens) : write(engine, plan, job)
    return { is: 'rendered', text: text.toWellFormed() }
  } catch (cause) {
    return unrendered(cause, plan)
  }
}

function unrendered(cause: unknown, plan: TemplatePlan): Unrendered {
  const { originalError } = cause as { readonly originalError?: unknown }
  if (originalError instanceof AbortedSend) return { is: 'aborted', reason: originalError.message }
  if (originalError instanceof TooLate || cause instanceof TooLate) return { is: 'broken', reason: TOO_SLOW }
  return { is: 'broken', reason: reasonOf(cause, plan.is === 'liquid' ? plan.source : undefined) }
}

/**
 * The value of a template that is one single token, as it was found (null when absent); the text of any other template.
 */
export function renderValue(template: string, job: Job): RenderedValue {
  const { tokens } = job
  const plan = planOf(engines.text, template)
  if (plan.is === 'plain' && plan.paths.length === 1 && plan.texts.every(text => text === ''))
    return { is: 'value', value: (look(tokens, plan.paths[0] ?? []) ?? null) as Json }
  if (plan.is === 'liquid' && plan.single !== undefined) {
    try {
      const value = toValue(toValueSync(plan.single.value.value(contextOf(engines.text, plan.price, job), false)))
      // Everything that a token can find is JSON: it comes from the scope, a literal or a range.
      return { is: 'value', value: value instanceof Even ? value.valueOf() : ((value ?? null) as Json) }
    } catch (cause) {
      return unrendered(cause, plan)
    }
  }
  const rendered = follow(engines.text, plan, job)
  return rendered.is === 'rendered' ? { is: 'value', value: rendered.text } : rendered
}

function fill(
  engine: TemplateEngine,
  { texts, paths }: Extract<TemplatePlan, { is: 'plain' }>,
  tokens: Tokens,
): string {
  let text = texts[0] ?? ''
  for (let i = 0; i < paths.length; i++) {
    text += (engine.escape(look(tokens, paths[i] ?? [])) as string) + texts[i + 1]
    if (text.length > OUTPUT_LIMIT) throw new Error(TOO_MUCH)
  }
  return text
}

/** Follows a path, which begins with the name of a scope or with a family of names. */
function look(tokens: Tokens, path: readonly string[]): unknown {
  const [scope, field, name = ''] = path
  if (field === undefined) return wholeOf(tokens, scope as ScopeName)
  const isNamed = scope === NAMED
  let here = isNamed ? namedOf(tokens, field as Family, name) : fieldOf(tokens, scope as ScopeName, field)
  for (let i = isNamed ? 3 : 2; i < path.length; i++) here = memberOf(here, path[i] as string)
  return here
}

function write(
  engine: TemplateEngine,
  { templates, price }: Extract<TemplatePlan, { is: 'liquid' }>,
  job: Job,
): string {
  const limiter = new Budget(OUTPUT_LIMIT, TOO_MUCH)
  const writer = engine.where === 'xml' ? new XmlWriter(limiter) : new Writer(limiter)
  toValueSync(engine.liquid.renderer.renderTemplates(templates, contextOf(engine, price, job), writer))
  return writer.buffer
}

function contextOf({ liquid }: TemplateEngine, price: number, job: Job): Context {
  const { tokens } = job
  // A copy without a prototype: `increment` writes into it, and nothing can be inherited from it.
  const own = Object.assign(
    Object.create(null) as object,
    Object.fromEntries(SCOPES.map(name => [name, wholeOf(tokens, name)])),
    { [NAMED]: Object.fromEntries(FAMILIES.map(family => [family, namesOf(tokens, family)])) },
  )
  job.steps ??= new Purse(STEP_LIMIT, TOO_HARD, job.isLate)
  job.signs ??= new Purse(WORK_LIMIT, TOO_HARD, job.isLate, 20_000)
  const budgets = {
    memoryLimit: new Budget(job.signs, TOO_HARD),
    renderLimit: new Budget(job.steps, TOO_HARD, price),
  }
  const context = new CountingContext(own, liquid.options, { sync: true }, { ...budgets, liquid })
  context.setRegister('world', tokens.world)
  context.setRegister('notes', tokens.notes)
  return context
}

/** Counts the characters of a text as people do: an emoji is one. */
class CountingContext extends Context {
  override readProperty(value: unknown, key: unknown): unknown {
    return key === 'size' && typeof value === 'string' ? lists.sizeOf(value) : super.readProperty(value, key)
  }
}

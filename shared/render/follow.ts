import { toValue, toValueSync } from 'liquidjs/dist/liquid.browser.mjs'
import type { Json } from '../json'
import { Budget, TooLate } from './budget'
import { writeParts } from './compiled'
import { contextOf } from './context'
import type { Job } from './job'
import { OUTPUT_LIMIT, TOO_MUCH, TOO_SLOW } from './limits'
import { reasonOf } from './mistakes'
import { Even } from './numbers'
import { engines, planOf, type TemplateEngine, type TemplatePlan } from './plan'
import type { Rendered, RenderedValue, Unrendered } from './rendered'
import { look, type Tokens } from './scope'
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
  return followToValue(planOf(engines.text, template), job)
}

/** The same for a plan. */
export function followToValue(plan: TemplatePlan, job: Job): RenderedValue {
  const { tokens } = job
  if (plan.is === 'plain' && plan.paths.length === 1 && plan.texts.every(text => text === ''))
    return { is: 'value', value: (look(tokens, plan.paths[0] ?? []) ?? null) as Json }
  if (plan.is === 'liquid' && plan.single !== undefined) {
    try {
      const context = contextOf(engines.text.liquid, plan.price, job)
      const find = plan.parts?.[0]?.is
      const found = typeof find === 'function' ? find(tokens, context) : plan.single.value.value(context, false)
      const value = toValue(toValueSync(found))
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

function write(
  engine: TemplateEngine,
  { templates, parts, price }: Extract<TemplatePlan, { is: 'liquid' }>,
  job: Job,
): string {
  const limiter = new Budget(OUTPUT_LIMIT, TOO_MUCH)
  const writer = engine.where === 'xml' ? new XmlWriter(limiter) : new Writer(limiter)
  const context = contextOf(engine.liquid, price, job)
  if (parts !== undefined) writeParts(parts, job.tokens, context, writer)
  else toValueSync(engine.liquid.renderer.renderTemplates(templates, context, writer))
  return writer.buffer
}

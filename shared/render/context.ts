import { Context, type Liquid } from 'liquidjs/dist/liquid.browser.mjs'
import { Budget, Purse } from './budget'
import type { Job } from './job'
import { STEP_LIMIT, TOO_HARD, WORK_LIMIT } from './limits'
import * as lists from './lists'
import { FAMILIES, NAMED, namesOf, SCOPES, type ScopeName, type Tokens, wholeOf } from './scope'

/** What Liquid and its filters ask while they render for a lead, on the budgets of the job. `price`: of a step. */
export function contextOf(liquid: Liquid, price: number, job: Job): Context {
  job.steps ??= new Purse(STEP_LIMIT, TOO_HARD, job.isLate)
  job.signs ??= new Purse(WORK_LIMIT, TOO_HARD, job.isLate, 20_000)
  const memoryLimit = new Budget(job.signs, TOO_HARD)
  const renderLimit = new Budget(job.steps, TOO_HARD, price)
  const { tokens } = job
  const context = new LeadContext(
    scopesOf(tokens),
    liquid.options,
    { sync: true },
    { memoryLimit, renderLimit, liquid },
  )
  context.setRegister('tokens', tokens)
  context.setRegister('world', tokens.world)
  context.setRegister('notes', tokens.notes)
  return context
}

/**
 * The scopes that a template begins with. They have no prototype: `increment` writes into them, and nothing can be
 * inherited from them. Only the answer can be a number, from which `increment` would count on.
 */
function scopesOf(tokens: Tokens): object {
  return Object.assign(Object.create(null) as object, { response: wholeOf(tokens, 'response') })
}

class LeadContext extends Context {
  /** Builds a scope when it is first named: copying a lead's attributes costs more than most filters. */
  override findScope(key: string): unknown {
    const { environments } = this
    if (!(key in environments)) {
      const tokens = this.getRegister('tokens') as Tokens
      if (key === NAMED) environments[key] = Object.fromEntries(FAMILIES.map(each => [each, namesOf(tokens, each)]))
      else if ((SCOPES as readonly string[]).includes(key)) environments[key] = wholeOf(tokens, key as ScopeName)
    }
    return super.findScope(key)
  }

  /** Counts the characters of a text as people do: an emoji is one. */
  override readProperty(value: unknown, key: unknown): unknown {
    return key === 'size' && typeof value === 'string' ? lists.sizeOf(value) : super.readProperty(value, key)
  }
}

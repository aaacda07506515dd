// The front door of the room: a template or a request goes in, and what leaves for one lead comes out. Only the room
// behind it knows Liquid, and keeps it in a fence (shared/render/fence.ts).
import type { Where } from './render/escapes'
import { follow, render, renderValue } from './render/follow'
import { inTime, jobOf, sharing } from './render/job'
import { engines, planOf, slowPlanOf } from './render/plan'
import type { Rendered, RequestRendered } from './render/rendered'
import { assemble } from './render/request'
import type { Tokens } from './render/scope'
import { Seals } from './render/seals'
import { inLanguage } from './rules/languages'
import type { WebhookRequest } from './rules/webhook-request'

export type { Rendered } from './render/rendered'
export type { Tokens } from './render/scope'

/** Renders a template for a lead. Tokens that find nothing are empty; objects and lists print as JSON. */
export function renderText(template: string, tokens: Tokens): Rendered {
  const plan = planOf(engines.text, template)
  return plan.is === 'liquid'
    ? inTime(tokens, isLate => follow(engines.text, plan, sharing(jobOf(tokens, isLate))))
    : follow(engines.text, plan, jobOf(tokens))
}

/**
 * Renders a request, in the lead's language, into the bytes that are stored and sent. The host is what was typed
 * (delivery R33), tokens in the address are percent-encoded, a body of pairs keeps the type of single tokens, and a
 * body that calls itself JSON is JSON. All its renderings share their budgets, so a request of two hundred lines may
 * take no more than one of a single line.
 */
export function renderRequest(request: WebhookRequest, { world, memory, campaign }: Tokens): RequestRendered {
  const said = inLanguage(request, world.lead.attributes)
  return inTime({ world, memory, campaign }, isLate => {
    const notes = new Set<string>()
    const seals = new Seals(world.system.mark)
    const mine = jobOf({ world, memory, campaign, notes, seals }, isLate)
    const made = assemble(
      said,
      {
        text: template => render(engines.text, template, mine),
        url: template => render(engines.url, template, mine),
        json: template => render(engines.json, template, mine),
        form: template => render(engines.form, template, mine),
        xml: template => render(engines.xml, template, mine),
        value: template => renderValue(template, mine),
      },
      world.system.sandbox,
    )
    if (made.is !== 'rendered') return { is: made.is, reason: seals.hide(made.reason) }
    const sealed: RequestRendered = { is: 'rendered', request: seals.lift(made.request) }
    return notes.size > 0 ? { ...sealed, notes: [...notes] } : sealed
  })
}

/** Always renders through Liquid. Tests compare the fast path with it. */
export function renderSlowly(template: string, tokens: Tokens, where: Where = 'text'): Rendered {
  const engine = engines[where]
  return follow(engine, slowPlanOf(engine, template), jobOf(tokens))
}

import { error, type Problem } from '../problems'
import type { Webhook } from '../rules/webhook'
import { kindOf, stepKinds } from '../steps'
import type { AnyKind } from '../steps/define'
import { migrateGraph } from './migrate'
import type { Graph, Step } from './schema'

/** The webhooks of the library, by id. */
export type Library = ReadonlyMap<string, Webhook>

/**
 * The graph with the parts that its steps take from the library put in: every part of a named webhook that the step
 * does not call its own. A step whose webhook is missing keeps the copy that it carries. Returns the same graph when
 * nothing is taken.
 */
export function withLibrary(graph: Graph, library: Library): Graph {
  const steps = Object.entries(graph.steps)
  const resolved = steps.map(([id, step]) => [id, taking(step, library)] as const)
  if (resolved.every(([, step], i) => step === steps[i]?.[1])) return graph
  return { ...graph, steps: Object.fromEntries(resolved) }
}

function taking(step: Step, library: Library): Step {
  const webhook = library.get(usedBy(step) ?? '')
  if (webhook === undefined) return step
  return { ...step, config: taken(kindOf(step.kind), step.config, webhook) }
}

/** A config with the parts of a webhook that it does not call its own. */
export function taken(kind: AnyKind, config: Step['config'], webhook: Webhook): Step['config'] {
  const parts = Object.entries(webhook).filter(([part]) => kind.library?.borrows(config, part))
  return { ...config, ...Object.fromEntries(parts) }
}

/** The id of the library webhook that a step names; undefined when it names none. */
function usedBy({ kind, config }: Step): string | undefined {
  return kindOf(kind).library?.uses(config) || undefined
}

/** Which steps name which library webhook. */
export function usesIn(graph: Graph): readonly { readonly step: string; readonly webhook: string }[] {
  return Object.entries(graph.steps).flatMap(([id, step]) => {
    const webhook = usedBy(step)
    return webhook === undefined ? [] : [{ step: id, webhook }]
  })
}

/** Steps that name a webhook which is not in the library. */
export function checkLibrary(graph: Graph, library: Library): Problem[] {
  return usesIn(graph)
    .filter(({ webhook }) => !library.has(webhook))
    .map(({ step, webhook }) => ({
      ...error(
        'webhook.gone',
        `The library has no webhook "${webhook}" any more; the step still holds a copy of it.`,
        'Make the copy the step’s own (Detach), or choose another webhook.',
        'config.webhook',
      ),
      step,
    }))
}

/** The step kind that calls library webhooks. A webhook is composed, checked and brought up to date in its config. */
export const caller: AnyKind = stepKinds.find(kind => kind.library !== undefined) as AnyKind

/** A webhook as a step of its own, which uses nothing of the library. */
export function stepOf(webhook: Webhook, name = ''): Step {
  const { kind, version, fresh } = caller
  return { kind, version, name, position: { x: 0, y: 0 }, config: { ...fresh, ...webhook } }
}

/** A stored definition of an older version of its kind, brought up to date but not yet parsed. */
export function migrateWebhook(definition: unknown, version: number): unknown {
  const steps = { it: { kind: caller.kind, version, config: definition } }
  const { it } = (migrateGraph({ steps }) as { steps: { it: { config: unknown } } }).steps
  return it.config
}

import { batch } from './batch'
import { callWebhook } from './call-webhook'
import type { AnyKind } from './define'
import { delay } from './delay'
import { exit } from './exit'
import { filter } from './filter'
import { trigger } from './trigger'
import { updateLead } from './update-lead'
import { variants } from './variants'
import { waitUntil } from './wait-until'

/** The registry: every step kind, in the order of the palette. Adding one is a file in this folder and a line here. */
const kinds = [trigger, batch, filter, variants, delay, waitUntil, callWebhook, updateLead, exit] as const

export const stepKinds: readonly AnyKind[] = kinds as unknown as readonly AnyKind[]
export type KindName = (typeof kinds)[number]['kind']

const byName = new Map(stepKinds.map(kind => [kind.kind, kind]))

/** The kind of this name; undefined when this version of Hookline does not know it. */
export function findKind(name: string): AnyKind | undefined {
  return byName.get(name)
}

/** The kind of this name. Throws when there is none: only for graphs that were parsed. */
export function kindOf(name: string): AnyKind {
  const kind = byName.get(name)
  if (kind === undefined) throw new Error(`unknown step kind "${name}"`)
  return kind
}

import { addToList } from './add-to-list'
import { audiencePaths } from './audience-paths'
import { batch } from './batch'
import { callWebhook } from './call-webhook'
import type { AnyKind } from './define'
import { delay } from './delay'
import { emitEvent } from './emit-event'
import { executeCampaign } from './execute-campaign'
import { exit } from './exit'
import { filter } from './filter'
import { removeFromCampaign } from './remove-from-campaign'
import { removeFromList } from './remove-from-list'
import { requestCampaign } from './request-campaign'
import { score } from './score'
import { trigger } from './trigger'
import { updateLead } from './update-lead'
import { variants } from './variants'
import { waitForEvent } from './wait-for-event'
import { waitUntil } from './wait-until'

/** The registry: every step kind, in the order of the palette. Adding one is a file in this folder and a line here. */
const kinds = [
  trigger,
  batch,
  filter,
  audiencePaths,
  variants,
  delay,
  waitUntil,
  waitForEvent,
  callWebhook,
  updateLead,
  score,
  addToList,
  removeFromList,
  emitEvent,
  requestCampaign,
  executeCampaign,
  removeFromCampaign,
  exit,
] as const

export const stepKinds: readonly AnyKind[] = kinds as unknown as readonly AnyKind[]

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

import type { EffectOf } from '../effects'
import type { Note } from '../journal'
import { findKind } from '../steps'
import type { Memory, Reply, World } from '../world'
import type { Compiled } from './journey'

/** What an answer that comes after its journey went on may still do: write the lead's attributes, and say so. */
export interface Late {
  readonly effects: readonly EffectOf<'lead.update'>[]
  readonly notes: readonly Note[]
}

/**
 * Asks the step what the answer means, and takes of it only what belongs to the lead: a dead letter that was received at last moves nobody, remembers nothing and
 * sends nothing. `memory` is the journey's of now. May throw what the step throws.
 */
export function lateReply(
  { graph, campaign }: Compiled,
  step: string,
  { world, memory }: { readonly world: World; readonly memory: Memory },
  reply: Reply,
): Late {
  const { kind = '', config = {} } = graph.steps[step] ?? {}
  const ask = { step, config, world, memory, campaign, campaignZone: graph.settings.zone }
  const { effects = [], notes = [] } = findKind(kind)?.behave.on?.reply?.(ask, { type: 'reply', reply }) ?? {}
  return {
    effects: effects.filter(effect => effect.type === 'lead.update'),
    notes: notes.filter(note => note.is === 'mapped' || note.is === 'updated'),
  }
}

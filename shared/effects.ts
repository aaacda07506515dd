import type { Json, JsonObject } from './json'
import type { Webhook } from './rules/webhook'

/**
 * The closed list of what a journey may ask of the world. The server has one performer for each
 * (shared/engine/send/apply.ts is complete by type), the simulator uses the same ones.
 */
export type Effect =
  /** Wake the journey with a `timer` signal at this instant (ms). */
  | { readonly type: 'timer.set'; readonly step: string; readonly at: number }
  /** Ask the gates, reserve a touch, render and send. The answer comes back as a `reply` signal. */
  | { readonly type: 'webhook.call'; readonly step: string; readonly webhook: Webhook }
  /** Write lead attributes; already visible to the very next step. */
  | {
      readonly type: 'lead.update'
      readonly step: string
      readonly set: { readonly [field: string]: Json }
      readonly clear: readonly string[]
    }
  /** Hear these events of the lead, as `event` signals, for as long as the journey stands in the step. */
  | { readonly type: 'event.await'; readonly step: string; readonly events: readonly string[] }
  /** An event of this lead, taken in like any other in the next turn. `depth`: rules/depth.ts. */
  | {
      readonly type: 'event.emit'
      readonly step: string
      readonly event: string
      readonly properties: JsonObject
      readonly depth: number
    }
  /** Let the lead into another campaign, if it takes requests. Nobody waits for it (marketo-alm rule 4). */
  | {
      readonly type: 'campaign.request'
      readonly step: string
      readonly campaign: string
      readonly properties: JsonObject
      readonly depth: number
    }
  /** Run another campaign for the lead, from beginning to end; the answer comes back as an `executed` signal in the same move (marketo-alm rule 3). */
  | {
      readonly type: 'campaign.execute'
      readonly step: string
      readonly campaign: string
      readonly properties: JsonObject
      readonly tokens: 'parent' | 'own'
    }
  /** End the lead's other journeys in a campaign (marketo-alm rule 28). */
  | { readonly type: 'campaign.leave'; readonly step: string; readonly campaign: string; readonly reason: string }
  /** Put the lead on a list, or take it off. Twice is once. */
  | {
      readonly type: 'list.change'
      readonly step: string
      readonly list: string
      readonly change: 'added' | 'removed'
    }
  /** A share had its turn in an exact rotation; `rotation` names the set of weights (rules/rotation.ts). */
  | { readonly type: 'rotation.advance'; readonly step: string; readonly rotation: string; readonly share: string }
  /** Delete what the step left pending (law 5). Emitted by compile.ts for every step that was waiting. */
  | { readonly type: 'tasks.clear'; readonly step: string }
  /** The journey is over. */
  | {
      readonly type: 'journey.end'
      readonly step: string
      readonly as: Ending
      readonly reason: string
      /** Of one that is left early, when it was not the step that said so. */
      readonly cause?: ExitCause
    }

export type EffectType = Effect['type']
export type EffectOf<T extends EffectType> = Extract<Effect, { type: T }>

/**
 * What took a lead out of a campaign early, as it is counted: an exit of the campaign, by its key (rules/exits/); a gate, by its name; a step, by its id; somebody by hand; a stop that lets
 * nobody finish; a step of another campaign; a pause that made it too late; a new version whose plan says so; and what became of the lead.
 */
export type ExitCause =
  | `rule:${string}`
  | `gate:${string}`
  | `step:${string}`
  | 'by-hand'
  | 'abort'
  | 'campaign'
  | 'late'
  | 'version'
  | 'merged'
  | 'deleted'

/** How a journey ended: at the end of its way, early on purpose, or because it could not go on. */
export type Ending = 'finished' | 'exited' | 'failed'

import type { Json } from '../../json'
import type { World } from '../../world'
import type { Lateness } from '../after-pause'
import type { Mode } from '../mode'

/** What a gate is told: who would be sent to, when, by which campaign, and the facts that the server gathered. */
export interface GateAsk {
  readonly world: World
  readonly campaign: CampaignFacts
  /** Touches of this lead over all campaigns that count for caps, newest last; only as far back as the caps look. */
  readonly touches: readonly number[]
  /** True for a retry: the touch is reserved already, and the call has begun. */
  readonly retry: boolean
  /** What is known of the way out; null where there is nothing to ask, and before the request is rendered. */
  readonly door: DoorFacts | null
  /** Somebody sent this dead letter again by hand and chose not to wait: quiet hours let it pass, and say so. A pause still holds it. */
  readonly sendNow?: boolean
  /** It fell due during a pause. */
  readonly late?: Lateness | null
}

/** The host that a rendered request goes to, and the limits on the way there. Instants are ms. */
export interface DoorFacts {
  readonly host: string
  readonly health: {
    /** `failing`: its breaker is open. `resting`: it asked for quiet by Retry-After. */
    readonly is: 'well' | 'failing' | 'resting'
    readonly until: number | null
    readonly errorRate: number
    readonly samples: number
  }
  /** `freeAt`: null when one more may leave now. */
  readonly rates: readonly {
    readonly of: 'campaign' | 'host'
    readonly most: number
    readonly per: 'second' | 'minute'
    readonly freeAt: number | null
  }[]
}

export interface CampaignFacts {
  readonly mode: Mode
  readonly status: 'live' | 'paused' | 'stopped'
  /** May the step that sends stand in a campaign of this mode? */
  readonly stepAllowed: boolean
  readonly quietHours: {
    readonly start: string
    readonly end: string
    readonly whenQuiet: 'wait' | 'skip' | 'exit'
  } | null
  readonly caps: readonly CapRule[]
}
export interface CapRule {
  readonly name: string
  readonly most: number
  readonly amount: number
  readonly unit: 'minutes' | 'days' | 'weeks'
}

type Saw = { readonly [name: string]: Json }
/**
 * A gate's answer. `pass` without `saw` means that there was nothing to ask (no quiet hours set, say), and the journal stays silent. `until` of a
 * hold is ms; null means until somebody acts (a paused campaign).
 */
export type Verdict =
  | { readonly is: 'pass'; readonly saw?: Saw }
  | { readonly is: 'hold'; readonly until: number | null; readonly saw: Saw }
  | { readonly is: 'skip'; readonly saw: Saw; readonly reason: string; readonly code?: number }
  /** Nothing is sent, and the lead leaves the campaign. */
  | { readonly is: 'exit'; readonly saw: Saw; readonly reason: string }

/** One rule asked at the moment of sending. */
export interface Gate {
  readonly name: string
  readonly ask: (ask: GateAsk) => Verdict
}

export const pass: Verdict = { is: 'pass' }

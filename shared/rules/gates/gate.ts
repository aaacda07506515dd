import type { Json } from '../../json'
import type { Planned, World } from '../../world'
import type { Lateness } from '../after-pause'
import type { Capping, PastTouch } from '../caps'
import type { Mode } from '../mode'
import type { QuietLevel } from '../quiet-levels'
import type { OffBy } from '../receiver'

/** What a gate is told: who would be sent to, when, by which campaign, and the facts that the server gathered. */
export interface GateAsk {
  readonly world: World
  readonly campaign: CampaignFacts
  /** Touches of this lead over all campaigns, for the caps to count; only as far back as they look. */
  readonly touches: readonly PastTouch[]
  /** True for a retry: the touch is reserved already, and the call has begun. */
  readonly retry: boolean
  /** What is known of the host that is called; null where there is nothing to ask, and before the request is rendered. */
  readonly host: HostFacts | null
  /** Somebody sent this dead letter again by hand and chose not to wait: quiet hours let it pass, and say so. A pause still holds it. */
  readonly sendNow?: boolean
  /** Since when caps have kept this call waiting (ms); null when they have not. */
  readonly deferredAt?: number | null
  /** The run of a schedule that leads to this call; null or absent: none does. */
  readonly planned?: Planned | null
  /** It fell due during a pause. */
  readonly late?: Lateness | null
}

/** The host that a rendered request goes to, and the limits on the way there. Instants are ms. */
export interface HostFacts {
  readonly name: string
  /** The receiver, when it is switched off; null: it is not. `since`, `failures` and `outcome` are what its calls came to before. */
  readonly off: {
    readonly receiver: string
    readonly at: number
    readonly by: OffBy
    readonly since: number
    readonly failures: number
    readonly outcome: string
  } | null
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
  readonly quiet: QuietFacts | null
  readonly capping: Capping
}

/** Quiet hours of every level that holds for the step that sends; none of the kind: null. */
export interface QuietFacts {
  readonly levels: readonly QuietLevel[]
  /** All of them in words, for the journal of those who pass. */
  readonly said: string
  /** What spreads the morning, with the lead: the same send has the same moment whenever it is asked for. */
  readonly campaign: string
  readonly step: string
}

export type Saw = { readonly [name: string]: Json }
/**
 * A gate's answer. `pass` without `saw` means that there was nothing to ask (no quiet hours set, say), and the journal stays silent; its `until` is the instant (ms)
 * from which it is no longer true, when that is near: nothing may begin to leave then (law 14). `until` of a hold is ms; null means until somebody acts (a
 * paused campaign).
 */
export type Verdict =
  | { readonly is: 'pass'; readonly saw?: Saw; readonly until?: number }
  /** `deferredAt`: since when caps have kept the call waiting, to be told when it is asked for again. */
  | { readonly is: 'hold'; readonly until: number | null; readonly saw: Saw; readonly deferredAt?: number }
  | { readonly is: 'skip'; readonly saw: Saw; readonly reason: string; readonly code?: number }
  /** Nothing is sent, and the lead leaves the campaign. */
  | { readonly is: 'exit'; readonly saw: Saw; readonly reason: string }

/** A gate's answer as the journal keeps it, for the gate's own sentences. Instants are ms. */
export interface Told {
  readonly verdict: Verdict['is']
  readonly saw: Saw
  /** When it was asked, and until when it holds. */
  readonly at: number
  readonly until: number | null
  /** The zone in which its instants are said. */
  readonly zone: string
}

/**
 * One rule asked at the moment of sending: one file in this folder plus one line in index.ts. `test/contracts/gates.test.ts` looks at each
 * registered one. Its sentences must understand what journals of older versions saw.
 */
export interface Gate {
  readonly name: string
  /** What it is called where gates stand in a list: `Quiet hours`. */
  readonly title: string
  /** What kept a webhook back, behind "by": `quiet hours`. */
  readonly by: string
  readonly ask: (ask: GateAsk) => Verdict
  /** Why it let a call pass, as a fragment: `22:10 (Asia/Seoul) is outside quiet hours 23:00-08:00`. */
  readonly sayPass: (told: Told) => string
  /** Why it held a call or did not let it be sent, as a fragment: `quiet hours 22:00-08:00`. */
  readonly sayStop: (told: Told) => string
  /** What ends a hold without an instant, behind "Held until". Absent: somebody acts. */
  readonly heldUntil?: string
}

export const pass: Verdict = { is: 'pass' }

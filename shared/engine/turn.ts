import type { Lateness } from '../rules/after-pause'
import type { Refusal } from '../rules/entry'
import type { Journey } from '../store/journeys'
import type { Work } from '../store/work'
import type { LeadEvent } from '../world'
import type { LiveCampaign } from './campaigns/live'
import type { CampaignRegistry } from './campaigns/registry'
import type { CompiledVersion } from './campaigns/version'
import type { Env } from './env'
import type { UnitOfWork } from './work/unit'

/**
 * The vocabulary of a turn: types only, to be read first. A turn is one transaction of the engine: it loads (facts.ts),
 * decides (entry, journey, send, acts), commits and dispatches (turns.ts, tick.ts).
 */

/** What every part of a turn shares. */
export interface Turn {
  readonly env: Env
  readonly registry: CampaignRegistry
  readonly unit: UnitOfWork
  readonly admission: TurnAdmission
}

/** What a move needs to know about where it happens. */
export interface JourneyContext {
  readonly env: Env
  readonly unit: UnitOfWork
  readonly registry: CampaignRegistry
  /** For a step that executes another campaign. */
  readonly admission: Pick<TurnAdmission, 'letIn'>
  readonly campaign: LiveCampaign
  readonly version: CompiledVersion
  /** That which moves the journey fell due during a pause. */
  readonly late?: Lateness
}

/** The rules that let leads in (entry/admission.ts), as the other parts of a turn see them. */
export interface TurnAdmission {
  /** Loads what the rules of these campaigns ask about these leads. */
  know(applicants: readonly Applicant[]): Work<void>
  /**
   * Loads what campaigns ask that steps execute: the step decides in the middle of a move, when nothing can be read any
   * more.
   */
  knowExecuted(leadIds: readonly number[]): Work<void>
  /** Would this lead enter a run of a batch campaign? For the size guard; nothing changes. */
  wouldEnter(campaign: LiveCampaign, version: CompiledVersion, leadId: number, run: AdmittingRun): boolean
  /** Lets a lead in when every rule agrees; else keeps the reason. `run` is given for a batch. */
  letIn(
    campaign: LiveCampaign,
    version: CompiledVersion,
    leadId: number,
    event: LeadEvent | null,
    run?: AdmittingRun | null,
  ): Journey | Refusal
  /** Writes down whom the turn refused and how many it let in. */
  write(): Work<void>
}

/** A lead who asks to enter a campaign. `run`: of a batch; the key of a run by leads' own clocks, else null. */
export interface Applicant {
  readonly campaign: LiveCampaign
  readonly leadId: number
  readonly event: LeadEvent | null
  readonly run?: string | null
}

/**
 * A run of a batch campaign, as admission needs it: its key when it goes by leads' own clocks, how many it has let in,
 * when it was to let this lead in (ms), and the zone whose clock says so.
 */
export interface AdmittingRun {
  readonly key: string | null
  readonly entered: number
  readonly at: number
  readonly clock: string
}

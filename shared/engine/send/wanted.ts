import type { Lateness } from '../../rules/after-pause'
import type { Webhook } from '../../rules/webhook'
import type { Journey } from '../../store/journeys'
import type { Task } from '../../store/tasks'
import type { LiveCampaign } from '../campaigns/live'
import type { CompiledVersion } from '../campaigns/version'

/**
 * What a journey wants to send. `from`: how it has waited, in which queue and at which place. `deferredAt`: since when
 * caps have kept it waiting.
 */
export interface Wanted {
  readonly step: string
  readonly webhook: Webhook
  readonly dueAt: number
  readonly from: Task | null
  readonly deferredAt: number | null
}

/**
 * A call that caps may keep back: decided at the end of the turn (contend.ts), where its journey stood when it asked.
 */
export interface CappedSend {
  readonly campaign: LiveCampaign
  readonly version: CompiledVersion
  readonly late: Lateness | undefined
  readonly journey: Journey
  readonly wanted: Wanted
  /** Gives back the place at its host that was kept for it; null: none was. */
  readonly giveBack: (() => void) | null
}

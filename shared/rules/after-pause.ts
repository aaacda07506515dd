import { z } from 'zod'
import { durationSchema, plainMs } from '../time/duration'
import { sayMs } from '../time/say'

/**
 * What becomes of whatever fell due while the campaign was paused. In Braze those leads leave (braze R30: `within`
 * nothing, else `exit`); here nobody is lost unless the marketer says so.
 */
export const afterPauseSchema = z.discriminatedUnion('late', [
  /** It happens at the resume, however late. */
  z.object({ late: z.literal('always') }),
  /** It happens when it is at most this late; else the lead goes on and is sent nothing, or leaves. */
  z.object({ late: z.literal('within'), within: durationSchema, otherwise: z.enum(['go-on', 'exit']) }),
])
export type AfterPause = z.infer<typeof afterPauseSchema>

export const happensLate: AfterPause = { late: 'always' }

/** The last pause of a campaign, from and until (ms). */
export interface Pause {
  readonly from: number
  readonly until: number
}

/** How late something is because of a pause, and what that means. `by` and `within` in ms; `within` null: no limit. */
export interface Lateness {
  readonly dueAt: number
  readonly by: number
  readonly within: number | null
  readonly outcome: 'happens' | 'goes-on' | 'exits'
}

/** How late a thing may be (ms), as a fragment. */
export function sayMostLate(within: number): string {
  return within === 0 ? 'nothing may be late' : `at most ${sayMs(within)} are allowed`
}

/** Why a lead left for that reason. */
export const sayLate = 'What was due during the pause was too late at the resume.'

/**
 * How the pause delayed what is due at `dueAt` (ms); undefined when it did not touch it. Only the pause counts: not how
 * long the engine was busy, and no earlier wait for other reasons.
 */
export function lateness(policy: AfterPause, pause: Pause | null, dueAt: number): Lateness | undefined {
  if (pause === null || dueAt >= pause.until) return undefined
  const by = pause.until - Math.max(dueAt, pause.from)
  if (policy.late === 'always') return { dueAt, by, within: null, outcome: 'happens' }
  const within = plainMs(policy.within)
  if (by <= within) return { dueAt, by, within, outcome: 'happens' }
  return { dueAt, by, within, outcome: policy.otherwise === 'exit' ? 'exits' : 'goes-on' }
}

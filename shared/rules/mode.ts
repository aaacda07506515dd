import type { Schedule } from '../time/schedule'
import type { Condition } from './conditions'
import type { WayIn } from './ways-in'

/** How a campaign is entered; derived from its entry step, never stored. */
export type Mode = Intake['mode']

/**
 * Whom an entry step lets in: leads who come by one of the ways, or all who match whenever a schedule says so. `most`:
 * the size guard of a run; when more would enter, nobody does (marketo-alm rule 25).
 */
export type Intake =
  | { readonly mode: 'trigger'; readonly ways: readonly WayIn[] }
  | { readonly mode: 'batch'; readonly audience: Condition; readonly schedule: Schedule; readonly most: number | null }

/** May another campaign request this one (marketo-alm rule 4)? */
export function takesRequests(intake: Intake): boolean {
  return intake.mode === 'trigger' && intake.ways.some(way => way.on === 'requested')
}

/** May another campaign execute this one (marketo-alm rule 3)? */
export function takesExecution(intake: Intake): boolean {
  return intake.mode === 'trigger' && intake.ways.some(way => way.on === 'executed')
}

/** May leads be let in by the API? */
export function takesEntries(intake: Intake): boolean {
  return intake.mode === 'trigger' && intake.ways.some(way => way.on === 'api')
}

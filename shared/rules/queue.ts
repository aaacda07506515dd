import { MINUTE } from '../time/units'
import type { LeadEvent } from '../world'

/**
 * The order in which calls leave that have to wait for a place (marketo-alm rule 20). A call has the priority of its
 * campaign, 9 before 1, in the version that its lead walks. A new priority is for leads who enter by the version that
 * has it, and moves nobody who waits. Leads whom a batch brought come one level behind those who triggered the campaign
 * themselves. Inside a level the call that has waited longest leaves first.
 *
 * Nobody starves: a call that waits `RISE` rises one level. So the place in the queue is one number, fixed when the
 * wait begins: a level is worth a head start of `RISE`.
 */

/** The highest level; the lowest, of a batch with priority 1, is 0. */
export const HIGHEST = 9

/** In ms. Nothing waits longer behind newcomers than nine times this. */
export const RISE = 5 * MINUTE

/** The level of a call. `by`: the event that let its lead in. */
export function levelOf(priority: number, by: Pick<LeadEvent, 'batch'> | null): number {
  return by?.batch === true ? priority - 1 : priority
}

/** The place in the queue of a call that may leave since an instant (ms). The lowest leaves first. */
export function rankOf(level: number, since: number): number {
  return since - level * RISE
}

/** How a wait in a queue stands at this moment. */
export interface InLine {
  /** The host that the call waits for; null: it waits for its turn in the rate limit of its campaign. */
  readonly host: string | null
  readonly level: number
  /**
   * Calls that leave before this one, and how many of those because of their level. At most `MOST_COUNTED` are counted.
   */
  readonly ahead: number
  readonly higher: number
}

export const MOST_COUNTED = 10_000

/** `Waits in line for hooks.example.com: 214 calls go first, 12 of them because their priority is higher.` */
export function sayInLine({ host, level, ahead, higher }: InLine): string {
  const line = `Waits in line for ${host ?? 'its turn in the rate limit of this campaign'}`
  if (ahead === 0) return `${line}: it is the next to leave.`
  const n = ahead >= MOST_COUNTED ? `${MOST_COUNTED.toLocaleString('en')} or more` : ahead.toLocaleString('en')
  const first = `${n} ${ahead === 1 ? 'call goes' : 'calls go'} first`
  if (higher === 0) return `${line}: ${first}.`
  const them =
    higher === ahead
      ? ahead === 1
        ? 'because its'
        : 'because their'
      : `${higher.toLocaleString('en')} of them because their`
  return `${line}: ${first}, ${them} priority is higher (this one has ${level}). Who waits ${RISE / MINUTE} minutes rises by one.`
}

import type { Note } from '../../journal'
import type { Heard, NoticeKind } from '../define'
import { alertRaised } from './alert-raised'
import { breakerClosed } from './breaker-closed'
import { breakerOpened } from './breaker-opened'
import { campaignFinished } from './campaign-finished'
import { campaignPaused } from './campaign-paused'
import { campaignPublished } from './campaign-published'
import { campaignResumed } from './campaign-resumed'
import { campaignStopped } from './campaign-stopped'
import { conversion } from './conversion'
import { endpointSwitchedOff } from './endpoint-switched-off'
import { endpointSwitchedOn } from './endpoint-switched-on'
import { eventReceived } from './event-received'
import { importFinished } from './import-finished'
import { journeyExited } from './journey-exited'
import { journeyFailed } from './journey-failed'
import { journeyFinished } from './journey-finished'
import { journeyStarted } from './journey-started'
import { journeyStepEntered } from './journey-step-entered'
import { journeyWaiting } from './journey-waiting'
import { leadChanged } from './lead-changed'
import { leadCreated } from './lead-created'
import { leadDeleted } from './lead-deleted'
import { leadMerged } from './lead-merged'
import { listJoined } from './list-joined'
import { listLeft } from './list-left'
import { variantAssigned } from './variant-assigned'
import { webhookDead } from './webhook-dead'
import { webhookFailed } from './webhook-failed'
import { webhookHeld } from './webhook-held'
import { webhookSent } from './webhook-sent'
import { webhookSucceeded } from './webhook-succeeded'
import { webhookUncertain } from './webhook-uncertain'
import { winnerDeclared } from './winner-declared'

/**
 * Everything that a subscription may hear, in the order in which screens and documents show it. A new kind is a file
 * and a line here.
 */
export const notices: readonly NoticeKind[] = [
  leadCreated,
  leadChanged,
  leadDeleted,
  leadMerged,
  listJoined,
  listLeft,
  eventReceived,
  journeyStarted,
  journeyStepEntered,
  journeyWaiting,
  journeyFinished,
  journeyExited,
  journeyFailed,
  webhookSent,
  webhookSucceeded,
  webhookFailed,
  webhookDead,
  webhookUncertain,
  webhookHeld,
  variantAssigned,
  conversion,
  winnerDeclared,
  campaignPublished,
  campaignPaused,
  campaignResumed,
  campaignStopped,
  campaignFinished,
  importFinished,
  endpointSwitchedOff,
  endpointSwitchedOn,
  breakerOpened,
  breakerClosed,
  alertRaised,
]

const byName = new Map(notices.map(kind => [kind.name, kind]))

/** The kind of this name; undefined: there is none. */
export function findNotice(name: string): NoticeKind | undefined {
  return byName.get(name)
}

/** What tells of a line of the journal, by the sort of line. */
export const heardFrom: ReadonlyMap<Note['is'], readonly (Heard & { readonly kind: NoticeKind })[]> = grouped()

function grouped(): Map<Note['is'], (Heard & { readonly kind: NoticeKind })[]> {
  const found = new Map<Note['is'], (Heard & { readonly kind: NoticeKind })[]>()
  for (const kind of notices)
    for (const { note, read } of kind.hears ?? []) {
      const others = found.get(note) ?? []
      others.push({ note, read, kind })
      found.set(note, others)
    }
  return found
}

import type { Note } from '../journal'

type Ended = Extract<Note, { is: 'replied' | 'resend-ended' }>
export type Outcome = 'received' | 'failed' | 'notSent' | 'uncertain'

const outcomes: { readonly [R in Extract<Ended, { is: 'replied' }>['reply']]: Outcome } = {
  received: 'received',
  failed: 'failed',
  'timed-out': 'failed',
  skipped: 'notSent',
  aborted: 'notSent',
  exited: 'notSent',
  uncertain: 'uncertain',
}

/**
 * What became of the calls of a journey, in the order in which they ended. A dead letter that was sent again has the outcome of the last time; one that a gate
 * kept back then stays what it was.
 */
export function sendsIn(notes: readonly Note[]): readonly { readonly step: string; readonly is: Outcome }[] {
  const sends: { step: string; is: Outcome }[] = []
  for (const note of notes) {
    if (note.is === 'replied') sends.push({ step: note.step, is: outcomes[note.reply] })
    if (note.is !== 'resend-ended' || note.as === 'skipped') continue
    // The journal names no touch where a call ended: of several calls of one step, the last that was no success is meant.
    const again = sends.findLast(send => send.step === note.step && (send.is === 'failed' || send.is === 'uncertain'))
    if (again !== undefined) again.is = note.as
  }
  return sends
}

/** How many calls ended how. */
export function countSends(notes: readonly Note[]): { readonly [O in Outcome]: number } {
  const count = { received: 0, failed: 0, notSent: 0, uncertain: 0 }
  for (const { is } of sendsIn(notes)) count[is] += 1
  return count
}

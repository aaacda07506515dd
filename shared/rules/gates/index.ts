import { frequencyCap } from './frequency-cap'
import type { Gate, GateAsk, Verdict } from './gate'
import { paused } from './paused'
import { quietHours } from './quiet-hours'
import { triggerOnly } from './trigger-only'

/**
 * The ordered list of gates (braze section 3, "order of gates"). All are asked at the moment of sending, in the transaction that reserves the
 * touch; the first that does not pass decides. A held call is asked again, all gates, at its instant. A new gate is a file and a line here.
 */
export const gates: readonly Gate[] = [triggerOnly, paused, quietHours, frequencyCap]

export interface Answered {
  readonly gate: string
  readonly verdict: Verdict
}

/** Asks the gates in order up to the first that does not pass. The last answer is the one that decides. */
export function askGates(ask: GateAsk): readonly Answered[] {
  const answers: Answered[] = []
  for (const gate of gates) {
    const verdict = gate.ask(ask)
    answers.push({ gate: gate.name, verdict })
    if (verdict.is !== 'pass') break
  }
  return answers
}

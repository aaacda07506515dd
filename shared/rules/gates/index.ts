import { afterPause } from './after-pause'
import { frequencyCap } from './frequency-cap'
import type { Gate, GateAsk, Verdict } from './gate'
import { hostHealth } from './host-health'
import { paused } from './paused'
import { quietHours } from './quiet-hours'
import { rateLimit } from './rate-limit'
import { switchedOff } from './switched-off'
import { triggerOnly } from './trigger-only'

/**
 * The ordered list of gates (braze section 3, "order of gates"). All are asked at the moment of sending, in the transaction that reserves the
 * touch; the first that does not pass decides. A held call is asked again, all gates, at its instant. A new gate is a file and a line here.
 */
export const leadGates: readonly Gate[] = [triggerOnly, paused, afterPause, quietHours, frequencyCap]
/** Asked last, when the rendered request says which host it goes to. */
export const hostGates: readonly Gate[] = [switchedOff, hostHealth, rateLimit]
export const gates: readonly Gate[] = [...leadGates, ...hostGates]

const byName = new Map(gates.map(gate => [gate.name, gate]))

/** The gate of this name; undefined for one that only journals of another version know. */
export function findGate(name: string): Gate | undefined {
  return byName.get(name)
}

/** What kept a webhook back, in words that stand behind "by": a gate, or the template itself. */
export function sayGate(name: string): string {
  return name === 'template' ? 'the template' : (findGate(name)?.by ?? name)
}

export interface Answered {
  readonly gate: string
  readonly verdict: Verdict
}

/** Asks the gates in order up to the first that does not pass. The last answer is the one that decides. */
export function askGates(ask: GateAsk, some: readonly Gate[] = gates): readonly Answered[] {
  const answers: Answered[] = []
  for (const gate of some) {
    const verdict = gate.ask(ask)
    answers.push({ gate: gate.name, verdict })
    if (verdict.is !== 'pass') break
  }
  return answers
}

import type { Note } from '../journal'
import { never } from '../json'
import { findGate } from '../rules/gates'
import { sayWithZone } from '../time/say'
import { sayAll } from '../values/say'
import { sentence } from './words'

/**
 * A gate's verdict as a sentence; the gate itself says why. One that this version does not know shows its values as they are. `at`: when it
 * was asked; `zone`: the lead's, for gates that saw none.
 */
export function explainGate(entry: Extract<Note, { is: 'gate' }>, { at, zone }: { at: number; zone: string }): string {
  const { verdict, saw, until, code } = entry
  const gate = findGate(entry.gate)
  const told = { verdict, saw, at, until, zone: typeof saw['zone'] === 'string' ? saw['zone'] : zone }
  if (verdict === 'pass') return `May be sent: ${sentence(gate?.sayPass(told) ?? entry.gate)}`
  const why = sentence(gate?.sayStop(told) ?? `${entry.gate} (${sayAll(saw)})`)
  switch (verdict) {
    case 'hold':
      return until === null
        ? `Held until ${gate?.heldUntil ?? 'somebody acts'}: ${why}`
        : `Held until ${sayWithZone(until, told.zone, at)}: ${why}`
    case 'skip':
      return `Not sent${code === null ? '' : `, code ${code}`}: ${why}`
    case 'exit':
      return `Not sent, and leaves the campaign: ${why}`
    default:
      return never(verdict)
  }
}

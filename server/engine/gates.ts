import type { Note } from '#shared/journal'
import { type Answered, askGates } from '#shared/rules/gates/index'
import type { Journey } from '../store/journeys'
import { factsOf } from './machines'
import { type Place, worldOf } from './place'

/** Facts in, verdict out: asks every gate for one journey that wants to send, and writes each answer into its journal. The last answer decides. */
export function askToSend(
  place: Place,
  journey: Journey,
  step: string,
  { retry, sendNow = false }: { retry: boolean; sendNow?: boolean },
): Answered['verdict'] {
  const { changes, campaign, version } = place
  const answers = askGates({
    world: worldOf(place, journey),
    campaign: factsOf(campaign, version, step),
    touches: changes.touchesOf(journey.leadId),
    retry,
    sendNow,
  })
  changes.note(journey, ...answers.flatMap(answer => noteOf(step, answer)))
  return answers.at(-1)?.verdict ?? { is: 'pass' }
}

/** A gate that had nothing to ask stays silent. */
function noteOf(step: string, { gate, verdict }: Answered): Note[] {
  if (verdict.saw === undefined) return []
  const until = verdict.is === 'hold' ? verdict.until : null
  const code = verdict.is === 'skip' ? (verdict.code ?? null) : null
  return [{ is: 'gate', step, gate, verdict: verdict.is, until, code, saw: verdict.saw }]
}

import type { JourneySummary } from '#shared/api'
import type { PillStatus } from './StatusPill'
import { sayNumber } from './say'

type Sends = JourneySummary['sends']

/** `2 received, 1 failed`: what became of the webhooks of a journey; empty where none was called for. */
export function saySends({ received, failed, notSent, uncertain }: Sends): string {
  const all = [
    [received, 'received'],
    [failed, 'failed'],
    [notSent, 'not sent'],
    [uncertain, 'uncertain'],
  ] as const
  const said = all.flatMap(([n, word]) => (n === 0 ? [] : [`${sayNumber(n)} ${word}`]))
  return said.length === 0 ? '' : `Webhooks: ${said.join(', ')}`
}

/**
 * How a journey that came to the end of its way looks: green only when all that was to be sent arrived. `detail` says
 * what did not.
 */
export function finishedLook({ failed, notSent, uncertain }: Sends): {
  readonly status: PillStatus
  readonly detail?: string
} {
  if (failed > 0) return { status: 'finished-failed', detail: `${sayNumber(failed)} failed` }
  if (uncertain > 0) return { status: 'finished-uncertain', detail: `${sayNumber(uncertain)} uncertain` }
  if (notSent > 0) return { status: 'finished-unsent', detail: `${sayNumber(notSent)} not sent` }
  return { status: 'finished' }
}

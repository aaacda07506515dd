import type { ReceiverView } from '#shared/api/receivers'
import { sayCause } from '#shared/rules/causes'
import { sayCount } from '../ui'

/** Why an endpoint is switched off, as a sentence. */
export function sayOff({ off, failures, outcome }: ReceiverView): string {
  switch (off?.by) {
    case 'failures':
      return `It only failed for 5 days: ${sayCount(failures, 'call')}. Last: ${sayCause(outcome)}.`
    case 'gone':
      return 'It answered 410: gone for good.'
    case 'asked':
      return 'It asked for it (webhook-delivery: disable).'
    default:
      return 'By hand.'
  }
}

import type { ReceiverView } from '#shared/api/receivers'
import { sayCause } from '#shared/rules/causes'
import { sayCount } from '../ui'

/** Why a receiver is switched off, as a sentence. */
export function sayOff({ off, failures, outcome }: ReceiverView): string {
  switch (off?.by) {
    case 'failures':
      return `After 5 days of nothing but failures: ${sayCount(failures, 'call')}, the last with ${sayCause(outcome)}.`
    case 'gone':
      return 'It answered 410: it says that it is gone for good.'
    case 'asked':
      return 'It asked for that (webhook-delivery: disable).'
    default:
      return 'By hand.'
  }
}

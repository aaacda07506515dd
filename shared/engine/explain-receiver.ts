import type { Json } from '../json'
import { sayCause } from '../rules/receiver'

/** Why calls to a receiver wait that was switched off, as a fragment. `on` says an instant: `on Tue 24 Nov, 00:00`. */
export function saySwitchedOff(saw: { readonly [name: string]: Json }, on: (at: unknown) => string): string {
  const why = reasonOf(saw, on)
  return `${saw['receiver']} was switched off ${on(saw['offAt'])}${why === undefined ? '' : `, ${why}`}`
}

function reasonOf(
  { by, firstFailureAt, failures, lastOutcome }: { readonly [name: string]: Json },
  on: (at: unknown) => string,
): string | undefined {
  switch (by) {
    case 'failures': {
      const since = on(firstFailureAt).replace(/^(on|at) /, '')
      const often = Number(failures).toLocaleString('en-US')
      return `after ${often} failures in a row since ${since}, the last of them with ${sayCause(String(lastOutcome))}`
    }
    case 'gone':
      return 'because it answered 410 (gone)'
    case 'asked':
      return 'because it asked for that (webhook-delivery: disable)'
    case 'hand':
      return 'by hand'
    default:
      return undefined
  }
}

import type { Json } from '../json'
import { sayCause } from '../rules/receiver'

/** Why calls to a receiver wait that was switched off, as a fragment. `on` says an instant: `on Tue 24 Nov, 00:00`. */
export function saySwitchedOff(saw: { readonly [name: string]: Json }, on: (at: unknown) => string): string {
  const { receiver, offAt, by, firstFailureAt, failures, lastOutcome } = saw
  const why = {
    failures: `after ${Number(failures).toLocaleString('en-US')} failures in a row since ${on(firstFailureAt).replace(/^(on|at) /, '')}, the last of them with ${sayCause(String(lastOutcome))}`,
    gone: 'because it answered 410 (gone)',
    asked: 'because it asked for that (webhook-delivery: disable)',
    hand: 'by hand',
  }[String(by)]
  return `${receiver} was switched off ${on(offAt)}${why === undefined ? '' : `, ${why}`}`
}

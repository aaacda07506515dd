import type { Json } from '../json'
import { sayCause } from '../rules/causes'

/** Why calls to a receiver wait that was switched off, as a fragment. `on` says an instant: `on Tue 24 Nov, 00:00`. */
export function saySwitchedOff(saw: { readonly [name: string]: Json }, on: (at: unknown) => string): string {
  const { receiver, offAt, by } = saw
  const why = reasons[String(by)]?.(saw, on)
  return `${receiver} was switched off ${on(offAt)}${why === undefined ? '' : `, ${why}`}`
}

type Saw = Parameters<typeof saySwitchedOff>[0]

const reasons: { readonly [by: string]: (saw: Saw, on: (at: unknown) => string) => string } = {
  failures: ({ firstFailureAt, failures, lastOutcome }, on) => {
    const since = on(firstFailureAt).replace(/^(on|at) /, '')
    return `after ${Number(failures).toLocaleString('en-US')} failures in a row since ${since}, the last of them with ${sayCause(String(lastOutcome))}`
  },
  gone: () => 'because it answered 410 (gone)',
  asked: () => 'because it asked for that (webhook-delivery: disable)',
  hand: () => 'by hand',
}

import { sayOn } from '../../time/say'
import { sayCount, sayPlain } from '../../values/say'
import { sayCause } from '../causes'
import type { OffBy } from '../receiver'
import { type Gate, type HostFacts, pass, type Told, type Verdict } from './gate'

/** A receiver that was switched off is sent nothing until somebody switches it on (delivery R21). Waiting costs no attempt and no place in caps. */
export const switchedOff: Gate = {
  name: 'switched-off',
  title: 'Switched off',
  by: 'a receiver that is switched off',
  ask: ({ host }) => (host?.off == null ? pass : holdFor(host.off)),
  sayPass: ({ saw }) => `${sayPlain(saw['receiver'])} is switched on`,
  sayStop: told => {
    const why = whySwitchedOff[String(told.saw['by'])]?.(told)
    const off = `${sayPlain(told.saw['receiver'])} was switched off ${sayAt(told, 'offAt')}`
    return why === undefined ? off : `${off}, ${why}`
  },
  heldUntil: 'somebody switches the receiver on',
}

/** What a call hears whose receiver is switched off. */
export function holdFor({ receiver, at, by, since, failures, outcome }: NonNullable<HostFacts['off']>): Verdict {
  const before = failures === 0 ? {} : { firstFailureAt: since, failures, lastOutcome: outcome }
  return { is: 'hold', until: null, saw: { receiver, offAt: at, by, ...before } }
}

const whySwitchedOff: { readonly [by in OffBy]: (told: Told) => string } & {
  readonly [by: string]: (told: Told) => string
} = {
  failures: told => {
    const since = sayAt(told, 'firstFailureAt').replace(/^(on|at) /, '')
    const failures = `after ${sayCount(Number(told.saw['failures']))} failures in a row since ${since}`
    return `${failures}, the last of them with ${sayCause(String(told.saw['lastOutcome']))}`
  },
  gone: () => 'because it answered 410 (gone)',
  asked: () => 'because it asked for that (webhook-delivery: disable)',
  hand: () => 'by hand',
}

/** One of the instants that it saw: `on Tue 24 Nov, 00:00`. */
function sayAt({ saw, zone, at }: Told, name: string): string {
  return sayOn(Number(saw[name]), zone, at)
}

import { type Gate, type HostFacts, pass, type Verdict } from './gate'

/** A receiver that was switched off is sent nothing until somebody switches it on (delivery R21). Waiting costs no attempt and no place in caps. */
export const switchedOff: Gate = {
  name: 'switched-off',
  ask: ({ host }) => (host?.off == null ? pass : holdFor(host.off)),
}

/** What a call hears whose receiver is switched off. */
export function holdFor({ receiver, at, by, since, failures, outcome }: NonNullable<HostFacts['off']>): Verdict {
  const before = failures === 0 ? {} : { firstFailureAt: since, failures, lastOutcome: outcome }
  return { is: 'hold', until: null, saw: { receiver, offAt: at, by, ...before } }
}

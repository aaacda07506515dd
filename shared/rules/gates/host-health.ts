import { type Gate, pass } from './gate'

/** A host that fails is left alone until it may be tried again (delivery R18, R20). Waiting costs no attempt. */
export const hostHealth: Gate = {
  name: 'host-health',
  ask: ({ host }) => {
    if (host === null || host.health.is === 'well') return pass
    const { is, until, errorRate, samples } = host.health
    return { is: 'hold', until, saw: { host: host.name, why: is, errorRate, samples } }
  },
}

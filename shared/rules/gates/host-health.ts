import { sayPlain } from '../../values/say'
import { type Gate, pass } from './gate'

/** A host that fails is left alone until it may be tried again (delivery R18, R20). Waiting costs no attempt. */
export const hostHealth: Gate = {
  name: 'host-health',
  title: 'Host health',
  by: 'a host that is not well',
  ask: ({ host }) => {
    if (host === null || host.health.is === 'well') return pass
    const { is, until, errorRate, samples } = host.health
    return { is: 'hold', until, saw: { host: host.name, why: is, errorRate, samples } }
  },
  sayPass: ({ saw }) => `${sayPlain(saw['host'])} answers`,
  sayStop: ({ saw }) => {
    const host = sayPlain(saw['host'])
    if (saw['why'] === 'resting') return `${host} asked us to wait (Retry-After)`
    const share = typeof saw['errorRate'] === 'number' ? Math.round(saw['errorRate'] * 100) : 0
    const failing = `${host} is failing (${share} % of ${sayPlain(saw['samples'])} calls in the last minute)`
    return `${failing}; it is tried again with a few calls first`
  },
  heldUntil: 'the calls that try it are answered',
}

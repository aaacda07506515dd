import { nextOpening } from '../../time/quiet'
import { type Gate, pass } from './gate'

/**
 * Nothing is sent while it is night where the lead is (braze R10-R13). Asked at every attempt, so that a retry does not ring at night either; a call that
 * has begun waits for the morning even when the policy is to skip.
 */
export const quietHours: Gate = {
  name: 'quiet-hours',
  ask: ({ world, campaign: { quietHours: hours }, retry, sendNow = false }) => {
    if (hours === null) return pass
    const until = nextOpening(hours, world.zone, world.now)
    const saw = { start: hours.start, end: hours.end, zone: world.zone, zoneFrom: world.zoneFrom }
    if (until === world.now) return { is: 'pass', saw }
    if (sendNow) return { is: 'pass', saw: { ...saw, sendNow } }
    if (hours.whenQuiet === 'wait' || retry) return { is: 'hold', until, saw }
    return { is: hours.whenQuiet, saw, reason: `quiet hours ${hours.start}-${hours.end} (${world.zone})` }
  },
}

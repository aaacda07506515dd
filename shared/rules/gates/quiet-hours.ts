import { nextClosing } from '../../time/quiet'
import { BUCKETS, bucketOf } from '../assignment'
import { askQuiet, type Quietness, sawBecause, sayBecause } from '../quiet-levels'
import { type Gate, pass, type QuietFacts, type Saw, type Verdict } from './gate'

const DAY = 86_400_000
/** A call is on its way to its first byte for some seconds at most: a name server, a handshake, an access token. */
const ON_ITS_WAY = 600_000

/**
 * Nothing is sent while it is quiet where the lead is (braze R10-R13). Asked at every attempt, so that a retry does not ring at night either; a call that
 * has begun waits for the morning even when the policy is to skip.
 */
export const quietHours: Gate = {
  name: 'quiet-hours',
  ask: ({ world, campaign: { quiet }, retry, sendNow = false }) => {
    if (quiet === null) return pass
    const { now, zone, zoneFrom, lead } = world
    const asked = askQuiet(quiet.levels, zone, now)
    if (asked.is === 'open') return open(quiet, zone, now, { hours: quiet.said, zone, zoneFrom })
    const { because, whenQuiet } = asked
    const saw = { ...sawBecause(because), zone, zoneFrom }
    if (sendNow) return { is: 'pass', saw: { ...saw, sendNow } }
    if (whenQuiet === 'wait' || retry)
      return { is: 'hold', until: leavesAt(asked, quiet, lead.externalId, now), saw: { ...saw, ...sawOfHold(asked) } }
    return { is: whenQuiet, saw, reason: `${sayBecause(because)} (${zone})` }
  },
}

/** It is open, and the answer says until when, where that end is near. */
function open({ levels }: QuietFacts, zone: string, now: number, saw: Saw): Verdict {
  const plans = levels.map(({ plan }) => plan)
  const until = nextClosing(plans, zone, now, now + ON_ITS_WAY)
  return until < now + ON_ITS_WAY ? { is: 'pass', saw, until } : { is: 'pass', saw }
}

type Quiet = Extract<Quietness, { is: 'quiet' }>

/**
 * The end of quiet hours, and the lead's own part of the time over which the morning is spread: a hash, never chance, so that it stays the same when it is asked
 * again. Where no end is in sight the call is asked again in a day: somebody may have changed the hours.
 */
function leavesAt({ opensAt, spread }: Quiet, { campaign, step }: QuietFacts, lead: string, now: number): number {
  if (opensAt === null) return now + DAY
  return spread === 0 ? opensAt : opensAt + Math.floor((bucketOf(campaign, step, lead) / BUCKETS) * spread)
}

function sawOfHold({ opensAt, spread, lastly }: Quiet) {
  return {
    ...(lastly === null ? {} : { lastly: sawBecause(lastly) }),
    ...(opensAt === null || spread > 0 ? { opensAt } : {}),
    ...(spread > 0 ? { spreadMinutes: Math.round(spread / 60_000) } : {}),
  }
}

import type { Json } from '../../json'
import { sayMinutes } from '../../time/duration'
import { nextClosing } from '../../time/quiet'
import { sayWithZone } from '../../time/say'
import { SLOWED } from '../../time/standing'
import { DAY } from '../../time/units'
import { sayInstant } from '../../time/window'
import { sayPlain } from '../../values/say'
import type { World } from '../../world'
import { BUCKETS, bucketOf } from '../assignment'
import { askQuiet, type Because, type Quietness, sawBecause, sayBecause } from '../quiet-levels'
import { type Gate, pass, type QuietFacts, type Saw, type Told, type Verdict } from './gate'

/** A call is on its way to its first byte for some seconds at most: a name server, a handshake, an access token. */
const ON_ITS_WAY = 600_000

/**
 * Nothing is sent while it is quiet where the lead is (braze R10-R13). Asked at every attempt, so that a retry does not ring at night either; a call that
 * has begun waits for the morning even when the policy is to skip.
 */
export const quietHours: Gate = {
  name: 'quiet-hours',
  title: 'Quiet hours',
  by: 'quiet hours',
  ask: ({ world, campaign: { quiet }, retry, sendNow = false }) => {
    if (quiet === null) return pass
    const { zone, zoneFrom, lead } = world
    const { asked, now } = askBoth(quiet, world)
    if (asked.is === 'open') return open(quiet, world, { hours: quiet.said, zone, zoneFrom })
    const { because, whenQuiet } = asked
    const saw = { ...sawBecause(because), zone, zoneFrom }
    if (sendNow) return { is: 'pass', saw: { ...saw, sendNow } }
    if (whenQuiet === 'wait' || retry)
      return {
        is: 'hold',
        until: inOurTime(leavesAt(asked, quiet, lead.externalId, now), now, world),
        saw: { ...saw, ...sawOfHold(asked) },
      }
    return { is: whenQuiet, saw, reason: `${sayBecause(because)} (${zone})` }
  },
  sayPass: told => {
    const { quiet } = sayHours(told)
    return told.saw['sendNow'] === true
      ? `sent by hand, which does not wait for the end of ${quiet}${sayWhoseZone(told)}`
      : `${sayWithZone(told.at, told.zone, told.at)} is outside ${quiet}${sayWhoseZone(told)}`
  },
  sayStop: told => {
    const { quiet, until } = sayHours(told)
    return `${quiet}${until}${told.verdict === 'hold' ? '' : ` (${told.zone})`}${sayWhoseZone(told)}`
  },
}

/** Nothing is sent by night, neither by our time nor by the clock on the wall, where that was set back and ours runs ahead of it. `now`: the one that was asked by. */
function askBoth(
  { levels }: QuietFacts,
  { now, behind = 0, zone }: World,
): { readonly asked: Quietness; readonly now: number } {
  const asked = askQuiet(levels, zone, now)
  if (behind === 0 || asked.is === 'quiet') return { asked, now }
  return { asked: askQuiet(levels, zone, now - behind), now: now - behind }
}

/** When the clock shows an instant by which `now` was asked, in our time: while it catches up, that goes at a part of its speed. */
function inOurTime(at: number, now: number, world: World): number {
  return now === world.now ? at : Math.ceil(world.now + (at - now) * SLOWED)
}

/** It is open, and the answer says until when, where that end is near. */
function open({ levels }: QuietFacts, { now, behind = 0, zone }: World, saw: Saw): Verdict {
  const plans = levels.map(({ plan }) => plan)
  const closing = (at: number) => nextClosing(plans, zone, at, at + ON_ITS_WAY) - at
  const left = behind === 0 ? closing(now) : Math.min(closing(now), closing(now - behind))
  return left < ON_ITS_WAY ? { is: 'pass', saw, until: now + left } : { is: 'pass', saw }
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

function sayWhoseZone({ saw }: Told): string {
  return saw['zoneFrom'] === 'campaign' ? "; the lead's own zone is not known, so the campaign's counts" : ''
}

/** Whose quiet hours, and what else there is to say of their end. Journals from before there were levels have a start and an end. */
function sayHours({ saw, at, zone }: Told): { readonly quiet: string; readonly until: string } {
  const { hours, lastly, opensAt, spreadMinutes } = saw
  if (hours === undefined) return { quiet: `quiet hours ${sayPlain(saw['start'])}-${sayPlain(saw['end'])}`, until: '' }
  const then = isBecause(lastly) ? `, then ${sayBecause(lastly)}` : ''
  const spread =
    typeof spreadMinutes === 'number' && typeof opensAt === 'number'
      ? `; those who waited leave within ${sayMinutes(spreadMinutes)} after ${sayInstant(opensAt, zone, { now: at })}`
      : ''
  const endless = opensAt === null ? ', which leave no moment of the next year open; it is asked again then' : ''
  return {
    quiet: isBecause(saw) ? sayBecause(saw) : `quiet hours ${sayPlain(hours)}`,
    until: then + spread + endless,
  }
}

function isBecause(value: Json | undefined): value is Json & Because {
  const because = value as Partial<Because> | null | undefined
  return typeof because?.hours === 'string' && ['account', 'campaign', 'step'].includes(String(because.level))
}

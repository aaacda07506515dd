import { type JsonObject, never } from '../json'
import { plainMs, sayMinutes } from '../time/duration'
import { sayWall, weekdayOf, writeWall } from '../time/landing'
import { wallAt } from '../time/offset'
import { isHoliday, isQuietOn, nextClosing, nextOpening, planOf, QUIET_REACH, type QuietPlan } from '../time/quiet'
import { DAY, MINUTE } from '../time/units'
import { sayInstant, WEEKDAYS } from '../time/window'
import { planOfQuiet, type QuietChoice, type QuietHours, sayQuiet, sayWindow } from './quiet'

/**
 * Quiet hours of several levels. The account's always hold, and the campaign's are added to them (braze section 3, rule
 * 1). A step may have its own in place of the campaign's, or none. Something is sent only when no level is quiet.
 */

export interface QuietLevel {
  readonly level: 'account' | 'campaign' | 'step'
  readonly quiet: QuietHours
  readonly plan: QuietPlan
  /** Each window by itself, to name the one that holds. */
  readonly windows: readonly { readonly plan: QuietPlan; readonly said: string }[]
  /** ms; 0: everything leaves at the end. */
  readonly spread: number
}

/** Quiet hours of a level, prepared for asking. Computed once, not for each lead. */
export function levelOf(level: QuietLevel['level'], quiet: QuietHours): QuietLevel {
  return {
    level,
    quiet,
    plan: planOfQuiet(quiet),
    windows: quiet.windows.map(window => ({ plan: planOf([window], []), said: sayWindow(window) })),
    spread: quiet.spread === null ? 0 : plainMs(quiet.spread),
  }
}

/** The levels that hold for one step; none when nothing is ever quiet there. */
export function levelsOf(
  account: QuietHours | null,
  campaign: QuietHours | null,
  step: QuietChoice,
): readonly QuietLevel[] {
  const own = step.as === 'own' ? step.policy : null
  return [
    ...(account === null ? [] : [levelOf('account', account)]),
    ...(step.as === 'campaign' && campaign !== null ? [levelOf('campaign', campaign)] : []),
    ...(own === null ? [] : [levelOf('step', own)]),
  ]
}

/** What makes it quiet: `22:00-08:00` of the campaign. */
export interface Because {
  readonly level: QuietLevel['level']
  readonly hours: string
}

export type Quietness =
  | { readonly is: 'open' }
  | {
      readonly is: 'quiet'
      readonly whenQuiet: QuietHours['whenQuiet']
      readonly because: Because
      /** What holds last, when that is another: an account's night that continues as a campaign's morning. */
      readonly lastly: Because | null
      /** The smallest later instant (ms) at which no level is quiet; null: none within `QUIET_REACH`. */
      readonly opensAt: number | null
      /** How long after it calls leave (ms). It ends where it would be quiet again. */
      readonly spread: number
    }

/**
 * Is it quiet in this zone at `at` (ms)? When several levels are quiet, the strictest decides what becomes of the call:
 * leaving the campaign, then not sending, then waiting; among equals the account.
 */
export function askQuiet(levels: readonly QuietLevel[], zone: string, at: number): Quietness {
  const plans = levels.map(({ plan }) => plan)
  const opensAt = nextOpening(plans, zone, at)
  if (opensAt === at) return { is: 'open' }
  const deciding = strictest(quietLevels(levels, zone, at))
  const because = becauseOf(deciding, zone, at)
  const last = opensAt === null ? [] : quietLevels(levels, zone, opensAt - 1)
  const lastly = last[0] === undefined || last.includes(deciding) ? null : becauseOf(last[0], zone, (opensAt ?? at) - 1)
  // A level that asks for a spread morning gets one, even where another level's hours end later.
  const spread = Math.max(...levels.map(level => level.spread))
  return {
    is: 'quiet',
    whenQuiet: deciding.quiet.whenQuiet,
    because,
    lastly,
    opensAt,
    spread: opensAt === null || spread === 0 ? 0 : nextClosing(plans, zone, opensAt, opensAt + spread) - opensAt,
  }
}

/** All levels in a line, for the journal of a call that passed: `22:00-08:00 of the campaign`. */
export function sayLevels(levels: readonly QuietLevel[]): string {
  return levels.map(({ level, quiet }) => `${sayQuiet(quiet)} ${ofLevel[level]}`).join(' and ')
}

/** `the campaign's quiet hours 22:00-08:00`. */
export function sayBecause({ level, hours }: Because): string {
  return `${levelsQuiet[level]} ${hours}`
}

/** Values for the journal. */
export function sawBecause({ level, hours }: Because): JsonObject {
  return { level, hours }
}

/**
 * What quiet hours lead to, told for the next quiet time after `now` (ms): `A webhook due on Saturday 23:10 in
 * Asia/Seoul would leave on Monday 08:00.`
 */
export function previewQuiet(levels: readonly QuietLevel[], zone: string, now: number): string {
  const plans = levels.map(({ plan }) => plan)
  const begin = nextClosing(plans, zone, now, now + QUIET_REACH)
  if (begin === now + QUIET_REACH) return 'No moment of the next year is quiet.'
  // An hour and ten minutes into it, where it is that long: the very first moment would read like a coincidence.
  const later = begin + 70 * MINUTE
  const due = nextOpening(plans, zone, later) === later ? begin : later
  const asked = askQuiet(levels, zone, due)
  if (asked.is === 'open') return 'No moment of the next year is quiet.'
  return `A webhook due on ${sayDay(due, zone, due)} in ${zone} would ${sayFate(asked, zone, due)}`
}

function sayFate(asked: Extract<Quietness, { is: 'quiet' }>, zone: string, due: number): string {
  const { whenQuiet, opensAt, spread } = asked
  switch (whenQuiet) {
    case 'wait':
      if (opensAt === null) return 'never leave: no moment of the next year is open.'
      return spread === 0
        ? `leave on ${sayDay(opensAt, zone, due)}.`
        : `leave within ${sayMinutes(Math.round(spread / MINUTE))} after ${sayDay(opensAt, zone, due)}.`
    case 'skip':
      return 'not be sent, and the lead goes on by Not sent.'
    case 'exit':
      return 'not be sent, and the lead leaves the campaign.'
    default:
      return never(whenQuiet)
  }
}

const ofLevel = { account: 'of the account', campaign: 'of the campaign', step: 'of the step' } as const
const levelsQuiet = {
  account: "the account's quiet hours",
  campaign: "the campaign's quiet hours",
  step: "the step's own quiet hours",
} as const

function quietLevels(levels: readonly QuietLevel[], zone: string, at: number): readonly QuietLevel[] {
  const wall = wallAt(zone, at)
  return levels.filter(({ plan }) => isQuietOn(plan, wall))
}

const strictness = { wait: 0, skip: 1, exit: 2 } as const

function strictest(levels: readonly QuietLevel[]): QuietLevel {
  return levels.reduce((a, b) => (strictness[b.quiet.whenQuiet] > strictness[a.quiet.whenQuiet] ? b : a))
}

/** The holiday or the first window that makes it quiet. */
function becauseOf({ level, quiet, plan, windows }: QuietLevel, zone: string, at: number): Because {
  const wall = wallAt(zone, at)
  if (isHoliday(plan, wall)) return { level, hours: `on the holiday ${sayWall(wall).split(',')[0]}` }
  return { level, hours: windows.find(window => isQuietOn(window.plan, wall))?.said ?? sayQuiet(quiet) }
}

/** `Saturday 23:10`; with its date when it is more than six days from `near`. */
function sayDay(at: number, zone: string, near: number): string {
  if (Math.abs(at - near) > 6 * DAY) return sayInstant(at, zone)
  const wall = wallAt(zone, at)
  return `${WEEKDAYS[weekdayOf(wall) - 1]} ${writeWall(wall).slice(11)}`
}

import { z } from 'zod'
import { isObject, type Json } from '../json'
import { error, type Finding, warning } from '../problems'
import { writeClock } from '../time/calendar'
import { durationSchema, plainMs } from '../time/duration'
import { coversWeek, mostInADay, planOf, type QuietPlan, type QuietWindow, quietWindowSchema } from '../time/quiet'
import { WEEKDAYS } from '../time/window'
import { readDate, type UnreadDate } from '../values/dates'

/** When it is quiet, what becomes of a webhook that is due then, and how the morning is spread (braze R10-R13). */

export const MOST_WINDOWS = 20
const MOST_HOLIDAYS = 366
/** The longest time over which held calls may be spread. */
const MOST_SPREAD = 'PT4H'
/**
 * The most of a day that the account may close (braze section 3, rule 1): a slip there would silence every campaign.
 */
const MOST_OF_A_DAY = 'PT20H'

const HOW_DAY = 'Write it like 2026-12-25.'

/** A day of the calendar, in any spelling; kept as `2026-12-25`. */
const dateSchema = z
  .string()
  .max(150)
  .superRefine((text, { addIssue }) => {
    const day = readDay(text)
    // The check behind this one computes with the value, so it must be a duration.
    if (typeof day !== 'string')
      addIssue({ code: 'custom', message: `${day.why}. ${HOW_DAY}`, input: text, continue: false })
  })
  .overwrite(text => {
    const day = readDay(text)
    return typeof day === 'string' ? day : text
  })
  .meta({ examples: ['2026-12-25'] })

function readDay(text: string): string | UnreadDate {
  const date = readDate(text)
  if (date.is === 'refused') return date
  if (date.is !== 'date')
    return { is: 'refused', why: `"${text}" has a time, and a holiday is a whole day`, fix: HOW_DAY }
  return writeClock(date.wall).slice(0, 10)
}

export const quietHoursSchema = z
  .object({
    windows: z.array(quietWindowSchema).max(MOST_WINDOWS, `At most ${MOST_WINDOWS} windows.`),
    /** Local dates on which it is quiet all day. */
    holidays: z.array(dateSchema).max(MOST_HOLIDAYS, `At most ${MOST_HOLIDAYS} holidays.`).overwrite(inOrder),
    whenQuiet: z.enum(['wait', 'skip', 'exit']),
    /**
     * Calls that waited leave over this time after the end, each lead at a moment of their own; null: all at the end.
     */
    spread: durationSchema.nullable(),
  })
  .meta({ id: 'QuietHours' })
export type QuietHours = z.infer<typeof quietHoursSchema>

/** Whose quiet hours a step keeps beside the account's, which always hold. */
export const quietChoiceSchema = z.discriminatedUnion('as', [
  z.object({ as: z.literal('campaign') }),
  z.object({ as: z.literal('none') }),
  z.object({ as: z.literal('own'), policy: quietHoursSchema }),
])
export type QuietChoice = z.infer<typeof quietChoiceSchema>

/** The quiet hours that somebody gets who switches them on. */
export const night: QuietHours = {
  windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '22:00', end: '08:00' }],
  holidays: [],
  whenQuiet: 'wait',
  spread: null,
}

/** The plan to ask. */
export function planOfQuiet({ windows, holidays }: QuietHours): QuietPlan {
  return planOf(windows, holidays)
}

/** What is wrong with quiet hours. `of`: the account may not close more than 20 hours of a day. */
export function checkQuiet(quiet: QuietHours, path: string, of: 'account' | 'campaign' = 'campaign'): Finding[] {
  const { windows, holidays, spread } = quiet
  const plan = planOfQuiet(quiet)
  const findings = windows.flatMap((window, i) => checkWindow(window, `${path}.windows.${i}`))
  if (windows.length + holidays.length === 0)
    findings.push(
      warning('settings.quiet-never', 'No time is quiet yet.', 'Add a window or a holiday, or switch them off.', path),
    )
  if (coversWeek(plan))
    findings.push(
      error(
        'settings.quiet-all-week',
        'The windows leave no moment of the week open, so nothing would ever be sent.',
        'Shorten one of them.',
        path,
      ),
    )
  else if (of === 'account' && mostInADay(plan) > plainMs(MOST_OF_A_DAY))
    findings.push(
      error(
        'settings.quiet-too-long',
        'More than 20 hours of a day are quiet, for every campaign.',
        'Leave at least four hours of each day open; a day that is quiet as a whole can be a holiday.',
        path,
      ),
    )
  if (spread !== null && plainMs(spread) > plainMs(MOST_SPREAD))
    findings.push(
      error(
        'settings.quiet-spread',
        'Calls that waited are spread over more than 4 hours.',
        'Choose at most 4 hours.',
        `${path}.spread`,
      ),
    )
  return findings
}

function checkWindow({ days, start, end }: QuietWindow, path: string): Finding[] {
  const findings: Finding[] = []
  if (start === end)
    findings.push(
      error('settings.quiet-always', 'The window starts and ends at the same time.', 'Choose two times.', path),
    )
  if (days.length === 0)
    findings.push(error('settings.quiet-no-day', 'The window is on no day.', 'Choose at least one day.', path))
  return findings
}

/** Reads a list of dates, one a line (commas separate too). `wrong`: the line that is no date. */
export function readHolidays(
  text: string,
): { readonly is: 'read'; readonly holidays: string[] } | { readonly is: 'wrong'; readonly message: string } {
  const days: string[] = []
  for (const [i, line] of text.split('\n').entries()) {
    // A date may have a comma of its own: May 17, 2026.
    const whole = readDay(line.trim())
    const parts = typeof whole === 'string' ? [line] : line.split(/[,;]/)
    for (const part of parts.map(one => one.trim()).filter(one => one !== '')) {
      const day = readDay(part)
      if (typeof day !== 'string') return { is: 'wrong', message: `Line ${i + 1}: ${day.why}. ${HOW_DAY}` }
      days.push(day)
    }
  }
  const holidays = inOrder(days)
  return holidays.length > MOST_HOLIDAYS
    ? { is: 'wrong', message: `These are ${holidays.length} dates; ${MOST_HOLIDAYS} are the most.` }
    : { is: 'read', holidays }
}

/**
 * Before they had weekdays and holidays, quiet hours were one window on every day. Anything else is returned unchanged.
 */
export function liftQuiet(quiet: Json | undefined): Json | undefined {
  if (!isObject(quiet) || Object.hasOwn(quiet, 'windows')) return quiet
  const { start = null, end = null, ...rest } = quiet
  return { windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start, end }], holidays: [], spread: null, ...rest }
}

/** `22:00-08:00`, `Mon to Fri 22:00-08:00`, `Sat, Sun all day`. */
export function sayWindow({ days, start, end }: QuietWindow): string {
  const hours = start === '00:00' && end === '24:00' ? 'all day' : `${start}-${end}`
  const on = sayDays(days)
  return on === '' ? hours : `${on} ${hours}`
}

/** All of them in a line: `22:00-08:00, Sat, Sun all day and 12 holidays`. */
export function sayQuiet({ windows, holidays }: QuietHours): string {
  const count = `${holidays.length} holiday${holidays.length === 1 ? '' : 's'}`
  const said = windows.length > 3 ? [`${windows.length} windows`] : windows.map(sayWindow)
  const all = [said.join('; '), ...(holidays.length > 0 ? [count] : [])].filter(part => part !== '')
  return all.length === 0 ? 'none' : all.join(' and ')
}

function sayDays(days: readonly number[]): string {
  const chosen = inOrder(days)
  const [first = 0, last = 0] = [chosen[0], chosen.at(-1)]
  if (chosen.length === 7) return ''
  if (chosen.length > 2 && last - first === chosen.length - 1) return `${short(first)} to ${short(last)}`
  return chosen.map(short).join(', ')
}

function short(day: number): string {
  return WEEKDAYS[day - 1]?.slice(0, 3) ?? ''
}

/** Each once, the smallest first. */
function inOrder<T extends string | number>(list: readonly T[]): T[] {
  return [...new Set(list)].sort((a, b) => (a < b ? -1 : 1))
}

import { type Context, Drop, toValue } from 'liquidjs/dist/liquid.browser.mjs'
import type { World } from '../../world'
import { readMoment, strftime, type TemplateMoment } from '../dates'
import { textOf } from '../text-of'

/**
 * `date: '%d.%m.%Y'`, on the lead's wall clock. A zone may be named as the second argument, or by `time_zone` before.
 * What is no date is printed unchanged.
 */
export function date(this: { readonly context: Context }, value: unknown, format?: unknown, zone?: unknown): unknown {
  const moment = momentOf(this.context, value, typeof zone === 'string' ? zone : undefined)
  const pattern = textOf(format) || '%Y-%m-%d %H:%M:%S'
  if (pattern.length > 1000) throw new Error('The format of the date is longer than 1,000 signs.')
  // Reading a date and bringing it into a zone takes 5 to 10 us, and each directive one more.
  this.context.renderLimit.use(5 + 2 * pattern.length)
  return moment === undefined ? value : strftime(moment, pattern)
}

/** Braze's `time_zone: 'America/New_York'`: a `date` that follows writes on the clock of that zone. */
export function timeZone(this: { readonly context: Context }, value: unknown, zone?: unknown): unknown {
  const moment = momentOf(this.context, value, textOf(zone))
  return moment === undefined ? value : new Zoned(moment)
}

/** A date that knows its zone. Printed without `date` it is what Braze prints: `2026-05-17 06:00:00 -0400`. */
class Zoned extends Drop {
  constructor(readonly moment: TemplateMoment) {
    super()
  }

  override valueOf(): string {
    return strftime(this.moment, '%Y-%m-%d %H:%M:%S %z')
  }
}

/**
 * The date that a filter is given, on the clock of a zone: the zone that is named, else the date's own, else the
 * lead's. A value that is no date leaves a note for the journal.
 */
function momentOf(context: Context, given: unknown, zone: string | undefined): TemplateMoment | undefined {
  const { now, zone: leads } = context.getRegister('world') as World
  if (given instanceof Zoned && zone === undefined) return given.moment
  const value = given instanceof Zoned ? given.moment.toInstant().toString() : toValue(given)
  const read = readMoment(value, now, zone ?? leads)
  if (read.is === 'moment') return read.moment
  const notes = context.getRegister('notes') as Set<string> | undefined
  if (read.why !== '' && notes !== undefined && notes.size < MOST_NOTES)
    notes.add(`A date of the template was printed as it stands: ${read.why}.`)
  return undefined
}

/** The most notes of one rendering, so that a loop over a thousand texts reports only its first ones. */
const MOST_NOTES = 5

import { z } from 'zod'
import { error, type Finding } from '../problems'
import { readDate, readInstant } from '../values/dates'
import { always, checkCondition, conditionSchema, mayAsk } from './conditions'
import type { Mode } from './mode'

const limit = z.int().min(1).max(100_000_000).nullable()
const moment = z.string().max(150)

/** What admission asks of a lead, beside the way in and the re-entry rule. */
export const entranceSchema = z.object({
  /** Who may enter at all, asked at the moment of entry. No rules: everybody. */
  audience: conditionSchema,
  /**
   * The entry window, half-open [from, until), on the campaign's clock where there is no offset. Empty ends are open
   * (braze 2.1).
   */
  from: moment,
  until: moment,
  /** May a lead walk the campaign twice at the same time? */
  parallel: z.enum(['allowed', 'one-at-a-time']),
  /**
   * Keyed entry: where the key stands, like `event.order_id`. The re-entry rule then holds for each key by itself.
   * Empty: not keyed.
   */
  key: z.string().max(200),
  /**
   * Entry volume (braze 2.1): once it is reached, leads are refused. The hour is a UTC one, the day a date of the
   * campaign's zone.
   */
  limits: z.object({ hour: limit, day: limit, lifetime: limit, run: limit }),
  /** The drain rate: at most this many requested entries in any 60 seconds; the rest wait in order. null: no limit. */
  perMinute: z.int().min(1).max(500_000).nullable(),
})
export type Entrance = z.infer<typeof entranceSchema>

/** Loses nobody and surprises nobody: everybody may come, at any time, and as often as the re-entry rule allows. */
export const openEntrance: Entrance = {
  audience: always,
  from: '',
  until: '',
  parallel: 'allowed',
  key: '',
  limits: { hour: null, day: null, lifetime: null, run: null },
  perMinute: null,
}

/** Is there nothing that admission asks? Then nothing is loaded for it. */
export function isOpen({ audience, from, until, parallel, key, limits }: Entrance): boolean {
  return (
    audience.rules.length === 0 &&
    from === '' &&
    until === '' &&
    parallel === 'allowed' &&
    key === '' &&
    !hasLimits(limits)
  )
}

/** Is anything counted at admission? */
export function hasLimits(limits: Entrance['limits']): boolean {
  return Object.values(limits).some(most => most !== null)
}

/** The ends of the entry window as instants (ms); null for an open end. `zone`: the campaign's. */
export function windowOf({ from, until }: Entrance, zone: string): { from: number | null; until: number | null } {
  return { from: momentOf(from, zone), until: momentOf(until, zone) }
}

/** An end that cannot be read counts as open here; `checkEntrance` finds it before the launch. */
function momentOf(text: string, zone: string): number | null {
  const read = text === '' ? undefined : readInstant(text, zone)
  return read?.is === 'read' ? read.at : null
}

/** What a marketer left open, or what contradicts itself. `zone`: the campaign's. */
export function checkEntrance(entrance: Entrance, mode: Mode | undefined, zone: string): Finding[] {
  const { audience, key } = entrance
  const at = (field: keyof Entrance) => `settings.entrance.${field}`
  const found = checkCondition(audience, at('audience'), mayAsk.entrance)
  for (const end of ['from', 'until'] as const) {
    const read = entrance[end] === '' ? undefined : readDate(entrance[end])
    if (read?.is === 'refused') found.push(error('settings.bad-window', `${read.why}.`, read.fix, at(end)))
  }
  const { from, until } = windowOf(entrance, zone)
  if (from !== null && until !== null && until <= from)
    found.push(
      error(
        'settings.window-closed',
        'The entry window ends before it begins.',
        'Choose a later end, or none.',
        at('until'),
      ),
    )
  if (key !== '' && !/^(event|lead)\..+/.test(key))
    found.push(
      error(
        'settings.bad-key',
        `"${key}" is not a place where a key can stand.`,
        'Name a property of the event, like event.order_id.',
        at('key'),
      ),
    )
  else if (key !== '' && mode === 'batch')
    found.push(
      error(
        'settings.key-in-batch',
        'A batch has no event that could bring a key.',
        'Leave the key empty, or use a trigger.',
        at('key'),
      ),
    )
  return found
}

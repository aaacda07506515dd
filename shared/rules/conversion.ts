import { type JsonObject, own } from '../json'
import { plainMs } from '../time/duration'
import type { Goal, GoalValue } from './goals'
import { isCurrency, type Money, parseMoney } from './money'

/**
 * What converts, and who gets the credit (braze R28). A journey, its sends and an event in, a verdict out: the same for
 * an event that comes in, and for one that was stored before its goal existed.
 */

/** An event as it is judged. `at`: when it took place, never later than it came in; both in ms. */
export interface JudgedEvent {
  readonly id: string
  readonly at: number
  readonly receivedAt: number
}

/**
 * A webhook of the journey that its receiver took, and when the answer came (ms). A call on the wire does not count
 * yet: nobody knows whether it arrived.
 */
export interface ReceivedTouch {
  readonly id: number
  readonly step: string
  readonly at: number
}

/** An event that was counted for this journey and goal before. */
export type CountedEvent = Pick<JudgedEvent, 'at' | 'receivedAt'> & { readonly eventId: string }

export type ConversionVerdict<C extends CountedEvent> =
  | { readonly is: 'nothing' }
  /** `touch` has the credit. `instead`: what was counted and gives way, because this event took place before it. */
  | { readonly is: 'conversion'; readonly touch: ReceivedTouch | null; readonly instead: C | null }

export interface ConversionAsk<C extends CountedEvent> {
  readonly goal: Goal
  readonly journey: { readonly enteredAt: number; readonly entryEvent: string | null }
  readonly event: JudgedEvent
  /** Of this journey, in any order. */
  readonly touches: readonly ReceivedTouch[]
  readonly known: readonly C[]
}

const nothing = { is: 'nothing' } as const

/**
 * Does this event convert the journey by this goal? Both ends of the window belong to it. The event that let the lead
 * in is no success of the campaign. "Once" is the first that took place, even when it comes in last. The caller has
 * asked the condition of the goal.
 */
export function judgeConversion<C extends CountedEvent>({
  goal,
  journey,
  event,
  touches,
  known,
}: ConversionAsk<C>): ConversionVerdict<C> {
  if (event.id === journey.entryEvent || event.at < journey.enteredAt) return nothing
  if (known.some(k => k.eventId === event.id)) return nothing
  const touch = lastBefore(touches, event.at)
  const since = goal.from === 'entry' ? journey.enteredAt : touch?.at
  if (since === undefined || event.at > since + plainMs(goal.within)) return nothing
  const instead = goal.counts === 'once' ? (known[0] ?? null) : null
  return instead !== null && !wasBefore(event, instead) ? nothing : { is: 'conversion', touch, instead }
}

/** The last send that was received before the event. An event in the same millisecond may be its effect. */
function lastBefore(touches: readonly ReceivedTouch[], at: number): ReceivedTouch | null {
  let last: ReceivedTouch | null = null
  for (const touch of touches)
    if (touch.at < at && (last === null || touch.at > last.at || (touch.at === last.at && touch.id > last.id)))
      last = touch
  return last
}

function wasBefore(a: JudgedEvent, b: CountedEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.receivedAt < b.receivedAt)
}

/** What an event is worth by a goal: null without a value; a sentence as the reason when the value cannot be read. */
export function worthOf(value: GoalValue | null, properties: JsonObject): Money | { readonly refused: string } | null {
  if (value === null) return null
  const currency = currencyOf(value, properties)
  if (currency === undefined) return { refused: `No value: "${nameIn(value)}" names no currency (ISO 4217).` }
  const money = parseMoney(own(properties, value.property), currency)
  return 'refused' in money ? { refused: `No value from "${value.property}": ${money.refused}.` } : money
}

function currencyOf({ currency }: GoalValue, properties: JsonObject): string | undefined {
  if (currency.is === 'fixed') return currency.code
  const found = own(properties, currency.property)
  const code = typeof found === 'string' ? found.trim().toUpperCase() : ''
  return isCurrency(code) ? code : undefined
}

function nameIn({ currency }: GoalValue): string {
  return currency.is === 'property' ? currency.property : ''
}

import type { ExitCause } from '../effects'

/**
 * What the numbers of reports count, as it is stored in `counts.what` and `cohorts.what`. Written by `count`, read by
 * `readCounter`, and by nothing else. `test/contracts/counters.test.ts` holds the two to each other; the names never
 * change, because the tables of users hold them.
 *
 * `step` '' is the campaign as a whole: entered, finished, exited, failed, converted, received, undelivered, skipped.
 * `exit` says by what those exited; together they are `exited`. Of a step: entered, `left`, `instead`, `unsent`
 * (together they are `skipped`), ended, `assigned`, `convertedBy`. What converted is by the primary goal, once a
 * journey. Of both: moved, how many more went to another version than came from one without entering anew; over all
 * versions of a campaign it is 0 for the whole.
 */
export type Counter = string & { readonly [isCounter]: true }
declare const isCounter: unique symbol

const plain = [
  'entered',
  'finished',
  'exited',
  'failed',
  'converted',
  'received',
  'undelivered',
  'skipped',
  'ended',
  'moved',
] as const
type Plain = (typeof plain)[number]

/** A counter taken apart. */
export type CounterParts =
  | { readonly is: Plain }
  /** Who left by this port. */
  | { readonly is: 'left'; readonly port: string }
  /** Of those who left by `by`: who came to `port`, which is not connected. */
  | { readonly is: 'instead'; readonly port: string; readonly by: string }
  /** Calls that were not sent: how the step heard of it, and by which gate, or `template` where it was none. */
  | { readonly is: 'unsent'; readonly reply: string; readonly by: string }
  | { readonly is: 'exit'; readonly cause: ExitCause }
  /** `first`: of first entries of leads alone. */
  | { readonly is: 'assigned' | 'convertedBy'; readonly variant: string; readonly first: boolean }
  | { readonly is: 'goal'; readonly goal: number; readonly of: GoalParts }

/**
 * What is counted of one goal, by its number in `goals`. `variant`: of a step that splits leads; null: of the campaign,
 * or of a step that calls.
 */
export type GoalParts =
  /** Journeys that converted; `first`: of first entries. */
  | { readonly is: 'converted'; readonly variant: string | null }
  | { readonly is: 'first'; readonly variant: string }
  /** Events that count. */
  | { readonly is: 'times'; readonly variant: string | null }
  /** In smallest units of the currency. */
  | { readonly is: 'value'; readonly variant: string | null; readonly currency: string }
  /** Of a step that calls a webhook: it was the last before the event. */
  | { readonly is: 'credit' }
  | { readonly is: 'credit-value'; readonly currency: string }

function made(...parts: readonly (string | number)[]): Counter {
  return parts.join(':') as Counter
}
const plainly = Object.fromEntries(plain.map(name => [name, name])) as unknown as { readonly [P in Plain]: Counter }

/** The counters by what they count. */
export const count = {
  ...plainly,
  left: (port: string) => `left:${port}` as Counter,
  instead: (port: string, by: string) => made('instead', port, by),
  unsent: (reply: string, by: string) => made('unsent', reply, by),
  exit: (cause: ExitCause) => made('exit', cause),
  assigned: (variant: string) => made('assigned', variant),
  assignedFirst: (variant: string) => made('assigned-first', variant),
  convertedBy: (variant: string) => made('converted', variant),
  convertedFirst: (variant: string) => made('converted-first', variant),
  ofGoal,
} as const

/** The counters of one goal. A `variant` is left out for what is not of a step that splits leads. */
function ofGoal(goal: number) {
  const of = (name: string, variant?: string, currency?: string) =>
    made('goal', goal, name, ...(variant === undefined ? [] : [variant]), ...(currency === undefined ? [] : [currency]))
  return {
    converted: (variant?: string) => of('converted', variant),
    first: (variant: string) => of('first', variant),
    times: (variant?: string) => of('times', variant),
    value: (currency: string, variant?: string) => of('value', variant, currency),
    credit: () => of('credit'),
    creditValue: (currency: string) => of('credit-value', undefined, currency),
  }
}

/** What a counter counts. Undefined for what only another version of Hookline counts. */
export function readCounter(what: string): CounterParts | undefined {
  const [name = '', ...rest] = what.split(':')
  const [first, second] = rest
  if (first === undefined) return isPlain(name) ? { is: name } : undefined
  switch (name) {
    case 'left':
      return { is: 'left', port: first }
    case 'instead':
      return { is: 'instead', port: first, by: second ?? '' }
    case 'unsent':
      return { is: 'unsent', reply: first, by: second ?? '' }
    case 'exit':
      return { is: 'exit', cause: rest.join(':') as ExitCause }
    case 'assigned':
    case 'assigned-first':
      return { is: 'assigned', variant: first, first: name === 'assigned-first' }
    case 'converted':
    case 'converted-first':
      return { is: 'convertedBy', variant: first, first: name === 'converted-first' }
    case 'goal': {
      const of = readOfGoal(rest.slice(1))
      return of === undefined ? undefined : { is: 'goal', goal: Number(first), of }
    }
    default:
      return undefined
  }
}

function readOfGoal([name, ...rest]: readonly string[]): GoalParts | undefined {
  const [first, second] = rest
  switch (name) {
    case 'converted':
    case 'times':
      return { is: name, variant: first ?? null }
    case 'first':
      return first === undefined ? undefined : { is: 'first', variant: first }
    case 'value':
      if (first === undefined) return undefined
      return second === undefined
        ? { is: 'value', variant: null, currency: first }
        : { is: 'value', variant: first, currency: second }
    case 'credit':
      return { is: 'credit' }
    case 'credit-value':
      return first === undefined ? undefined : { is: 'credit-value', currency: first }
    default:
      return undefined
  }
}

function isPlain(name: string): name is Plain {
  return (plain as readonly string[]).includes(name)
}

/**
 * Of the campaign as a whole: what takes leads out of it, or out of one of its versions. Who is inside is what is left
 * of those who entered.
 */
export const leavesCampaign: readonly Counter[] = [count.finished, count.exited, count.failed, count.moved]

/**
 * What a counter means for the number of leads who are there, in a step or (`step` '') in the campaign: that is never
 * counted, but what is left over of those who entered, so that the numbers add up by themselves.
 */
export function insideBy({ step, what }: { readonly step: string; readonly what: Counter }): 1 | 0 | -1 {
  if (what === count.entered) return 1
  if (step === '') return leavesCampaign.includes(what) ? -1 : 0
  return what === count.ended || what === count.moved || readCounter(what)?.is === 'left' ? -1 : 0
}

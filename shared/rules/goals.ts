import { z } from 'zod'
import { error, type Problem } from '../problems'
import { durationSchema, plainMs, sayDuration } from '../time/duration'
import { smallId } from '../values/small-id'
import { always, checkCondition, conditionSchema, mayAsk, sayCondition } from './conditions'
import { isReserved } from './internal-events'
import { isCurrency } from './money'

/** What a conversion is worth, and in which money. */
export const goalValueSchema = z.object({
  /** The property of the event that holds the amount: `amount`. */
  property: z.string().max(200),
  currency: z.discriminatedUnion('is', [
    z.object({ is: z.literal('fixed'), code: z.string().max(3) }),
    z.object({ is: z.literal('property'), property: z.string().max(200) }),
  ]),
})

/** What counts as a success of a campaign (braze R28): up to four goals. The first decides experiments. */
export const goalSchema = z.object({
  id: z.string().regex(smallId, 'The id of a goal is made of small letters, digits and dashes.'),
  name: z.string().max(80),
  event: z.string().max(200),
  /** Asked when the event comes: of its properties and of the lead. */
  where: conditionSchema,
  within: durationSchema,
  /** Where the window begins: at the entry, or at the last webhook before the event that the receiver took. */
  from: z.enum(['entry', 'last-touch']),
  /** The first event of each entry, by when it took place, or every one. */
  counts: z.enum(['once', 'every']),
  value: goalValueSchema.nullable(),
})
export type Goal = z.infer<typeof goalSchema>
export type GoalValue = z.infer<typeof goalValueSchema>

export const MOST_GOALS = 4
const SHORTEST = 'PT5M'
const LONGEST = 'P30D'

/** A new goal, under an id that none of the others has. */
export function newGoal(others: readonly Goal[]): Goal {
  const taken = new Set(others.map(goal => goal.id))
  let n = others.length + 1
  while (taken.has(`goal-${n}`)) n++
  return {
    id: `goal-${n}`,
    name: '',
    event: '',
    where: always,
    within: 'P7D',
    from: 'entry',
    counts: 'once',
    value: null,
  }
}

/** Everything by which conversions are counted, as one text. Two goals with the same text count the same. */
export function definitionOf({ event, where, within, from, counts, value }: Goal): string {
  return JSON.stringify({ event, where, within, from, counts, value })
}

/** What people call it: its name, or its event while it has none. */
export function nameOfGoal({ name, event }: Pick<Goal, 'name' | 'event'>): string {
  return name.trim() || event
}

/** `within 7 days after entering`, `within 1 hour after the last webhook`. */
export function sayWindow({ within, from }: Pick<Goal, 'within' | 'from'>): string {
  return `within ${sayDuration(within)} after ${from === 'entry' ? 'entering' : 'the last webhook'}`
}

/**
 * What a goal counts, as a fragment: `"bought" where amount is at least 5, within 7 days after entering, every time`.
 */
export function sayGoal(goal: Goal): string {
  const where = goal.where.rules.length === 0 ? '' : ` where ${sayCondition(goal.where)}`
  return `"${goal.event}"${where}, ${sayWindow(goal)}, ${goal.counts === 'once' ? 'once for each entry' : 'every time'}`
}

/** What is left open or wrong in the goals of a campaign. */
export function checkGoals(goals: readonly Goal[]): Problem[] {
  return goals.flatMap((goal, i) => [
    ...checkGoal(goal, `settings.goals.${i}`),
    ...(goals.findIndex(other => other.id === goal.id) < i ? [twice(goal, `settings.goals.${i}`)] : []),
  ])
}

function checkGoal(goal: Goal, path: string): Problem[] {
  const { event, where, within, value } = goal
  const problems: Problem[] = []
  if (event.trim() === '')
    problems.push(
      error(
        'settings.no-goal',
        'The goal has no event.',
        'Name the event that counts as a conversion, or remove the goal.',
        `${path}.event`,
      ),
    )
  if (isReserved(event))
    problems.push(
      error(
        'settings.reserved-goal',
        `"${event}" begins with a $: events of that kind are no conversions.`,
        'Name an event that your product sends.',
        `${path}.event`,
      ),
    )
  if (plainMs(within) < plainMs(SHORTEST) || plainMs(within) > plainMs(LONGEST))
    problems.push(
      error(
        'settings.goal-window',
        `Conversions are counted for 5 minutes to 30 days; this says ${sayDuration(within)}.`,
        'Choose a time in between.',
        `${path}.within`,
      ),
    )
  return [...problems, ...checkCondition(where, `${path}.where`, mayAsk.goal), ...checkValue(value, path)]
}

function checkValue(value: GoalValue | null, path: string): Problem[] {
  if (value === null) return []
  const problems: Problem[] = []
  if (value.property.trim() === '')
    problems.push(
      error(
        'settings.goal-value',
        'The value of the goal is read from no property.',
        'Name the property of the event that holds the amount, or switch the value off.',
        `${path}.value.property`,
      ),
    )
  const { currency } = value
  if (currency.is === 'fixed' && !isCurrency(currency.code))
    problems.push(
      error(
        'settings.goal-currency',
        currency.code === '' ? 'The value of the goal has no currency.' : `"${currency.code}" is no currency.`,
        'Write the three letters of ISO 4217, such as EUR, USD or KRW.',
        `${path}.value.currency`,
      ),
    )
  if (currency.is === 'property' && currency.property.trim() === '')
    problems.push(
      error(
        'settings.goal-currency',
        'The currency of the goal is read from no property.',
        'Name the property of the event that holds it, or choose one currency for all.',
        `${path}.value.currency`,
      ),
    )
  return problems
}

function twice({ id }: Goal, path: string): Problem {
  return error('settings.goal-twice', `Two goals have the id "${id}".`, 'Give each goal an id of its own.', path)
}

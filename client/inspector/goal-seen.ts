import type { ConvertedGoal } from '#shared/journal'
import type { JsonObject } from '#shared/json'
import { sayWindow } from '#shared/rules/goals'
import { sayMoney } from '#shared/rules/money'

/** The goal of a conversion as the inspector lists it; nothing for an entry from before goals had names. */
export function goalSeen(goal: ConvertedGoal | undefined, nameOfStep: (step: string) => string): JsonObject {
  if (goal === undefined) return {}
  const { name, credit, value, currency, refused } = goal
  return {
    goal: name,
    window: sayWindow(goal),
    credit: credit === null ? 'no webhook was received before it' : nameOfStep(credit),
    ...(value === null || currency === null ? {} : { value: sayMoney({ minor: value, currency }) }),
    ...(refused === null ? {} : { value: refused }),
    found: goal.isLate ? 'among stored events, when the goal was launched' : 'as it came in',
    ...(goal.instead === null ? {} : { instead: goal.instead }),
  }
}

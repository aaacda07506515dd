import type { WaitingStep } from '#shared/api/versions'
import type { Choice, Plan } from '#shared/graph/migration'

/**
 * What somebody chose for the leads of one line; a version and a step are added for each place that the line stands
 * for.
 */
export type LineChoice =
  | { readonly as: 'finish' }
  | { readonly as: 'stay' }
  | { readonly as: 'move'; readonly to: string }
  | { readonly as: 'exit'; readonly reason: string }

export const finish: LineChoice = { as: 'finish' }

/** Leads who have one choice: those in a step that reads the same in each version in which they wait. */
export interface Line {
  readonly key: string
  readonly name: string
  readonly fate: WaitingStep['fate']
  readonly mayStay: boolean
  readonly callsWebhook: boolean
  readonly places: readonly WaitingStep[]
  readonly waiting: number
}

/**
 * One line a step, over all versions in which it met the same fate; changed and removed steps first, in the order of
 * the flow.
 */
export function linesOf(waiting: readonly WaitingStep[]): readonly Line[] {
  const groups = new Map<string, WaitingStep[]>()
  for (const place of waiting) {
    const key = `${place.step} ${place.fate} ${place.mayStay}`
    groups.set(key, [...(groups.get(key) ?? []), place])
  }
  const lines = [...groups].flatMap(([key, places]): Line[] => {
    const [first] = places
    if (first === undefined) return []
    const { name, fate, mayStay, callsWebhook } = first
    const sum = places.reduce((n, place) => n + place.waiting, 0)
    return [{ key, name, fate, mayStay, callsWebhook, places, waiting: sum }]
  })
  return lines.toSorted((a, b) => Number(a.fate === 'same') - Number(b.fate === 'same'))
}

/** The plan that the API takes. Lines without a choice finish, and so do those whose target is not chosen yet. */
export function planOf(lines: readonly Line[], chosen: ReadonlyMap<string, LineChoice>): Plan {
  return lines.flatMap(({ key, places }): Choice[] => {
    const choice = chosen.get(key) ?? finish
    return places.map(({ version, step }) => ({ version, step, ...choice }))
  })
}

/** `version 3`, `versions 2 and 3`. */
export function sayVersions(places: readonly WaitingStep[]): string {
  const numbers = [...new Set(places.map(p => p.version))].sort((a, b) => a - b)
  const last = numbers.at(-1)
  return numbers.length < 2 ? `version ${last}` : `versions ${numbers.slice(0, -1).join(', ')} and ${last}`
}

import { attributeName } from './names'

/**
 * A name as an attribute can have it. Blanks, dashes, dots, slashes and colons become underscores, and a leading digit
 * gets an underscore in front: `first-name` is `first_name`, `2nd phone` is `_2nd_phone`. Undefined when the name holds
 * other characters or is too long: nothing is guessed then.
 */
function foldName(name: string): string | undefined {
  const folded = name.trim().replaceAll(/[\s\-./:]+/g, '_')
  const begun = /^\d/.test(folded) ? `_${folded}` : folded
  return attributeName.test(begun) && /[A-Za-z0-9]/.test(begun) ? begun : undefined
}

/**
 * What became of a name that an attribute cannot have. `kept`: the name under which the value was kept; null: the value
 * was not kept.
 */
export interface NameMended {
  readonly given: string
  readonly kept: string | null
  /** As a sentence, with what to write. */
  readonly why: string
}

/**
 * Attributes under names that they can have. A value is left out when its name cannot be mended or is taken by another
 * value. Each change is reported.
 */
export function mendNames<T>(attributes: { readonly [name: string]: T }): {
  readonly attributes: { readonly [name: string]: T }
  readonly names: readonly NameMended[]
} {
  const entries = Object.entries(attributes)
  if (entries.every(([name]) => attributeName.test(name))) return { attributes, names: [] }
  // A name written as it is stored wins over one that only mends to it.
  const kept = new Map(entries.filter(([name]) => attributeName.test(name)))
  const names: NameMended[] = []
  for (const [name, value] of entries) {
    if (attributeName.test(name)) continue
    const given = name.length > 100 ? `${name.slice(0, 100)}…` : name
    const folded = foldName(name)
    if (folded === undefined) {
      const why = `"${given}" cannot be the name of an attribute, and its value was not kept. ${HOW}`
      names.push({ given, kept: null, why })
    } else if (kept.has(folded)) {
      const why = `"${given}" would be "${folded}", which was given too, and its value was not kept. Send one of the two.`
      names.push({ given, kept: null, why })
    } else {
      kept.set(folded, value)
      names.push({ given, kept: folded, why: `"${given}" was kept as "${folded}". ${HOW}` })
    }
  }
  return { attributes: Object.fromEntries(kept), names }
}

const HOW = 'Names are letters, digits and underscores, and begin with no digit, like first_name.'

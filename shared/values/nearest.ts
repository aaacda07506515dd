/**
 * The known name that was probably meant; undefined when none is near: at most a third of its signs may differ. For
 * fields of the API and time zones; tokens of templates are stricter (render/mistakes.ts), because there a name of
 * somebody's own is nothing wrong.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = plainName(name)
  const same = known.find(each => plainName(each) === plain)
  if (same !== undefined || name.length > LONGEST) return same
  const near = known
    .map(each => ({ each, far: distance(plainName(each), plain) }))
    .filter(({ each, far }) => far <= Math.floor(Math.max(each.length, 3) / 3))
    .toSorted((a, b) => a.far - b.far)
  return near[0]?.each
}

/** Nobody misspells a longer name, and the distance costs the product of both lengths. */
const LONGEST = 40

/** `timeZone`, `time-zone` and `TIMEZONE` are one name. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** How many signs must change, or change places, to make one word of the other (Damerau and Levenshtein). */
export function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const swapped = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j] ? (before[j - 1] ?? 0) + 1 : Infinity
      next.push(Math.min((row[j] ?? 0) + (a[i] === b[j] ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, swapped))
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}

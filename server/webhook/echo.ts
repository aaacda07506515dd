import type { Outcome } from '#shared/call'

const MASK = '••••••'
/** A shorter piece of a secret at the end of a cut answer says nothing. */
const TELLING = 4

/** How a value may come back: as it is, in a URL, in JSON, in base64. */
export function spellings(value: string): readonly string[] {
  return [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), Buffer.from(value).toString('base64')]
}

/** Hides the values wherever the answer, or our own message about it, repeats them (delivery R47). */
export function maskOutcome(outcome: Outcome, values: readonly string[]): Outcome {
  // The longest first: one secret may begin like another.
  const longest = values.toSorted((a, b) => b.length - a.length)
  const mask = (text: string) => longest.reduce((left, value) => left.replaceAll(value, MASK), text)
  if (outcome.is === 'unreachable') return { ...outcome, message: mask(outcome.message) }
  const body = mask(outcome.body)
  return {
    ...outcome,
    headers: Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, mask(value)])),
    body: outcome.cut ? withoutTail(body, longest) : body,
  }
}

/** An answer that was cut may end in the middle of a secret. */
function withoutTail(body: string, values: readonly string[]): string {
  for (const value of values)
    for (let length = value.length - 1; length >= TELLING; length--)
      if (body.endsWith(value.slice(0, length))) return body.slice(0, -length) + MASK
  return body
}

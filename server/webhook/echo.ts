import type { Outcome } from '#shared/call'
import { HIDDEN, maskText, type Spellings, TELLING } from '#shared/render/spellings'

/** Hides the values wherever the answer, or our own message about it, repeats them (delivery R47). */
export function maskOutcome(outcome: Outcome, values: readonly Spellings[]): Outcome {
  const mask = (text: string) => maskText(text, values)
  if (outcome.is === 'unreachable') return { ...outcome, message: mask(outcome.message) }
  const body = mask(outcome.body)
  return {
    ...outcome,
    headers: Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, mask(value)])),
    body: outcome.cut ? withoutTail(body, values) : body,
  }
}

/** An answer that was cut may end in the middle of a secret. */
function withoutTail(body: string, values: readonly Spellings[]): string {
  const end = body.slice(-MOST_TAIL).toLowerCase()
  for (const value of values.flatMap(({ written }) => written)) {
    const small = value.toLowerCase()
    for (let length = Math.min(small.length - 1, end.length); length >= TELLING; length--)
      if (end.endsWith(small.slice(0, length))) return body.slice(0, -length) + HIDDEN
  }
  return body
}

/** No writing of a secret is longer. */
const MOST_TAIL = 32_768

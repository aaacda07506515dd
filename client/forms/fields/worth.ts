/**
 * What was typed as the JSON value that it looks like: `true`, `12`, else text. A number that would be written
 * otherwise (`007`) stays text.
 */
export function worth(typed: string): string | number | boolean {
  if (typed === 'true' || typed === 'false') return typed === 'true'
  return typed !== '' && String(Number(typed)) === typed ? Number(typed) : typed
}

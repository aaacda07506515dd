import type { Json } from '../json'

/** A value that was found, so that text and numbers can be told apart: `"Brazil"`, `4`, `["a","b"]`. */
export function shown(value: Json): string {
  return JSON.stringify(value)
}

/** `reason` behind a colon, as the end of a sentence; just the full stop when there is none. */
export function after(reason: string): string {
  return reason.trim() === '' ? '.' : `: ${sentence(reason)}`
}

/** With a full stop at its end, where it has none. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

/** What a URL parser reads as "here" or "one up", percent-encoded or not. */
const STEP_OUT = /(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i

/**
 * Does a path (with or without what follows it) have a part that is only "." or ".."? Parsers resolve those, so the
 * call would go elsewhere.
 */
export function stepsOut(rest: string): boolean {
  return STEP_OUT.test(rest.split(/[?#]/, 1)[0] ?? '')
}

/**
 * What of an address goes over the wire, from behind its host on: byte for byte as it was written, where HTTP can carry
 * it. Only blanks, non-ASCII characters and those that no address may hold are percent-encoded. A part behind `#` is
 * never sent. Applied to its own result, it changes nothing.
 */
export function requestTarget(rest: string): string {
  const kept = rest.split('#', 1)[0] ?? ''
  const target = kept.startsWith('/') ? kept : `/${kept}`
  return target.toWellFormed().replaceAll(/[^\x21-\x7e]+|["<>\\^`{}]/g, encodeURIComponent)
}

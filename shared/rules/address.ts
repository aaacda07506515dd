/** What a URL parser takes for "here" or "one up", also when it is percent-encoded. */
const STEP_OUT = /(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i

/** Does a path (with or without what follows it) hold a part that is only "." or ".."? Parsers resolve those, so that the call would go elsewhere. */
export function stepsOut(rest: string): boolean {
  return STEP_OUT.test(rest.split(/[?#]/, 1)[0] ?? '')
}

/**
 * What goes over the wire of an address, from behind its host on: as it was written, byte for byte, where HTTP can carry it. Only blanks, signs beyond ASCII and
 * those that no address may hold are percent-encoded; a part behind `#` is never sent. What comes out comes out of it again unchanged.
 */
export function requestTarget(rest: string): string {
  const kept = rest.split('#', 1)[0] ?? ''
  const target = kept.startsWith('/') ? kept : `/${kept}`
  return target.toWellFormed().replaceAll(/[^\x21-\x7e]+|["<>\\^`{}]/g, encodeURIComponent)
}

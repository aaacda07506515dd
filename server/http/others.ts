/** After so many ms others have a turn. */
export const SLICE_MS = 10

/** Resolves when whoever waits for the event loop has had a turn. Long work is done in parts, with this in between. */
export function letOthers(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

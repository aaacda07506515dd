import type { Graph } from '#shared/graph/schema'
import { isObject } from '#shared/json'
import { fromText } from './files'

/** Edits that the server does not have: what they made of the draft, and the revision that they stand on. */
export interface Kept {
  readonly name: string
  readonly graph: Graph
  readonly revision: number
}

/** Where such edits outlive the page: one place for each campaign, in this browser alone. */
export interface Shelf {
  /** What lies there; null when there is nothing, or nothing that can be read. */
  readonly read: () => Kept | null
  readonly keep: (kept: Kept) => void
  readonly clear: () => void
}

/**
 * The shelf of a campaign in the browser's storage. Where the browser has none to give (a private window, no room
 * left), nothing is kept.
 */
export function createShelf(campaignId: string, storage: Storage): Shelf {
  const key = `hookline.draft.${campaignId}`
  return {
    read: () => {
      const text = trying(() => storage.getItem(key))
      return text == null ? null : parseKept(text)
    },
    keep: kept => trying(() => storage.setItem(key, JSON.stringify(kept))),
    clear: () => trying(() => storage.removeItem(key)),
  }
}

/**
 * Storage may refuse any call. The screen then already says that the changes are not saved; nothing better can be done.
 */
function trying<T>(does: () => T): T | undefined {
  try {
    return does()
  } catch {
    return undefined
  }
}

/** An older Hookline may have kept it: its graph is read like an imported one. */
function parseKept(text: string): Kept | null {
  const json = trying((): unknown => JSON.parse(text))
  if (!isObject(json)) return null
  const { name, graph, revision } = json
  const read = fromText(JSON.stringify(graph) ?? '')
  if (typeof name !== 'string' || typeof revision !== 'number' || read.is === 'refused') return null
  return { name, graph: read.graph, revision }
}

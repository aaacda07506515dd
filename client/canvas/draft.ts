import { createStore, type StoreApi } from 'zustand'
import type { CampaignView } from '#shared/api'
import type { Graph } from '#shared/graph/schema'
import { ApiError } from '../api'

/**
 * The document store: the draft as it is being edited, and whether the server has it. Plain data, nothing of React Flow's, changed by pure
 * functions only (shared/graph/edit.ts), so that undo can be a list of graphs one day. What only the screen knows is in view.ts.
 *
 * Laws of saving: one PUT at a time; every change is on its way 800 ms after the last one at the latest when the hand rests; a change that
 * could not be sent is kept and sent again; what somebody else saved is never overwritten without a word.
 */
export interface Draft {
  readonly name: string
  readonly graph: Graph
  /** The revision that the edits stand on. */
  readonly revision: number
  /** Edits that the server has not confirmed. */
  readonly unsaved: number
  readonly saving: Saving
}
export type Saving =
  | { readonly is: 'rest' }
  | { readonly is: 'saving' }
  /** The server did not answer; tried again by itself. */
  | { readonly is: 'offline' }
  /** The server refused the draft: more edits, then another try. */
  | { readonly is: 'refused'; readonly error: unknown }
  /** Somebody else saved since. `theirs` is what they saved. */
  | { readonly is: 'conflict'; readonly theirs: CampaignView }

/** The server, as far as a draft needs it. */
export interface Saver {
  readonly save: (body: { name: string; graph: Graph; revision: number }) => Promise<CampaignView>
  readonly load: () => Promise<CampaignView>
  readonly onSaved: (view: CampaignView) => void
}

export interface DraftStore extends StoreApi<Draft> {
  /** Changes the graph. An edit that answers the same graph is no change. */
  edit(change: (graph: Graph) => Graph): void
  rename(name: string): void
  /** Sends what is not saved yet; true when the server has everything. */
  flush(): Promise<boolean>
  /** Shows what the server has: after a conflict, or when nothing here is unsaved. */
  adopt(view: CampaignView): void
  /** After a conflict: saves over what somebody else saved. */
  keepMine(): Promise<boolean>
  /** Stops the timers. What is unsaved is sent once more. */
  close(): void
}

const REST_MS = 800
const RETRY_MS = [2_000, 5_000, 15_000, 30_000] as const

export function createDraft(view: CampaignView, saver: Saver): DraftStore {
  const store = createStore<Draft>(() => asDraft(view))
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<boolean> | undefined
  let failures = 0

  const changed = (change: Partial<Draft>) => {
    store.setState(before => ({ ...change, unsaved: before.unsaved + 1 }))
    if (store.getState().saving.is !== 'conflict') sendAfter(REST_MS)
  }
  const sendAfter = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), ms)
  }
  const flush = (): Promise<boolean> => {
    clearTimeout(timer)
    sending ??= send().finally(() => {
      sending = undefined
    })
    return sending
  }
  async function send(): Promise<boolean> {
    while (store.getState().unsaved > 0) {
      const { name, graph, revision, unsaved } = store.getState()
      store.setState({ saving: { is: 'saving' } })
      try {
        const saved = await saver.save({ name, graph, revision })
        failures = 0
        store.setState(now => ({ revision: saved.revision, unsaved: now.unsaved - unsaved, saving: { is: 'rest' } }))
        saver.onSaved(saved)
      } catch (error) {
        await failed(error)
        return false
      }
    }
    return true
  }
  async function failed(error: unknown): Promise<void> {
    if (error instanceof ApiError && error.status === 409) return conflict(error)
    if (error instanceof ApiError && error.status >= 400 && error.status < 500)
      return store.setState({ saving: { is: 'refused', error } })
    store.setState({ saving: { is: 'offline' } })
    sendAfter(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? REST_MS)
  }
  async function conflict(error: ApiError): Promise<void> {
    try {
      store.setState({ saving: { is: 'conflict', theirs: await saver.load() } })
    } catch {
      store.setState({ saving: { is: 'refused', error } })
    }
  }

  return {
    ...store,
    edit(change) {
      const { graph } = store.getState()
      const next = change(graph)
      if (next !== graph) changed({ graph: next })
    },
    rename(name) {
      if (name !== store.getState().name) changed({ name })
    },
    flush,
    adopt(theirs) {
      clearTimeout(timer)
      store.setState(asDraft(theirs))
    },
    keepMine() {
      const { saving } = store.getState()
      if (saving.is === 'conflict') store.setState({ revision: saving.theirs.revision, saving: { is: 'rest' } })
      return flush()
    },
    close() {
      if (store.getState().saving.is !== 'conflict') void flush()
      clearTimeout(timer)
    },
  }
}

function asDraft({ name, graph, revision }: CampaignView): Draft {
  return { name, graph, revision, unsaved: 0, saving: { is: 'rest' } }
}

/** The saving state in words: `Saved`, `Saving`, `Offline, 3 changes kept`. */
export function saySaving({ saving, unsaved }: Draft): string {
  switch (saving.is) {
    case 'offline':
      return `Offline, ${unsaved} change${unsaved === 1 ? '' : 's'} kept`
    case 'refused':
      return 'Not saved'
    case 'conflict':
      return 'Changed by somebody else'
    case 'saving':
      return 'Saving'
    case 'rest':
      return unsaved > 0 ? 'Saving' : 'Saved'
  }
}

import { createStore, type StoreApi } from 'zustand'
import type { CampaignView } from '#shared/api'
import type { Graph } from '#shared/graph/schema'
import { ApiError } from '../api'
import { toText } from './files'
import { type Gesture, gestureOf, type History, noHistory, redone, remembered, undone } from './history'
import type { Kept, Shelf } from './shelf'

/**
 * The document store: the draft as it is being edited, and whether the server has it. Plain data, nothing of React
 * Flow's, changed by pure functions only (shared/graph/edit.ts), so that undo is a list of graphs (history.ts). What
 * only the screen knows is in editor.ts.
 *
 * Laws of saving: one PUT at a time; every change is on its way 800 ms after the last one at the latest when the hand
 * rests; a change that could not be sent is kept and sent again, also when the page was loaded anew meanwhile; what
 * somebody else saved is never overwritten without a word.
 */
export interface Draft {
  readonly name: string
  readonly graph: Graph
  /** The revision that the edits stand on. */
  readonly revision: number
  /** Edits that the server has not confirmed. */
  readonly unsaved: number
  readonly saving: Saving
  /** What can be taken back, by gesture: selection, zoom and what others saved never get in. */
  readonly history: History
}
export type Saving =
  | { readonly is: 'rest' }
  | { readonly is: 'saving' }
  /** The server did not answer; tried again by itself. */
  | { readonly is: 'offline' }
  /** The server refused the draft: more edits, then another try. */
  | { readonly is: 'refused'; readonly error: unknown }
  /** It was saved elsewhere since: by somebody else, or in another window. `theirs` is what was saved. */
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
  /** Takes the last gesture back, or brings it again. Answers what it was; undefined when there is none. */
  undo(): Gesture | undefined
  redo(): Gesture | undefined
  /** Sends what is not saved yet; true when the server has everything. */
  flush(): Promise<boolean>
  /** Shows what the server has: after a conflict, or when nothing here is unsaved. */
  adopt(view: CampaignView): void
  /**
   * The page stands: begins to save what was taken up from the shelf, and answers whether there was something to save.
   */
  open(): boolean
  /** The page may go: what is unsaved is put on the shelf. */
  keep(): void
  /** After a conflict: saves over what somebody else saved. */
  keepMine(): Promise<boolean>
  /** Stops the timers. What is unsaved is sent once more. */
  close(): void
}

const REST_MS = 800
/** Edits of the same thing at shorter intervals are one gesture. */
const BURST_MS = 500
const RETRY_MS = [2_000, 5_000, 15_000, 30_000] as const

/**
 * The draft of a campaign: as the server has it, and on top what this browser has kept of edits that never reached it.
 */
export function createDraft(view: CampaignView, saver: Saver, shelf: Shelf): DraftStore {
  const kept = shelf.read()
  const store = createStore<Draft>(() => takenUp(view, kept))
  let isKept = kept !== null
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<boolean> | undefined
  let failures = 0
  let burst: string | null = null
  let burstTimer: ReturnType<typeof setTimeout> | undefined

  const changed = (change: Partial<Draft>) => {
    store.setState(before => ({ ...change, unsaved: before.unsaved + 1 }))
    const { saving } = store.getState()
    if (saving.is !== 'rest' && saving.is !== 'saving') keep()
    if (saving.is !== 'conflict') sendAfter(REST_MS)
  }
  const keep = () => {
    const { name, graph, revision, unsaved } = store.getState()
    if (unsaved === 0) return
    isKept = true
    shelf.keep({ name, graph, revision })
  }
  // Only what this draft has kept, or taken up: another tab may have put something there since.
  const drop = () => {
    if (isKept) shelf.clear()
    isKept = false
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
    drop()
    return true
  }
  async function failed(error: unknown): Promise<void> {
    keep()
    if (error instanceof ApiError && error.status === 409) return conflict(error)
    if (error instanceof ApiError && error.status >= 400 && error.status < 500)
      return store.setState({ saving: { is: 'refused', error } })
    store.setState({ saving: { is: 'offline' } })
    sendAfter(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? REST_MS)
  }
  async function conflict(error: ApiError): Promise<void> {
    try {
      const theirs = await saver.load()
      if (isSame(store.getState(), theirs)) adopt(theirs)
      else store.setState({ saving: { is: 'conflict', theirs } })
    } catch {
      store.setState({ saving: { is: 'refused', error } })
    }
  }

  const burstIs = (of: string | null) => {
    clearTimeout(burstTimer)
    burst = of
    if (of !== null) burstTimer = setTimeout(() => burstIs(null), BURST_MS)
  }
  const turn = (to: typeof undone): Gesture | undefined => {
    const turned = to(store.getState().history, store.getState().graph)
    if (turned === undefined) return undefined
    burstIs(null)
    changed({ graph: turned.graph, history: turned.history })
    return turned.gesture
  }
  const adopt = (theirs: CampaignView) => {
    clearTimeout(timer)
    store.setState(asDraft(theirs))
    drop()
  }

  return {
    ...store,
    edit(change) {
      const { graph, history } = store.getState()
      const next = change(graph)
      if (next === graph) return
      const gesture = gestureOf(graph, next)
      const continues = gesture.burst !== null && gesture.burst === burst
      burstIs(gesture.burst)
      changed({ graph: next, history: remembered(history, graph, gesture, continues) })
    },
    undo: () => turn(undone),
    redo: () => turn(redone),
    rename(name) {
      if (name !== store.getState().name) changed({ name })
    },
    flush,
    adopt,
    // Not at once: React may make a draft for a page that never stands, which must neither save nor forget.
    open() {
      const { unsaved, saving } = store.getState()
      if (unsaved === 0) drop()
      const isTakenUp = unsaved > 0 && saving.is === 'rest'
      if (isTakenUp) sendAfter(0)
      return isTakenUp
    },
    keep,
    keepMine() {
      const { saving } = store.getState()
      if (saving.is === 'conflict') store.setState({ revision: saving.theirs.revision, saving: { is: 'rest' } })
      return flush()
    },
    close() {
      keep()
      if (store.getState().saving.is !== 'conflict') void flush()
      clearTimeout(timer)
      burstIs(null)
    },
  }
}

function asDraft({ name, graph, revision }: CampaignView): Draft {
  return { name, graph, revision, unsaved: 0, saving: { is: 'rest' }, history: noHistory }
}

/** What was kept is taken up where the server has not moved on since; where it has, somebody must choose. */
function takenUp(view: CampaignView, kept: Kept | null): Draft {
  if (kept === null || isSame(kept, view)) return asDraft(view)
  const saving: Saving = kept.revision === view.revision ? { is: 'rest' } : { is: 'conflict', theirs: view }
  return { ...kept, unsaved: 1, saving, history: noHistory }
}

function isSame(mine: Pick<Kept, 'name' | 'graph'>, theirs: Pick<Kept, 'name' | 'graph'>): boolean {
  return mine.name === theirs.name && toText(mine.graph) === toText(theirs.graph)
}

/** The saving state in words: `Saved`, `Saving`, `Offline, 3 changes kept`. */
export function saySaving({ saving, unsaved }: Draft): string {
  switch (saving.is) {
    case 'offline':
      return `Offline, ${unsaved} change${unsaved === 1 ? '' : 's'} kept`
    case 'refused':
      return 'Not saved'
    case 'conflict':
      return 'Saved elsewhere since'
    case 'saving':
      return 'Saving'
    case 'rest':
      return unsaved > 0 ? 'Saving' : 'Saved'
  }
}

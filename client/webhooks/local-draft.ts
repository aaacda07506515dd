import { createStore } from 'zustand'
import { stepOf } from '#shared/graph/library'
import { emptyGraph } from '#shared/graph/schema'
import type { Webhook } from '#shared/rules/webhook'
import type { Draft, DraftStore } from '../canvas/draft'
import { noHistory } from '../canvas/history'

/** The id of the one step that a library webhook is edited as. */
export const IT = 'it'

/** A draft of one step that lives in this page alone: the fields of the step panel edit it, and the page saves it when it is told to. */
export function createLocalDraft(name: string, webhook: Webhook): DraftStore {
  const store = createStore<Draft>(() => ({
    name,
    graph: { ...emptyGraph, steps: { [IT]: stepOf(webhook, name) } },
    revision: 0,
    unsaved: 0,
    saving: { is: 'rest' },
    history: noHistory,
  }))
  return {
    ...store,
    edit: change => store.setState(({ graph }) => ({ graph: change(graph) })),
    rename: next => store.setState({ name: next }),
    flush: async () => true,
    adopt: () => {},
    open: () => false,
    keep: () => {},
    undo: () => undefined,
    redo: () => undefined,
    keepMine: async () => true,
    close: () => {},
  }
}

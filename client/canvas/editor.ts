import type { ReactFlowInstance, XYPosition } from '@xyflow/react'
import { createContext, useContext } from 'react'
import { createStore, type StoreApi, useStore } from 'zustand'
import * as edit from '#shared/graph/edit'
import { withLibrary } from '#shared/graph/library'
import type { Edge, Graph } from '#shared/graph/schema'
import { type Around, validate } from '#shared/graph/validate'
import type { Problem } from '#shared/problems'
import { kindOf } from '#shared/steps/index'
import type { TemplateFolder } from '#shared/world'
import { CARD } from './card'
import type { Draft, DraftStore } from './draft'
import { byStep, count, type StepFlowNode, toFlowEdges, toFlowNodes, type WayFlowEdge, wayId } from './flow'
import { inFlowOrder, tidy } from './layout'
import { createOverlays, type Overlays } from './overlays'
import { addAt, type Spot } from './place'
import { type Direction, neighbour } from './walk'

/**
 * The view store: what only this screen knows (React Flow's nodes and edges with their selection and a drag under way,
 * which panel is open), and the gestures, each of which ends in one pure edit of the document store. Selection, zoom
 * and panels never reach the document.
 */
export interface View {
  readonly nodes: readonly StepFlowNode[]
  readonly edges: readonly WayFlowEdge[]
  readonly panel: Panel | null
  readonly picker: PickerRequest | null
  readonly problemsOpen: boolean
  /** The folder that the campaign lies in, for previews. */
  readonly folder: TemplateFolder | null
  /** The newest thing that happened, for screen readers. */
  readonly said: string
}
export type Panel =
  /** `focus`: the path of the field to put the cursor in, or `first`. Each opening has its own `nonce`. */
  | { readonly is: 'step'; readonly id: string; readonly focus: string | null; readonly nonce: number }
  | { readonly is: 'settings'; readonly focus: string | null; readonly nonce: number }

/** Asks for a step kind, at a point of the screen. */
export interface PickerRequest {
  readonly at: XYPosition
  readonly pick: (kind: string) => void
}

export interface Editor {
  readonly campaignId: string
  readonly draft: DraftStore
  readonly view: StoreApi<View>
  readonly overlays: StoreApi<Overlays>
  /** Set by the canvas once React Flow stands. */
  flow: ReactFlowInstance<StepFlowNode, WayFlowEdge> | null
  /** Says what the campaign is launched in: the library and its folder. */
  readonly surround: (around: Around) => void
  readonly do: Gestures
}
export type Gestures = ReturnType<typeof createGestures>

const EditorContext = createContext<Editor | null>(null)
export const EditorProvider = EditorContext.Provider

export function useEditor(): Editor {
  const editor = useContext(EditorContext)
  if (editor === null) throw new Error('A piece of the editor is drawn outside of EditorProvider.')
  return editor
}

export function useDraft<T>(select: (draft: Draft) => T): T {
  return useStore(useEditor().draft, select)
}

export function useView<T>(select: (view: View) => T): T {
  return useStore(useEditor().view, select)
}

/**
 * Everything that is wrong with the draft at this moment: the rules that the server asks at launch, asked here once per
 * edit.
 */
export function useProblems(): readonly Problem[] {
  return useStore(useEditor().overlays, o => o.problems)
}

export function createEditor(campaignId: string, draft: DraftStore): Editor {
  const overlays = createOverlays()
  const view = createStore<View>(() => ({
    nodes: [],
    edges: [],
    panel: null,
    picker: null,
    problemsOpen: false,
    folder: null,
    said: '',
  }))
  const editor = { campaignId, draft, view, overlays, flow: null as Editor['flow'] }
  let around: Around | undefined
  const derive = () => {
    const drawn = draft.getState().graph
    const problems = validate(drawn, around)
    const graph = around === undefined ? drawn : withLibrary(drawn, around.library)
    const problemsByStep = byStep(problems)
    overlays.setState({ problems, problemsByStep })
    view.setState(before => ({
      nodes: toFlowNodes(graph, problemsByStep, before.nodes),
      edges: toFlowEdges(graph, before.edges),
    }))
  }
  derive()
  draft.subscribe((now, before) => now.graph !== before.graph && derive())
  const surround = (now: Around) => {
    around = now
    view.setState({ folder: now.folder })
    derive()
  }
  return Object.assign(editor, { surround, do: createGestures(editor) })
}

function createGestures(editor: Omit<Editor, 'do' | 'surround'>) {
  const { draft, view } = editor
  const graph = () => draft.getState().graph
  const nameOf = (id: string) => graph().steps[id]?.name || id
  const say = (said: string) => view.setState({ said })
  let nonce = 0

  /** Adds a step of a kind and opens its form. Answers its id. */
  function add(kind: string, spot: Spot): string {
    const id = newId(kind)
    draft.edit(g => addAt(g, { id, kind }, spot, centre()))
    say(`Added ${nameOf(id)}.`)
    openStep(id, 'first')
    return id
  }

  /** An id that neither this graph nor the live counts know. */
  function newId(kind: string): string {
    return edit.newStepId(graph(), kind, Object.keys(editor.overlays.getState().counts?.steps ?? {}))
  }

  function centre(): XYPosition {
    const pane = document.querySelector('[data-canvas]')?.getBoundingClientRect()
    if (editor.flow === null || pane === undefined) return { x: 0, y: 0 }
    const x = pane.left + pane.width / 2
    return editor.flow.screenToFlowPosition({
      x,
      y: pane.top + (Object.keys(graph().steps).length === 0 ? 160 : pane.height / 2),
    })
  }

  function remove(ids: readonly string[]): void {
    if (ids.length === 0) return
    const order = inFlowOrder(graph()).filter(id => !ids.includes(id))
    const before = graph().edges.find(e => ids.includes(e.to) && !ids.includes(e.from))?.from ?? order[0]
    const words = ids.length === 1 ? nameOf(ids[0] ?? '') : count(ids.length, 'step')
    draft.edit(g => edit.removeSteps(g, ids))
    const { panel } = view.getState()
    if (panel?.is === 'step' && ids.includes(panel.id)) view.setState({ panel: null })
    say(`Removed ${words}.`)
    focusStep(before ?? null)
  }

  function removeSelected(): void {
    const { nodes, edges } = view.getState()
    const steps = nodes.filter(n => n.selected).map(n => n.id)
    for (const edge of edges)
      if (edge.selected && edge.data !== undefined && steps.length === 0) disconnect(edge.data.way)
    remove(steps)
  }

  function connect(edge: Edge): void {
    const why = edit.whyNotConnect(graph(), edge)
    draft.edit(g => edit.connect(g, edge))
    say(why ?? `Connected ${nameOf(edge.from)} to ${nameOf(edge.to)}.`)
  }

  function disconnect(way: edit.WayOut): void {
    draft.edit(g => edit.disconnect(g, way))
    say(`Removed a connection of ${nameOf(way.from)}.`)
  }

  function reconnect(before: edit.WayOut, edge: Edge): void {
    draft.edit(g =>
      wayId(before) === wayId(edge) ? edit.connect(g, edge) : edit.connect(edit.disconnect(g, before), edge),
    )
    say(`Connected ${nameOf(edge.from)} to ${nameOf(edge.to)}.`)
  }

  /** Commits where steps were dragged to: once, when the drag ends. */
  function move(positions: ReadonlyMap<string, XYPosition>): void {
    draft.edit(g => edit.moveSteps(g, positions))
  }

  function nudge(by: XYPosition): void {
    const chosen = view.getState().nodes.filter(n => n.selected)
    move(new Map(chosen.map(n => [n.id, { x: n.position.x + by.x, y: n.position.y + by.y }])))
  }

  function tidyUp(): void {
    draft.edit(g => edit.moveSteps(g, tidy(g)))
    say('Tidied up.')
    requestAnimationFrame(() => showAll())
  }

  /** Takes the last gesture back (or brings it again), says which, and shows the step that it was about. */
  function turn(which: 'undo' | 'redo'): void {
    const gesture = draft[which]()
    if (gesture === undefined) {
      say(`There is nothing to ${which}.`)
      return
    }
    const { panel } = view.getState()
    if (panel?.is === 'step' && graph().steps[panel.id] === undefined) view.setState({ panel: null })
    if (gesture.step !== null) {
      select(graph().steps[gesture.step] === undefined ? null : gesture.step)
      reveal(gesture.step)
    }
    say(`${which === 'undo' ? 'Undid' : 'Redid'}: ${gesture.words}.`)
  }

  function showAll(): void {
    void editor.flow?.fitView({ padding: 0.15, maxZoom: 1, duration: glide() })
  }

  function select(id: string | null): void {
    view.setState(({ nodes, edges }) => ({
      nodes: nodes.map(n => ((n.selected ?? false) === (n.id === id) ? n : { ...n, selected: n.id === id })),
      edges: edges.map(e => (e.selected ? { ...e, selected: false } : e)),
    }))
  }

  /**
   * Opens a step's form and moves the canvas if the panel would cover the step. `focus`: a field's path, or `first`.
   */
  function openStep(id: string, focus: string | null = null): void {
    select(id)
    view.setState({ panel: { is: 'step', id, focus, nonce: ++nonce }, picker: null })
    // After the panel took its width.
    requestAnimationFrame(() => requestAnimationFrame(() => reveal(id)))
  }

  function openSettings(focus: string | null = null): void {
    view.setState({ panel: { is: 'settings', focus, nonce: ++nonce } })
  }

  function closePanel(): void {
    const { panel } = view.getState()
    view.setState({ panel: null })
    if (panel?.is === 'step') focusStep(panel.id)
  }

  /** Pans just far enough to show a step whole. */
  function reveal(id: string): void {
    const { flow } = editor
    const step = graph().steps[id]
    const pane = document.querySelector('[data-canvas]')?.getBoundingClientRect()
    if (flow === null || step === undefined || pane === undefined) return
    const { x, y, zoom } = flow.getViewport()
    const margin = 32
    const by = (start: number, size: number, room: number) => {
      if (start < margin || size + 2 * margin > room) return margin - start
      return Math.min(0, room - margin - (start + size))
    }
    const dx = by(step.position.x * zoom + x, CARD.width * zoom, pane.width)
    const dy = by(step.position.y * zoom + y, (CARD.height + 24) * zoom, pane.height)
    if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: glide() })
  }

  /**
   * Selects a step and puts the keyboard on it, bringing it into view first (a step out of view is not in the page).
   */
  function focusStep(id: string | null): void {
    select(id)
    if (id === null) {
      focusCanvas()
      return
    }
    reveal(id)
    let tries = 30
    const attempt = () => {
      const card = document.querySelector<HTMLElement>(`[data-canvas] .react-flow__node[data-id="${id}"]`)
      if (card !== null) card.focus({ preventScroll: true })
      else if (--tries > 0) requestAnimationFrame(attempt)
    }
    requestAnimationFrame(attempt)
  }

  function focusCanvas(): void {
    document.querySelector<HTMLElement>('[data-canvas]')?.focus()
  }

  /** Goes to where a problem is mended. */
  function goTo(problem: Problem): void {
    view.setState({ problemsOpen: false })
    if (problem.step !== undefined && graph().steps[problem.step] !== undefined)
      openStep(problem.step, problem.path ?? null)
    else if (problem.path?.startsWith('settings')) openSettings(problem.path)
    else focusCanvas()
  }

  /** Walks from the selected step along the graph, as the arrow keys do. */
  function walk(towards: Direction): void {
    const here = view.getState().nodes.find(n => n.selected)?.id
    const to = here === undefined ? inFlowOrder(graph())[0] : neighbour(graph(), here, towards)
    if (to === undefined) return
    focusStep(to)
    if (view.getState().panel?.is === 'step')
      view.setState({ panel: { is: 'step', id: to, focus: null, nonce: ++nonce } })
  }

  function pick(at: XYPosition, then: (kind: string) => void): void {
    view.setState({ picker: { at, pick: then } })
  }

  return {
    add,
    newId,
    remove,
    removeSelected,
    connect,
    disconnect,
    reconnect,
    move,
    nudge,
    tidyUp,
    turn,
    showAll,
    select,
    openStep,
    openSettings,
    closePanel,
    focusCanvas,
    focusStep,
    goTo,
    walk,
    pick,
    say,
  }
}

/** Motion only explains, and not at all for those who asked for none. */
function glide(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180
}

/** What a step is called on the screen. */
export function titleOf(graph: Graph, id: string): string {
  const step = graph.steps[id]
  return step === undefined ? id : step.name || kindOf(step.kind).title
}

import '@xyflow/react/dist/style.css'
import { Button } from '@mantine/core'
import {
  applyEdgeChanges,
  applyNodeChanges,
  Background,
  type Connection,
  ControlButton,
  Controls,
  type FinalConnectionState,
  MiniMap,
  type OnEdgesChange,
  type OnNodesChange,
  ReactFlow,
} from '@xyflow/react'
import { Network } from 'lucide-react'
import { type KeyboardEvent, useMemo, useState } from 'react'
import { insertOnEdge, whyNotConnect } from '#shared/graph/edit'
import type { Edge, Graph, Step } from '#shared/graph/schema'
import styles from './canvas.module.css'
import { FLAT_BELOW, MINIMAP_FROM, useColorMode } from './canvas-look'
import { CARD } from './card'
import { type Editor, useDraft, useEditor, useView } from './editor'
import own from './editor.module.css'
import { count, type StepFlowNode, type WayFlowEdge } from './flow'
import { inFlowOrder } from './layout'
import { StepNode } from './StepNode'
import { type WayActions, WayActionsProvider, WayEdge } from './WayEdge'

const nodeTypes = { step: StepNode }
const edgeTypes = { way: WayEdge }
const grid: [number, number] = [10, 10]

/** The canvas: React Flow over the two stores. Every gesture ends in one edit of the document. */
export function Canvas() {
  const editor = useEditor()
  const nodes = useView(v => v.nodes) as StepFlowNode[]
  const edges = useView(v => v.edges) as WayFlowEdge[]
  const colorMode = useColorMode()
  const flow = useMemo(() => flowProps(editor), [editor])
  // Asked once: on an empty canvas React Flow would keep the wish and jump when the first step is dropped.
  const [fitAtFirst] = useState(nodes.length > 0)
  const [seenFirst] = useState(() => stepsSeenFirst(editor.draft.getState().graph))
  return (
    <WayActionsProvider value={flow.wayActions}>
      <ReactFlow
        {...flow.props}
        className={styles.flow}
        data-canvas
        tabIndex={0}
        aria-label={`Campaign canvas, ${count(nodes.length, 'step')}. Arrow keys walk from step to step, Enter opens one.`}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        colorMode={colorMode}
        onlyRenderVisibleElements
        disableKeyboardA11y
        deleteKeyCode={null}
        snapToGrid
        snapGrid={grid}
        panOnScroll
        connectionRadius={32}
        fitView={fitAtFirst}
        fitViewOptions={{ padding: 0.15, maxZoom: 1, nodes: seenFirst }}
        minZoom={0.1}
        maxZoom={1.5}
      >
        <Background gap={20} size={1} />
        <Controls showInteractive={false} fitViewOptions={{ padding: 0.15, maxZoom: 1 }}>
          <ControlButton onClick={editor.do.tidyUp} title="Tidy up (Shift+T)" aria-label="Tidy up">
            <Network size={16} aria-hidden />
          </ControlButton>
        </Controls>
        {nodes.length >= MINIMAP_FROM && <MiniMap pannable zoomable ariaLabel="Map of the campaign" />}
      </ReactFlow>
      <EmptyHint />
    </WayActionsProvider>
  )
}

/**
 * What a campaign opens with: all of it while its words can still be read, else its beginning (and nothing else is
 * mounted).
 */
function stepsSeenFirst(graph: Graph): { id: string }[] {
  const order = inFlowOrder(graph)
  const span = (of: (step: Step) => number) => {
    const all = Object.values(graph.steps).map(of)
    return Math.max(...all) - Math.min(...all)
  }
  const fits =
    (span(s => s.position.x) + CARD.width) * FLAT_BELOW < window.innerWidth &&
    (span(s => s.position.y) + CARD.height) * FLAT_BELOW < window.innerHeight
  return (fits ? order : order.slice(0, 5)).map(id => ({ id }))
}

function EmptyHint() {
  const editor = useEditor()
  const isEmpty = useDraft(d => Object.keys(d.graph.steps).length === 0)
  if (!isEmpty) return null
  return (
    <div className={own.emptyHint}>
      <p>
        <strong>Drag a trigger here</strong>
        Leads come in through it; the steps behind it say what happens to them.
      </p>
      <Button variant="default" onClick={() => editor.do.add('trigger', { is: 'anywhere' })}>
        Add an event trigger
      </Button>
    </div>
  )
}

/** What React Flow reports, made into gestures. Stable, so that a moving node draws nothing else again. */
function flowProps(editor: Editor) {
  const { view, draft } = editor
  const onNodesChange: OnNodesChange<StepFlowNode> = changes => {
    const own = changes.filter(c => c.type === 'position' || c.type === 'select' || c.type === 'dimensions')
    view.setState(v => ({ nodes: applyNodeChanges(own, v.nodes as StepFlowNode[]) }))
  }
  const onEdgesChange: OnEdgesChange<WayFlowEdge> = changes => {
    const own = changes.filter(c => c.type === 'select')
    view.setState(v => ({ edges: applyEdgeChanges(own, v.edges as WayFlowEdge[]) }))
  }
  const isValidConnection = (c: Connection | WayFlowEdge) => whyNotConnect(draft.getState().graph, toEdge(c)) === null
  const wayActions: WayActions = {
    insertAt: (way, anchor) => {
      const { left, bottom } = anchor.getBoundingClientRect()
      editor.do.pick({ x: left, y: bottom + 4 }, kind => editor.do.add(kind, { is: 'way', way }))
    },
    remove: editor.do.disconnect,
  }
  const props = {
    onInit: (flow: NonNullable<Editor['flow']>) => {
      editor.flow = flow
    },
    onNodesChange,
    onEdgesChange,
    isValidConnection,
    onConnect: (c: Connection) => editor.do.connect(toEdge(c)),
    onReconnect: (before: WayFlowEdge, c: Connection) => editor.do.reconnect(toEdge(before), toEdge(c)),
    onConnectEnd: (event: MouseEvent | TouchEvent, connection: FinalConnectionState) =>
      offerStep(editor, event, connection),
    onNodeDragStop: (_: unknown, __: unknown, dragged: StepFlowNode[]) =>
      editor.do.move(new Map(dragged.map(n => [n.id, n.position]))),
    onSelectionDragStop: (_: unknown, dragged: StepFlowNode[]) =>
      editor.do.move(new Map(dragged.map(n => [n.id, n.position]))),
    onNodeClick: (event: { shiftKey: boolean; metaKey: boolean; ctrlKey: boolean }, node: StepFlowNode) => {
      if (!event.shiftKey && !event.metaKey && !event.ctrlKey) editor.do.openStep(node.id)
    },
    onPaneClick: () => view.setState({ panel: null, picker: null }),
    onMoveStart: () => view.getState().picker && view.setState({ picker: null }),
    onKeyDown: (event: KeyboardEvent) => hear(editor, event),
  }
  return { props, wayActions }
}

function toEdge(c: { source: string; sourceHandle?: string | null; target: string }): Edge {
  return { from: c.source, port: c.sourceHandle ?? '', to: c.target }
}

/** A connection that was dropped on the bare pane asks for the step that it should lead to. */
function offerStep(
  editor: Editor,
  event: MouseEvent | TouchEvent,
  { isValid, fromHandle, toNode }: FinalConnectionState,
): void {
  if (isValid || toNode !== null || fromHandle?.type !== 'source' || fromHandle.id == null || editor.flow === null)
    return
  const at = 'changedTouches' in event ? event.changedTouches[0] : event
  if (at === undefined) return
  const point = { x: at.clientX, y: at.clientY }
  const way = { from: fromHandle.nodeId, port: fromHandle.id }
  const position = editor.flow.screenToFlowPosition(point)
  editor.do.pick(point, kind => {
    const id = editor.do.newId(kind)
    const at = { x: position.x - 100, y: position.y }
    editor.draft.edit(g => insertOnEdge(g, way, { id, kind, position: at }))
    editor.do.openStep(id, 'first')
  })
}

const arrows = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' } as const
const shifts = { up: { x: 0, y: -10 }, down: { x: 0, y: 10 }, left: { x: -10, y: 0 }, right: { x: 10, y: 0 } } as const

/**
 * The keyboard on the canvas: arrows walk, Alt+arrows move, Enter opens, Delete removes, Shift+T tidies up, Escape lets
 * go.
 */
function hear(editor: Editor, event: KeyboardEvent): void {
  const { target } = event
  if (
    target instanceof HTMLElement &&
    (target.closest('button, input, select, textarea') !== null || target.isContentEditable)
  )
    return
  const selected = editor.view.getState().nodes.find(n => n.selected)
  const arrow = arrows[event.key as keyof typeof arrows]
  if (arrow !== undefined) {
    if (event.altKey) editor.do.nudge(shifts[arrow])
    else editor.do.walk(arrow)
  } else if (event.key === 'Enter' && selected !== undefined) editor.do.openStep(selected.id, 'first')
  else if (event.key === 'Delete' || event.key === 'Backspace') editor.do.removeSelected()
  else if (event.key === 'T' && event.shiftKey) editor.do.tidyUp()
  else if (event.key === 'Escape') editor.do.select(null)
  else if (event.key === '/')
    document.querySelector<HTMLElement>('[data-palette] button, nav button[data-kind]')?.focus()
  else return
  event.preventDefault()
}

import '@xyflow/react/dist/style.css'
import { Background, Controls, MiniMap, ReactFlow, ReactFlowProvider } from '@xyflow/react'
import { useEffect, useMemo, useState } from 'react'
import type { Counts } from '#shared/api'
import type { Graph } from '#shared/graph/schema'
import styles from './canvas.module.css'
import { MINIMAP_FROM, useColorMode } from './canvas-look'
import { count, toFlowEdges, toFlowNodes } from './flow'
import { createOverlays, type Lit, OverlaysProvider } from './overlays'
import { StepNode } from './StepNode'
import { WayEdge } from './WayEdge'

const nodeTypes = { step: StepNode }
const edgeTypes = { way: WayEdge }
const noProblems = new Map()

/**
 * A graph that is only shown. `lit` is the way that one lead took (the rest fades), `current` the step where the lead
 * stands.
 */
export function GraphView(props: {
  graph: Graph
  lit?: Lit
  current?: string | null
  counts?: Counts
  selected?: string | null
  onSelect?: (stepId: string | null) => void
}) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  )
}

function Drawing({ graph, lit, current, counts, selected, onSelect }: Parameters<typeof GraphView>[0]) {
  const [overlays] = useState(createOverlays)
  useEffect(() => {
    overlays.setState({ lit: lit ?? null, current: current ?? null, counts: counts ?? null })
  }, [overlays, lit, current, counts])
  const plain = useMemo(() => toFlowNodes(graph, noProblems, []), [graph])
  const nodes = useMemo(() => plain.map(n => (n.id === selected ? { ...n, selected: true } : n)), [plain, selected])
  const edges = useMemo(() => toFlowEdges(graph, []), [graph])
  const colorMode = useColorMode()
  return (
    <OverlaysProvider value={overlays}>
      <ReactFlow
        className={styles.flow}
        aria-label={`Campaign, ${count(nodes.length, 'step')}`}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        colorMode={colorMode}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={onSelect !== undefined}
        edgesFocusable={false}
        elementsSelectable={onSelect !== undefined}
        onlyRenderVisibleElements
        panOnScroll
        fitView
        fitViewOptions={{ padding: 0.15, maxZoom: 1 }}
        minZoom={0.1}
        maxZoom={1.5}
        deleteKeyCode={null}
        onNodeClick={(_, node) => onSelect?.(node.id)}
        onNodesChange={changes => {
          // Enter on a focused step selects it without a click.
          const chosen = changes.find(c => c.type === 'select' && c.selected)
          if (chosen?.type === 'select') onSelect?.(chosen.id)
        }}
        onPaneClick={() => onSelect?.(null)}
      >
        <Background gap={20} size={1} />
        <Controls showInteractive={false} />
        {nodes.length >= MINIMAP_FROM && <MiniMap pannable zoomable ariaLabel="Map of the campaign" />}
      </ReactFlow>
    </OverlaysProvider>
  )
}

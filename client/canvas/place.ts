import type { XYPosition } from '@xyflow/react'
import * as edit from '#shared/graph/edit'
import type { Graph } from '#shared/graph/schema'
import { findKind } from '#shared/steps/index'
import { CARD, COLUMN_GAP, describe, ROW_GAP } from './card'

/** Where a new step goes: on the pane, on a way, behind a step, or wherever it makes sense. */
export type Spot =
  | { readonly is: 'pane'; readonly at: XYPosition }
  | { readonly is: 'way'; readonly way: edit.WayOut }
  | { readonly is: 'after'; readonly step: string }
  | { readonly is: 'anywhere' }

interface New {
  readonly id: string
  readonly kind: string
}

/** Adds a step where it was dropped, or where it makes sense. `centre` is the middle of what is on the screen. */
export function addAt(graph: Graph, step: New, spot: Spot, centre: XYPosition): Graph {
  return place(graph, step, spotFor(graph, step.kind, spot), centre)
}

function spotFor(graph: Graph, kind: string, spot: Spot): Spot {
  // What lets leads in has no way into it.
  if (findKind(kind)?.entry !== undefined && spot.is !== 'pane') return { is: 'anywhere' }
  if (spot.is === 'after' && edit.portsOf(graph, spot.step).length === 0) return { is: 'anywhere' }
  return spot
}

function place(graph: Graph, step: New, spot: Spot, centre: XYPosition): Graph {
  switch (spot.is) {
    case 'pane':
      return edit.addStep(graph, { ...step, position: around(spot.at) })
    case 'anywhere':
      return edit.addStep(graph, { ...step, position: free(graph, around(centre)) })
    case 'way':
      return insert(graph, spot.way, step)
    case 'after': {
      const ports = edit.portsOf(graph, spot.step)
      const open = ports.find(p => edit.edgeAt(graph, { from: spot.step, port: p.id }) === undefined)
      const port = open ?? ports[0]
      return port === undefined ? graph : insert(graph, { from: spot.step, port: port.id }, step)
    }
  }
}

/** Puts a step behind a port; what comes after moves down to make room. */
function insert(graph: Graph, way: edit.WayOut, step: New): Graph {
  const next = edit.edgeAt(graph, way)?.to
  const position =
    next === undefined ? free(graph, below(graph, way)) : { ...(graph.steps[next]?.position ?? below(graph, way)) }
  if (next === undefined) return edit.insertOnEdge(graph, way, { ...step, position })
  const from = graph.steps[way.from]?.position.y ?? position.y
  const y = Math.min(position.y, from + CARD.height + ROW_GAP)
  const shift = Math.max(0, y + CARD.height + ROW_GAP - position.y)
  const moved = edit.downstreamOf(graph, next).filter(id => id !== way.from)
  const room = edit.moveSteps(
    graph,
    new Map(
      moved.flatMap(id => {
        const at = graph.steps[id]?.position
        return at === undefined ? [] : [[id, { x: at.x, y: at.y + shift }] as const]
      }),
    ),
  )
  return edit.insertOnEdge(room, way, { ...step, position: { x: position.x, y } })
}

function below(graph: Graph, { from, port }: edit.WayOut): XYPosition {
  const step = graph.steps[from]
  if (step === undefined) return { x: 0, y: 0 }
  const { ports } = describe(step)
  const i = ports.findIndex(p => p.id === port)
  const aside = (i - (ports.length - 1) / 2) * (CARD.width + COLUMN_GAP)
  return { x: step.position.x + aside, y: step.position.y + CARD.height + ROW_GAP }
}

function free(graph: Graph, at: XYPosition): XYPosition {
  const isTaken = Object.values(graph.steps).some(
    ({ position: p }) => Math.abs(p.x - at.x) < CARD.width + 16 && Math.abs(p.y - at.y) < CARD.height + 24,
  )
  return isTaken ? free(graph, { x: at.x + CARD.width + COLUMN_GAP, y: at.y }) : at
}

/** The corner of a card whose middle is at a point, on the 10 px grid. */
function around({ x, y }: XYPosition): XYPosition {
  return { x: Math.round((x - CARD.width / 2) / 10) * 10, y: Math.round((y - CARD.height / 2) / 10) * 10 }
}

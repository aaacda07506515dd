import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath, useStore } from '@xyflow/react'
import { Plus, Trash2 } from 'lucide-react'
import { createContext, memo, useContext, useRef, useState } from 'react'
import type { WayOut } from '#shared/graph/edit'
import styles from './canvas.module.css'
import { isFlat } from './canvas-look'
import { type WayFlowEdge, wayId } from './flow'
import { useIsTarget, useWayCount, useWayLight } from './overlays'

/** What an edge can be told to do; null where a graph is only shown. */
export interface WayActions {
  readonly insertAt: (way: WayOut, anchor: Element) => void
  readonly remove: (way: WayOut) => void
}
const WayActionsContext = createContext<WayActions | null>(null)
export const WayActionsProvider = WayActionsContext.Provider

/**
 * A way from a port to a step: rounded corners, a count when live, and in the editor a "+" and a bin in its middle.
 * From far away only the line.
 */
export const WayEdge = memo(function WayEdge(edge: EdgeProps<WayFlowEdge>) {
  const way = edge.data?.way ?? { from: edge.source, port: edge.sourceHandleId ?? '' }
  const flat = useStore(isFlat)
  const light = useWayLight(way)
  const isTarget = useIsTarget(wayId(way)) || undefined
  const hover = useHover()
  const [path, x, y] = getSmoothStepPath({ ...edge, borderRadius: 12, offset: ABOVE_TARGET, centerY: crossingOf(edge) })
  const line = { path, className: styles.way ?? '', 'data-light': light, 'data-target': isTarget }
  if (flat) return <BaseEdge {...line} interactionWidth={0} />
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hovering only reveals; the buttons do */}
      <g onMouseEnter={hover.enter} onMouseLeave={hover.leave}>
        <BaseEdge {...line} interactionWidth={24} />
      </g>
      <EdgeLabelRenderer>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: hovering only reveals; the buttons do */}
        <div
          className={`${styles.middle} nodrag nopan`}
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          data-way={wayId(way)}
          data-light={light}
          data-target={isTarget}
          onMouseEnter={hover.enter}
          onMouseLeave={hover.leave}
        >
          <WayCount way={way} />
          {(hover.isOver || edge.selected || isTarget) && <WayButtons way={way} label={edge.data?.label ?? ''} />}
        </div>
      </EdgeLabelRenderer>
    </>
  )
})

/**
 * Names of ports stand in up to two rows below a card, seldom in three; where cards stand too near for that, a way
 * turns right above its target.
 */
const BELOW_NAMES = 46
const ABOVE_TARGET = 8

/** Where a way runs across: halfway down, but below the names of the ports, so that its count covers none of them. */
function crossingOf({ sourceY, targetY }: EdgeProps): number {
  const halfway = (sourceY + targetY) / 2
  return targetY <= sourceY ? halfway : Math.max(halfway, Math.min(sourceY + BELOW_NAMES, targetY - ABOVE_TARGET))
}

function WayCount({ way }: { way: WayOut }) {
  const count = useWayCount(way)
  return count === null ? null : (
    <span className={styles.chip} title="Leads who went this way">
      {count.toLocaleString('en')}
    </span>
  )
}

function WayButtons({ way, label }: { way: WayOut; label: string }) {
  const actions = useContext(WayActionsContext)
  const anchor = useRef<HTMLButtonElement>(null)
  if (actions === null) return null
  return (
    <span className={styles.wayButtons}>
      <button
        ref={anchor}
        type="button"
        tabIndex={-1}
        aria-label={`Insert a step on ${label}`}
        title="Insert a step here"
        onClick={() => anchor.current && actions.insertAt(way, anchor.current)}
      >
        <Plus size={14} aria-hidden />
      </button>
      <button
        type="button"
        tabIndex={-1}
        className={styles.bin}
        aria-label={`Remove the connection ${label}`}
        title="Remove this connection"
        onClick={() => actions.remove(way)}
      >
        <Trash2 size={13} aria-hidden />
      </button>
    </span>
  )
}

/** Stays open for a moment after the pointer left, so that it can cross from the line to the buttons. */
function useHover() {
  const [isOver, setOver] = useState(false)
  const timer = useRef<number | undefined>(undefined)
  const set = (over: boolean, after: number) => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setOver(over), after)
  }
  return { isOver, enter: () => set(true, 0), leave: () => set(false, 160) }
}

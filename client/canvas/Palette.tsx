import { type CSSProperties, type PointerEvent, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import type { AnyKind, Group } from '#shared/steps/define'
import { stepKinds } from '#shared/steps/index'
import { groupColour } from './card'
import { useEditor } from './editor'
import styles from './editor.module.css'
import { Icon } from './Icon'
import type { Spot } from './place'

const sections: { readonly [G in Group]: string } = {
  entry: 'Start',
  logic: 'Decide',
  experiment: 'Decide',
  time: 'Act',
  webhook: 'Act',
  data: 'Act',
  end: 'End',
}

/** The step kinds of the registry, in its order, under a few titles. */
export function kindsByGroup(): readonly { readonly title: string; readonly kinds: readonly AnyKind[] }[] {
  const titles = [...new Set(stepKinds.map(kind => sections[kind.group]))]
  return titles.map(title => ({ title, kinds: stepKinds.filter(kind => sections[kind.group] === title) }))
}

/**
 * What can be dragged on to the canvas: by mouse and by finger (pointer events; HTML5 drag does nothing on touch), or
 * added with Enter.
 */
export function Palette() {
  return (
    <nav className={styles.palette} aria-label="Steps to add">
      {kindsByGroup().map(({ title, kinds }) => (
        <section key={title}>
          <h2>{title}</h2>
          {kinds.map(kind => (
            <PaletteItem key={kind.kind} kind={kind} />
          ))}
        </section>
      ))}
    </nav>
  )
}

const DRAG_FROM = 4

interface Drag {
  readonly from: { readonly x: number; readonly y: number }
  readonly at: { readonly x: number; readonly y: number } | null
}

function PaletteItem({ kind }: { kind: AnyKind }) {
  const editor = useEditor()
  const [drag, setDrag] = useState<Drag | null>(null)
  const dragged = useRef(false)
  const look = { '--colour': groupColour(kind) } as CSSProperties

  const end = () => {
    setDrag(null)
    editor.overlays.setState({ target: null })
  }
  const move = (event: PointerEvent) => {
    if (drag === null) return
    const at = { x: event.clientX, y: event.clientY }
    if (drag.at === null && Math.hypot(at.x - drag.from.x, at.y - drag.from.y) < DRAG_FROM) return
    dragged.current = true
    setDrag({ ...drag, at })
    editor.overlays.setState({ target: targetOf(spotAt(at)) })
  }
  const drop = (event: PointerEvent) => {
    const at = { x: event.clientX, y: event.clientY }
    const spot = drag?.at == null ? null : spotAt(at)
    end()
    if (spot === null || editor.flow === null) return
    editor.do.add(kind.kind, spot.is === 'pane' ? { is: 'pane', at: editor.flow.screenToFlowPosition(at) } : spot)
  }
  return (
    <>
      <button
        type="button"
        className={styles.item}
        style={look}
        title={kind.title}
        data-kind={kind.kind}
        onPointerDown={event => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          dragged.current = false
          setDrag({ from: { x: event.clientX, y: event.clientY }, at: null })
        }}
        onPointerMove={move}
        onPointerUp={drop}
        onPointerCancel={end}
        onKeyDown={event => event.key === 'Escape' && end()}
        onClick={() => {
          if (!dragged.current) editor.do.add(kind.kind, afterSelected(editor))
        }}
      >
        <span className={styles.itemIcon}>
          <Icon path={kind.icon} />
        </span>
        <span className={styles.itemTitle}>{kind.title}</span>
      </button>
      {drag?.at != null &&
        createPortal(
          <div className={styles.ghost} style={{ ...look, left: drag.at.x, top: drag.at.y }} aria-hidden>
            <Icon path={kind.icon} /> {kind.title}
          </div>,
          document.body,
        )}
    </>
  )
}

/** Enter and a plain click add behind the selected step, or in the middle of the view. */
function afterSelected({ view }: ReturnType<typeof useEditor>): Spot {
  const selected = view.getState().nodes.find(n => n.selected)
  return selected === undefined ? { is: 'anywhere' } : { is: 'after', step: selected.id }
}

/** What lies under the pointer: a way, a step, the bare pane; null outside of the canvas. */
function spotAt(at: { readonly x: number; readonly y: number }): Spot | null {
  const under = document.elementFromPoint(at.x, at.y)
  if (under === null || under.closest('[data-canvas]') === null) return null
  const way =
    under.closest<HTMLElement>('[data-way]')?.dataset['way'] ??
    under.closest<SVGElement>('.react-flow__edge')?.dataset['id']
  const [from, port] = way?.split(':') ?? []
  if (from !== undefined && port !== undefined) return { is: 'way', way: { from, port } }
  const step = under.closest<HTMLElement>('.react-flow__node')?.dataset['id']
  return step === undefined ? { is: 'pane', at } : { is: 'after', step }
}

function targetOf(spot: Spot | null): string | null {
  if (spot?.is === 'way') return `${spot.way.from}:${spot.way.port}`
  return spot?.is === 'after' ? spot.step : null
}

import { ActionIcon } from '@mantine/core'
import { X } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import styles from './editor.module.css'

const NARROW = 320
const WIDE = 640
const USUAL = 400

/**
 * A panel at the right that takes its width from the canvas, so that it never lies over the step it edits. Its left
 * edge can be dragged.
 */
export function PanelFrame(props: {
  title: ReactNode
  label: string
  onClose: () => void
  /** Puts the cursor here when `nonce` changes: a field's path, `first`, or nowhere. */
  focus: string | null
  nonce: number
  children: ReactNode
}) {
  const [width, setWidth] = useState(USUAL)
  const body = useRef<HTMLDivElement>(null)
  const { focus, nonce } = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: the nonce says that somebody asked again for the same place
  useEffect(() => {
    if (focus !== null && body.current !== null) placeToFocus(body.current, focus)?.focus()
  }, [focus, nonce])
  return (
    <aside
      className={styles.panel}
      style={{ width }}
      aria-label={props.label}
      onKeyDown={e => e.key === 'Escape' && !e.defaultPrevented && !isOpenList(e.target) && props.onClose()}
    >
      <Edge width={width} onResize={w => setWidth(Math.max(NARROW, Math.min(WIDE, w)))} />
      <header className={styles.panelHead}>
        {props.title}
        <ActionIcon aria-label="Close the panel" onClick={props.onClose}>
          <X size={16} aria-hidden />
        </ActionIcon>
      </header>
      <div ref={body} className={styles.panelBody}>
        {props.children}
      </div>
    </aside>
  )
}

/** Escape in an open list of suggestions closes the list, and only that. */
function isOpenList(control: EventTarget): boolean {
  return control instanceof Element && control.getAttribute('aria-expanded') === 'true'
}

function Edge({ width, onResize }: { width: number; onResize: (width: number) => void }) {
  const start = useRef<{ x: number; width: number } | null>(null)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a splitter that can be moved is a separator, not a rule
    <div
      role="separator"
      tabIndex={0}
      aria-label="Width of the panel"
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={NARROW}
      aria-valuemax={WIDE}
      className={styles.edge}
      onPointerDown={(e: PointerEvent<HTMLElement>) => {
        e.currentTarget.setPointerCapture(e.pointerId)
        start.current = { x: e.clientX, width }
      }}
      onPointerMove={e => start.current && onResize(start.current.width + start.current.x - e.clientX)}
      onPointerUp={() => {
        start.current = null
      }}
      onKeyDown={(e: KeyboardEvent) => {
        if (e.key === 'ArrowLeft') onResize(width + 20)
        if (e.key === 'ArrowRight') onResize(width - 20)
      }}
    />
  )
}

const focusable = 'input:not([type=hidden]), select, textarea, button'

/**
 * The control at a path, or the nearest one around it: `config.where.rules.0` may stand in the field `config.where`.
 */
function placeToFocus(form: HTMLElement, focus: string): HTMLElement | null {
  // Where something is missing; else at the top.
  if (focus === 'first')
    return (
      form.querySelector<HTMLElement>(`[data-form] :is(${focusable})[aria-invalid="true"]`) ??
      form.querySelector<HTMLElement>(`[data-form] :is(${focusable})`)
    )
  for (let path = focus; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const place =
      form.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`) ??
      form.querySelector<HTMLElement>(`[data-path^="${CSS.escape(path)}."]`)
    if (place !== null) return place.matches(focusable) ? place : place.querySelector<HTMLElement>(focusable)
  }
  return null
}

import { type CSSProperties, useEffect, useRef } from 'react'
import { kindOf } from '#shared/steps/index'
import { groupColour } from './card'
import { useEditor, useView } from './editor'
import styles from './editor.module.css'
import { Icon } from './Icon'
import { kindsByGroup } from './Palette'

const WIDTH = 216
const HEIGHT = 320

/** A list of step kinds at a point: for the "+" of a way, and for a connection that was dropped on the bare pane. */
export function Picker() {
  const editor = useEditor()
  const picker = useView(v => v.picker)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (picker === null) return
    list.current?.querySelector('button')?.focus()
    const close = (event: PointerEvent) => {
      if (!list.current?.contains(event.target as Node)) editor.view.setState({ picker: null })
    }
    document.addEventListener('pointerdown', close)
    return () => document.removeEventListener('pointerdown', close)
  }, [picker, editor])
  if (picker === null) return null
  const left = Math.max(8, Math.min(picker.at.x, window.innerWidth - WIDTH - 8))
  const top = Math.max(8, Math.min(picker.at.y, window.innerHeight - HEIGHT - 8))
  return (
    <div
      ref={list}
      className={styles.picker}
      style={{ left, top }}
      role="menu"
      aria-label="Step to insert"
      tabIndex={-1}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          editor.view.setState({ picker: null })
          editor.do.focusCanvas()
        }
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
          step(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1)
      }}
    >
      {kindsByGroup()
        .flatMap(group => group.kinds)
        .filter(kind => kind.entry === undefined)
        .map(kind => (
          <button
            key={kind.kind}
            type="button"
            role="menuitem"
            className={styles.item}
            style={{ '--colour': groupColour(kindOf(kind.kind)) } as CSSProperties}
            onClick={() => {
              editor.view.setState({ picker: null })
              picker.pick(kind.kind)
            }}
          >
            <span className={styles.itemIcon}>
              <Icon path={kind.icon} />
            </span>
            <span className={styles.itemTitle}>{kind.title}</span>
          </button>
        ))}
    </div>
  )
}

function step(list: HTMLElement, by: 1 | -1): void {
  const items = [...list.querySelectorAll('button')]
  const here = items.indexOf(document.activeElement as HTMLButtonElement)
  items[(here + by + items.length) % items.length]?.focus()
}

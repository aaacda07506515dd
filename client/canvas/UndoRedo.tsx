import { ActionIcon, Tooltip } from '@mantine/core'
import { Redo2, Undo2 } from 'lucide-react'
import { useEffect } from 'react'
import { type Editor, useDraft, useEditor } from './editor'
import styles from './editor.module.css'

const isMac = /Mac|iP/.test(navigator.platform)
const keys = isMac ? { undo: '⌘Z', redo: '⇧⌘Z' } : { undo: 'Ctrl+Z', redo: 'Ctrl+Shift+Z' }

/** Undo and redo, with buttons and by keys. Never disabled for the keyboard: a button that can do nothing says so. */
export function UndoRedo() {
  const editor = useEditor()
  const back = useDraft(d => d.history.past.at(-1)?.gesture.words)
  const forth = useDraft(d => d.history.future.at(-1)?.gesture.words)
  useEffect(() => {
    const listener = (event: KeyboardEvent) => hear(editor, event)
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [editor])
  return (
    <div className={styles.undoRedo}>
      <UndoButton which="undo" words={back} />
      <UndoButton which="redo" words={forth} />
    </div>
  )
}

function UndoButton({ which, words }: { which: 'undo' | 'redo'; words: string | undefined }) {
  const editor = useEditor()
  const Sign = which === 'undo' ? Undo2 : Redo2
  const name = which === 'undo' ? 'Undo' : 'Redo'
  return (
    <Tooltip label={words === undefined ? `Nothing to ${which}` : `${name}: ${words} (${keys[which]})`}>
      <ActionIcon
        size={28}
        aria-label={words === undefined ? name : `${name}: ${words}`}
        aria-disabled={words === undefined}
        className={styles.undo ?? ''}
        {...(words === undefined && { 'data-disabled': true })}
        onClick={() => editor.do.turn(which)}
      >
        <Sign size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

/** In a field the browser takes its own typing back, and a dialog is not the canvas. */
function hear(editor: Editor, event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || isElsewhere(event.target)) return
  const key = event.key.toLowerCase()
  if (key === 'z') editor.do.turn(event.shiftKey ? 'redo' : 'undo')
  else if (key === 'y' && event.ctrlKey) editor.do.turn('redo')
  else return
  event.preventDefault()
}

function isElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    target.closest('textarea, input:not([type="checkbox"], [type="radio"]), [role="dialog"]') !== null
  )
}

import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { liquid } from '@codemirror/lang-liquid'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorState, Prec } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { piecesOf } from './colour'
import colourStyles from './colour.module.css'
import { type Completion, completeAt, written } from './complete'

export interface CodeEditor {
  /** Shows a text that came from elsewhere; what stands there already is left alone. */
  show(text: string): void
  close(): void
}

interface Setup {
  readonly label: string
  readonly value: string
  readonly onChange: (text: string) => void
  /** What may stand in a token: `lead.email`. */
  readonly tokens: () => readonly Completion[]
}

// Colours are our variables: both themes follow the page without a second theme here.
const look = EditorView.theme({
  '&': { color: 'var(--hl-ink)', fontSize: '13px', maxHeight: '360px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--hl-mono)', minHeight: '120px', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--hl-ink)' },
  '.cm-gutters': { background: 'var(--hl-canvas)', color: 'var(--hl-muted)', border: 'none' },
  '.cm-tooltip': { background: 'var(--hl-raised)', color: 'var(--hl-ink)', border: '1px solid var(--hl-line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--hl-accent)', color: 'var(--hl-on-accent)' },
  '.cm-completionDetail': { color: 'inherit', fontStyle: 'normal', opacity: '0.85' },
})
// What is JSON by its grammar; what is template by ours, as in lines of text, since no grammar reads Braze's and
// Marketo's.
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--hl-logic)' },
  { tag: tags.string, color: 'var(--hl-data)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--hl-time)' },
  { tag: tags.brace, color: 'var(--hl-experiment)' },
])
const templateColours = Prec.highest(EditorView.decorations.compute(['doc'], ({ doc }) => decorations(doc.toString())))

/** A code editor in an element. Tab leaves it, Ctrl+Space completes. */
export function createCodeEditor(parent: HTMLElement, { label, value, onChange, tokens }: Setup): CodeEditor {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: value,
      extensions: [
        lineNumbers(),
        history(),
        EditorView.lineWrapping,
        liquid({ base: json() }),
        syntaxHighlighting(colours),
        templateColours,
        look,
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        autocompletion({ override: [context => complete(context, tokens())] }),
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.updateListener.of(update => {
          if (update.docChanged) onChange(update.state.doc.toString())
        }),
      ],
    }),
  })
  return {
    show(text) {
      const now = view.state.doc.toString()
      if (text !== now) view.dispatch({ changes: { from: 0, to: now.length, insert: text } })
    },
    close: () => view.destroy(),
  }
}

function decorations(text: string): DecorationSet {
  return Decoration.set(
    piecesOf(text).map(({ from, to, is }) => Decoration.mark({ class: colourStyles[is] ?? '' }).range(from, to)),
  )
}

/** The same as in lines of text; the editor narrows it down while somebody types on. */
function complete(context: CompletionContext, tokens: readonly Completion[]): CompletionResult | null {
  const start = Math.max(0, context.pos - 500)
  const found = completeAt(context.state.sliceDoc(start, context.pos), tokens)
  if (found === null) return null
  return {
    from: start + found.from,
    options: found.options.map(option => ({
      ...option,
      type: 'variable',
      apply: (view, { label }, from, to) => {
        const insert = written(found, label, view.state.sliceDoc(to, to + 100))
        view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } })
      },
    })),
    validFor: /^[\p{L}\p{N}_. -]*$/u,
  }
}

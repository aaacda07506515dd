import { Textarea } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import styles from '../fields/fields.module.css'
import type { CodeEditor } from './code-editor'
import { useTokens } from './tokens'

interface Props {
  readonly label: string
  /** Where the text stands in the step: `config.request.body.text`. */
  readonly path: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/**
 * A text with Liquid and JSON: colours and completion of tokens. A plain text area stands in until the editor was
 * loaded.
 */
export function CodeField({ label, path, value, onChange }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const editor = useRef<CodeEditor | null>(null)
  const [isLoaded, setLoaded] = useState(false)
  const tokens = useTokens()
  const latest = useRef({ value, onChange, tokens })
  latest.current = { value, onChange, tokens }
  useEffect(() => {
    let isGone = false
    void import('./code-editor').then(({ createCodeEditor }) => {
      if (isGone || box.current === null) return
      editor.current = createCodeEditor(box.current, {
        label,
        value: latest.current.value,
        onChange: text => latest.current.onChange(text),
        tokens: () => latest.current.tokens,
      })
      setLoaded(true)
    })
    return () => {
      isGone = true
      editor.current?.close()
      editor.current = null
    }
  }, [label])
  useEffect(() => editor.current?.show(value), [value])
  return (
    <>
      <div ref={box} className={isLoaded ? styles.code : undefined} data-path={path} />
      {!isLoaded && (
        <Textarea
          aria-label={label}
          rows={6}
          value={value}
          onChange={event => onChange(event.currentTarget.value)}
          classNames={{ input: styles.mono ?? '' }}
          spellCheck={false}
        />
      )}
    </>
  )
}

import { Combobox, TextInput, type TextInputProps, useCombobox } from '@mantine/core'
import { useLayoutEffect, useRef, useState } from 'react'
import { Coloured } from './Coloured'
import { type Completing, type Completion, completeAt, written } from './complete'
import styles from './token-input.module.css'

interface Props extends Omit<TextInputProps, 'value' | 'onChange' | 'classNames' | 'inputContainer'> {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly tokens: readonly Completion[]
}

const MOST = 30

/**
 * A line of text with tokens in it: coloured, and between `{{` and `}}` it offers what may stand there. A plain input
 * with the colours in a layer above it: label, error, Tab, undo and the caret stay the browser's, and many lines cost
 * little.
 */
export function TokenInput({ value, onChange, tokens, ...rest }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  const [completing, setCompleting] = useState<Completing | null>(null)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const isColoured = /\{[{%]/.test(value)
  const follow = () => {
    if (layer.current !== null && input.current !== null) layer.current.scrollLeft = input.current.scrollLeft
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text may be scrolled to another place
  useLayoutEffect(follow, [value])
  const look = (text: string) => {
    const caret = input.current?.selectionStart ?? text.length
    const found = completeAt(text.slice(0, caret), tokens)
    setCompleting(found)
    if (found === null || found.options.length === 0) combobox.closeDropdown()
    else combobox.openDropdown()
    combobox.resetSelectedOption()
  }
  const take = (label: string) => {
    if (completing === null) return
    const after = value.slice(input.current?.selectionStart ?? value.length)
    const before = `${value.slice(0, completing.from)}${written(completing, label, after)}`
    onChange(`${before}${after}`)
    combobox.closeDropdown()
    requestAnimationFrame(() => input.current?.setSelectionRange(before.length, before.length))
  }
  return (
    <Combobox store={combobox} onOptionSubmit={take} position="bottom-start" width={320} withinPortal>
      <Combobox.Target>
        <TextInput
          {...rest}
          ref={input}
          value={value}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: styles.input ?? '' }}
          data-coloured={isColoured || undefined}
          inputContainer={children => (
            <div className={styles.field}>
              {children}
              {isColoured && (
                <div ref={layer} className={styles.layer} aria-hidden>
                  <Coloured text={value} />
                </div>
              )}
            </div>
          )}
          onScroll={follow}
          onChange={event => {
            onChange(event.currentTarget.value)
            look(event.currentTarget.value)
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={completing === null || completing.options.length === 0}>
        <Combobox.Options className={styles.options} aria-label="Tokens">
          {completing?.options.slice(0, MOST).map(({ label, detail }) => (
            <Combobox.Option key={label} value={label}>
              <span className={styles.option}>{label}</span> <span className={styles.detail}>{detail}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

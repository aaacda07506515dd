import { Combobox, TextInput, type TextInputProps, useCombobox } from '@mantine/core'
import { useRef, useState } from 'react'
import { type Completing, type Completion, completeAt } from './complete'
import styles from './token-input.module.css'

interface Props extends Omit<TextInputProps, 'value' | 'onChange'> {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly tokens: readonly Completion[]
}

const MOST = 30

/** A line of text with tokens in it: between `{{` and `}}` it offers what may stand there. */
export function TokenInput({ value, onChange, tokens, ...rest }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const [completing, setCompleting] = useState<Completing | null>(null)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const look = (text: string) => {
    const caret = input.current?.selectionStart ?? text.length
    const found = completeAt(text.slice(0, caret), tokens)
    setCompleting(found)
    if (found === null || found.options.length === 0) combobox.closeDropdown()
    else combobox.openDropdown()
    combobox.resetSelectedOption()
  }
  const take = (label: string) => {
    const caret = input.current?.selectionStart ?? value.length
    const from = completing?.from ?? caret
    const after = value.slice(caret)
    const isFilter = /\|\s*$/.test(value.slice(0, from))
    const end = isFilter || /^\s*(\||\}\})/.test(after) ? '' : ' }}'
    const written = `${value.slice(0, from)}${label}${end}`
    onChange(`${written}${after}`)
    combobox.closeDropdown()
    requestAnimationFrame(() => input.current?.setSelectionRange(written.length, written.length))
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
              <span className={styles.name}>{label}</span> <span className={styles.detail}>{detail}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

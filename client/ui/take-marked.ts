import type { KeyboardEvent } from 'react'

/**
 * Enter in a list takes what is marked in it, and while something is typed, the one that is left. Mantine asks an index
 * that it sets by timers: whoever types and presses Enter before they have run, on a busy machine or with quick
 * fingers, sees an option marked, and Enter does nothing.
 */
export function takeMarked(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
  const input = event.currentTarget
  const list = document.getElementById(input.getAttribute('aria-controls') ?? '')
  const options = [...(list?.querySelectorAll<HTMLElement>('[data-combobox-option]') ?? [])]
  const [first] = options
  // To take the one that is chosen already would be to give it up.
  const left = options.length === 1 && input.value.trim() !== '' && first?.dataset['comboboxActive'] === undefined
  const taken = options.find(option => option.dataset['comboboxSelected'] !== undefined) ?? (left ? first : undefined)
  if (taken === undefined || taken.dataset['comboboxDisabled'] !== undefined) return
  event.preventDefault()
  event.stopPropagation()
  taken.click()
}

import { filterHelp } from './token-help'

/** A token or a filter that may be written here. */
export interface Completion {
  readonly label: string
  readonly detail: string
}

/** What is being typed at the caret, and what may stand there instead, from `from` on. */
export interface Completing {
  readonly from: number
  readonly options: readonly Completion[]
}

/** Inside of a token: tokens first, filters behind a bar. Null anywhere else. Names may have blanks in them, like `my.Event Date`. */
export function completeAt(before: string, tokens: readonly Completion[]): Completing | null {
  const open = /\{\{-?((?:(?!\}\})[\s\S])*)$/.exec(before)?.[1]
  if (open === undefined) return null
  const filter = /\|\s*(\w*)$/.exec(open)?.[1]
  if (filter !== undefined) return { from: before.length - filter.length, options: matching(filters, filter) }
  const typed = /^\s*([\p{L}_][\p{L}\p{N}_. -]*)?$/u.exec(open)
  if (typed === null) return null
  const word = typed[1] ?? ''
  return { from: before.length - word.length, options: matching(tokens, word) }
}

const filters = filterHelp.map(([label, detail]) => ({ label, detail }))

/** Those that begin so before those that only hold it. */
function matching(all: readonly Completion[], word: string): readonly Completion[] {
  const wanted = word.toLowerCase()
  const starts = all.filter(({ label }) => label.toLowerCase().startsWith(wanted))
  const holds = all.filter(({ label }) => !starts.some(s => s.label === label) && label.toLowerCase().includes(wanted))
  return [...starts, ...holds]
}

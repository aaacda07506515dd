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
  /** What closes the token behind the option; nothing behind a filter, which may have an argument. */
  readonly end: '' | ' }}' | '}}}'
}

/**
 * Inside of a token: tokens first, filters behind a bar, and the bare names in Braze's `${`. Null anywhere else. Names
 * may have blanks in them, like `my.Event Date`.
 */
export function completeAt(before: string, tokens: readonly Completion[]): Completing | null {
  const open = /\{\{-?((?:(?!\}\})[\s\S])*)$/.exec(before)?.[1]
  if (open === undefined) return null
  const filter = /\|\s*(\w*)$/.exec(open)?.[1]
  if (filter !== undefined) return { from: before.length - filter.length, options: matching(filters, filter), end: '' }
  const braze = /(?:(\w+)\.)?\$\{\s*([\p{L}\p{N}_ -]*)$/u.exec(open)
  if (braze !== null) {
    const [, scope, word = ''] = braze
    return { from: before.length - word.length, options: matching(bare(tokens, scope), word), end: '}}}' }
  }
  const typed = /^\s*([\p{L}_][\p{L}\p{N}_. -]*)?$/u.exec(open)
  if (typed === null) return null
  const word = typed[1] ?? ''
  return { from: before.length - word.length, options: matching(tokens, word), end: ' }}' }
}

/** What is written for the option that was chosen: its name, and the end of the token unless it is there already. */
export function written({ end }: Completing, label: string, after: string): string {
  const isClosed = end === '}}}' ? /^\s*\}/.test(after) : /^\s*(\||\}\})/.test(after)
  return isClosed ? label : `${label}${end}`
}

const filters = filterHelp.map(([label, detail]) => ({ label, detail }))

/** Which of our tokens Braze's names are found among (shared/render/dialects.ts translates them). */
const brazeScopes: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, 'lead.'],
  ['custom_attribute', 'lead.'],
  ['event_properties', 'event.'],
  ['canvas_entry_properties', 'event.'],
  ['context', 'event.'],
])

function bare(tokens: readonly Completion[], braze: string | undefined): readonly Completion[] {
  const scope = brazeScopes.get(braze)
  if (scope === undefined) return []
  return tokens
    .filter(({ label }) => label.startsWith(scope))
    .map(({ label, detail }) => ({ label: label.slice(scope.length), detail }))
}

/** Those that begin so before those that only hold it. */
function matching(all: readonly Completion[], word: string): readonly Completion[] {
  const wanted = word.toLowerCase()
  const starts = all.filter(({ label }) => label.toLowerCase().startsWith(wanted))
  const holds = all.filter(({ label }) => !starts.some(s => s.label === label) && label.toLowerCase().includes(wanted))
  return [...starts, ...holds]
}

import type { JournalEntry } from '../journal'
import { saySoon } from '../time/say'
import { type About, attemptResult, explain } from './explain'
import { sentence } from './words'

/**
 * What a journey waits for, as a sentence, from its journal (oldest first; the entries since it came to its step are enough). Null when
 * it waits for nothing: it has ended, or is about to be moved.
 */
export function explainWaiting(journal: readonly JournalEntry[], about: About): string | null {
  const here = journal.findLast(entry => entry.is === 'entered')?.step
  for (const entry of journal.toReversed()) {
    // A dead letter of an earlier step that was sent again moves nobody.
    if (entry.is !== 'ended' && 'step' in entry && here !== undefined && entry.step !== here) continue
    if (entry.is === 'ended' || entry.is === 'left' || entry.is === 'replied') return null
    if (entry.is === 'parked') return explain(entry, about)
    if (entry.is === 'waits')
      return `${explain(entry, about)}${leavesThen(journal, here) ? ' Then leaves the campaign.' : ''}`
    if (entry.is === 'gate' && entry.verdict === 'hold') return explain(entry, about)
    if (entry.is === 'gate' && (entry.verdict === 'skip' || entry.verdict === 'exit')) return null
    if (entry.is === 'queued') return explain(entry, about)
    if (entry.is === 'calls' || entry.is === 'gate') return 'Waits for the webhook to be answered.'
    if (entry.is === 'attempt')
      return entry.retryAt === null
        ? null
        : `Tries again ${saySoon(entry.retryAt, about.zone, entry.at)}: attempt ${entry.n} brought ${sentence(attemptResult(entry))}`
  }
  return null
}

/** Has an exit of the campaign been heard that acts when this step is over? */
export function leavesThen(journal: readonly JournalEntry[], step: string | undefined): boolean {
  return journal.some(entry => entry.is === 'exits' && entry.when === 'end-of-step' && entry.step === step)
}

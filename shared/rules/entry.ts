import { plainMs } from '../time/duration'

/** May a lead enter (again)? `lastEntry` is the ms of the last entry into this campaign, whatever came of it; null for never. */
export function mayEnter(rule: EntryRule, lastEntry: number | null, now: number): EntryVerdict {
  if (lastEntry === null || rule.rule === 'every-time') return { is: 'enter' }
  if (rule.rule === 'once') return { is: 'refused', reason: 'entered before, and the campaign lets a lead in once' }
  const free = lastEntry + plainMs(rule.period)
  return now >= free ? { is: 'enter' } : { is: 'refused', reason: 'entered less than one period ago', until: free }
}

export type EntryRule =
  | { readonly rule: 'once' }
  | { readonly rule: 'every-time' }
  /** Rolling, in seconds and not calendar days (braze R18, marketo-alm rule 23). */
  | { readonly rule: 'once-per-period'; readonly period: string }
export type EntryVerdict =
  | { readonly is: 'enter' }
  | { readonly is: 'refused'; readonly reason: string; readonly until?: number }

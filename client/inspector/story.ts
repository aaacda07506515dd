import type { Attempt, JournalLine, JourneyView } from '#shared/api'
import { sendsIn } from '#shared/explain/sends'
import type { Graph } from '#shared/graph/schema'
import type { JournalEntry } from '#shared/journal'
import { DAY, HOUR, MINUTE } from '#shared/time/units'
import type { Lit } from '../canvas/overlays'

/**
 * What the inspector reads out of a journey: the lines grouped by visit to a step, the gaps between them, the path on the canvas and the attempts of
 * a line. Pure: the screens beside it only draw.
 */

/** An entry as the engine wrote it. The API types it loosely so that older clients survive new kinds; this page comes from the same build. */
export function entryOf(line: JournalLine): JournalEntry {
  return { ...line.entry, is: line.is, at: line.at } as unknown as JournalEntry
}

/** Quiet times shorter than this are not worth a word (ms). */
const GAP = MINUTE

export interface TimeLineRow {
  readonly line: JournalLine
  /** Silence before the line in ms; 0 when it followed at once. */
  readonly gap: number
  /** The first line of a visit to a step: drawn as a heading with the step's name. */
  readonly opens: boolean
  /** The first line after a silence: the one that says how long ago this was. */
  readonly showsAgo: boolean
  /** Set on the first line of a calendar day in the lead's zone: `Mon 23 Nov 2026`. */
  readonly day: string | null
}

/** The lines of the time line, oldest first, with what stands between them. */
export function toRows(journal: readonly JournalLine[], zone: string): readonly TimeLineRow[] {
  const days = journal.map(line => sayDay(line.at, zone))
  return journal.map((line, i) => {
    const before = journal[i - 1]
    const gap = before === undefined ? 0 : line.at - before.at
    return {
      line,
      gap: gap >= GAP ? gap : 0,
      opens: line.is === 'entered',
      showsAgo: before === undefined || gap >= GAP,
      day: days[i] === days[i - 1] ? null : (days[i] ?? null),
    }
  })
}

/** A stretch of the journey in one version of its campaign; a journey that was never migrated has one. */
export interface VersionPart {
  readonly version: number
  readonly graph: Graph
  readonly lines: readonly JournalLine[]
}

/** The versions that the lead walked, oldest first, with what happened in each. */
export function partsOf({ journal, graph, version, earlier }: JourneyView): readonly VersionPart[] {
  const ends = [...earlier, { version, graph, until: Number.POSITIVE_INFINITY }]
  return ends.map((part, i) => {
    const from = ends[i - 1]?.until ?? 0
    return { ...part, lines: journal.filter(line => line.seq >= from && line.seq < part.until) }
  })
}

/** The journey as it is told at a line: with the graph of the version that was walked then. */
export function asOf(journey: JourneyView, { seq }: Pick<JournalLine, 'seq'>): JourneyView {
  const part = journey.earlier.find(({ until }) => seq < until)
  return part === undefined ? journey : { ...journey, graph: part.graph, version: part.version }
}

/** The way that the lead took over the canvas: every step that was entered and every edge that was walked. */
export function litOf(journal: readonly JournalLine[]): Lit {
  const entries = journal.map(entryOf)
  return {
    steps: new Set(entries.flatMap(e => (e.is === 'entered' ? [e.step] : e.is === 'migrated' ? [e.to.step] : []))),
    edges: new Set(entries.flatMap(e => (e.is === 'left' && e.to !== null ? [`${e.step}:${e.port}`] : []))),
    outcomes: new Map(sendsIn(entries).map(({ step, is }) => [step, is])),
  }
}

/** Kinds that explain a step best, best first: a click on a step selects such a line of its last visit. */
const telling = [
  'decided',
  'assigned',
  'replied',
  'attempt',
  'gate',
  'parked',
  'ended',
  'exits',
  'heard',
  'waits',
  'listed',
  'emitted',
  'requested',
  'executed',
  'withdrawn',
  'noted',
  'updated',
  'mapped',
  'migrated',
  'entered',
]

/** The line that says most about a step, of the last visit to it; undefined when the lead never came there. */
export function tellingLine(journal: readonly JournalLine[], step: string): JournalLine | undefined {
  const from = journal.findLastIndex(line => line.is === 'entered' && line.step === step)
  const visit = visitOf(journal, journal[from])
  return telling.flatMap(kind => visit.findLast(line => line.is === kind) ?? [])[0]
}

/** All lines of the visit to a step that `line` belongs to, oldest first. Just the line itself when it belongs to no step. */
export function visitOf(journal: readonly JournalLine[], line: JournalLine | undefined): readonly JournalLine[] {
  if (line === undefined) return []
  if (line.step === null) return [line]
  const at = journal.findIndex(other => other.seq === line.seq)
  const from = journal.slice(0, at + 1).findLastIndex(other => other.is === 'entered' && other.step === line.step)
  const next = journal.findIndex((other, i) => i > at && other.is === 'entered')
  return journal.slice(Math.max(from, 0), next < 0 ? undefined : next).filter(other => other.step === line.step)
}

/** The lines of the gates that were asked together with this one, in their order. */
export function roundOf(journal: readonly JournalLine[], line: JournalLine): readonly JournalLine[] {
  return visitOf(journal, line).filter(other => other.is === 'gate' && other.at === line.at)
}

/** The attempts that a line is about: all of its touch for a send, an attempt or an answer. */
export function attemptsOf({ journal, attempts }: JourneyView, line: JournalLine): readonly Attempt[] {
  const entry = entryOf(line)
  if (entry.is === 'resent' || entry.is === 'resend-ended' || entry.is === 'attempt' || entry.is === 'interrupted')
    return attempts.filter(attempt => attempt.touch === entry.touch).toSorted((a, b) => a.n - b.n)
  if (entry.is !== 'calls' && entry.is !== 'replied' && entry.is !== 'mapped') return []
  const touches = new Set(
    visitOf(journal, line)
      .map(entryOf)
      .flatMap(e => (e.is === 'calls' || e.is === 'attempt' ? [e.touch] : [])),
  )
  return attempts.filter(attempt => touches.has(attempt.touch)).toSorted((a, b) => a.touch - b.touch || a.n - b.n)
}

/** What an active journey does now: held by a gate, or waiting. */
export function standsHeld(journal: readonly JournalLine[]): boolean {
  const last = journal
    .map(entryOf)
    .findLast(e => e.is === 'gate' || e.is === 'waits' || e.is === 'calls' || e.is === 'attempt')
  return last?.is === 'gate' && last.verdict === 'hold'
}

/** The zone in which this journey's instants are told: the lead's, or the campaign's when the lead's is not known. */
export function zoneOf({ leadView, graph }: { leadView: { zone: string | null }; graph: Graph }): string {
  return leadView.zone ?? graph.settings.zone
}

/** A lead as a person says it: name, e-mail, or id. */
export function leadName({ externalId, attributes }: JourneyView['leadView']): string {
  const text = (field: string) => (typeof attributes[field] === 'string' ? attributes[field].trim() : '')
  const full = text('name') || `${text('first_name')} ${text('last_name')}`.trim()
  return full || text('email') || externalId
}

const units = [
  { ms: DAY, one: 'day' },
  { ms: HOUR, one: 'hour' },
  { ms: MINUTE, one: 'minute' },
  { ms: 1_000, one: 'second' },
] as const

/** `2 days 4 hours`: the two largest units of a span of ms. */
export function sayGap(ms: number): string {
  const first = units.findIndex(unit => ms >= unit.ms)
  if (first < 0) return 'less than a second'
  const counts = units.slice(first, first + 2).map(({ ms: size, one }, i) => {
    const n = Math.floor((i === 0 ? ms : ms % (units[first]?.ms ?? 1)) / size)
    return n === 0 ? '' : `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`
  })
  return counts.filter(part => part !== '').join(' ')
}

/** `10:02:11` in a zone. */
export function sayTime(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at)
}

/** `Mon 23 Nov 2026` in a zone. */
export function sayDay(at: number, zone: string): string {
  const format = { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const
  return new Intl.DateTimeFormat('en-GB', format).format(at).replace(',', '')
}

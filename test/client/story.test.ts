import { describe, expect, it } from 'vitest'
import type { Attempt, JournalLine, JourneyView } from '#shared/api'
import type { Note } from '#shared/journal'
import {
  asOf,
  attemptsOf,
  entryOf,
  leadName,
  litOf,
  partsOf,
  roundOf,
  sayDay,
  sayGap,
  sayTime,
  standsHeld,
  tellingLine,
  toRows,
  visitOf,
  zoneOf,
} from '../../client/inspector/story'
import { graph, step } from '../sim/graphs'

const MINUTE = 60_000
const began = Date.parse('2026-11-23T09:00:00Z')

/** A journal from what happened, minute by minute from the beginning: `[0, note]`. */
function journalOf(...notes: readonly (readonly [minute: number, note: Note])[]): JournalLine[] {
  return notes.map(([minute, note], i) => {
    const { is, ...rest } = note
    const at = began + minute * MINUTE
    return {
      seq: i + 1,
      at,
      is,
      step: 'step' in note ? note.step : null,
      text: is,
      entry: rest as JournalLine['entry'],
    }
  })
}

const seen = { match: 'all', rules: [] } as unknown as Extract<Note, { is: 'decided' }>['seen']
const gate = (name: string, verdict: 'pass' | 'hold' | 'skip'): Note => ({
  is: 'gate',
  step: 'call',
  gate: name,
  verdict,
  until: null,
  code: null,
  saw: {},
})
const attempt = (touch: number, n: number, status: number | null, retryAt: number | null = null): Note => ({
  is: 'attempt',
  step: 'call',
  touch,
  n,
  status,
  outcome: 'answered',
  ms: 12,
  retryAt,
})

/** Held at night, sent in the morning, tried twice, answered; then a second call, which fails, behind a loop. */
const journal = journalOf(
  [0, { is: 'started', because: 'Event', event: 'signed_up' }],
  [0, { is: 'entered', step: 'ask' }],
  [0, { is: 'decided', step: 'ask', port: 'yes', seen }],
  [0, { is: 'left', step: 'ask', port: 'yes', to: 'call' }],
  [0, { is: 'entered', step: 'call' }],
  [0, gate('paused', 'pass')],
  [0, gate('quiet-hours', 'hold')],
  [600, gate('paused', 'pass')],
  [600, gate('quiet-hours', 'pass')],
  [600, { is: 'calls', step: 'call', touch: 7, webhookId: 'w7' }],
  [600, attempt(7, 1, 503, began + 601 * MINUTE)],
  [601, attempt(7, 2, 200)],
  [601, { is: 'replied', step: 'call', reply: 'received', reason: '' }],
  [601, { is: 'left', step: 'call', port: 'succeeded', to: 'ask' }],
  [601, { is: 'entered', step: 'ask' }],
  [601, { is: 'left', step: 'ask', port: 'yes', to: 'call' }],
  [601, { is: 'entered', step: 'call' }],
  [601, { is: 'calls', step: 'call', touch: 9, webhookId: 'w9' }],
  [601, attempt(9, 1, 404)],
  [601, { is: 'replied', step: 'call', reply: 'failed', reason: '' }],
  [601, { is: 'left', step: 'call', port: 'failed', to: null }],
  [601, { is: 'ended', step: null, as: 'finished', reason: '' }],
)
const lineAt = (seq: number) => journal[seq - 1] as JournalLine
const seqs = (lines: readonly JournalLine[]) => lines.map(({ seq }) => seq)

const first = graph({ ask: step('filter'), call: step('call-webhook') }, [])
const second = graph({ call: step('call-webhook') }, [], { zone: 'Asia/Seoul' })

function journey(part: Partial<JourneyView>): JourneyView {
  return { journal, attempts: [], earlier: [], graph: first, version: 1, ...part } as JourneyView
}

describe('an entry of the journal', () => {
  it('is as the engine wrote it, with its instant', () => {
    expect(entryOf(lineAt(7))).toEqual({ ...gate('quiet-hours', 'hold'), at: began })
  })
})

describe('the time line', () => {
  it('opens a visit with its step, and tells of a silence of a minute or more', () => {
    const rows = toRows(journal, 'Asia/Seoul')

    expect(rows.filter(row => row.opens).map(({ line }) => line.step)).toEqual(['ask', 'call', 'ask', 'call'])
    expect(rows.flatMap(({ line, gap }) => (gap > 0 ? [[line.seq, gap / MINUTE]] : []))).toEqual([
      [8, 600],
      [12, 1],
    ])
    expect(rows.flatMap(({ line, showsAgo }) => (showsAgo ? [line.seq] : []))).toEqual([1, 8, 12])
  })

  it('says each day once, as the lead has it', () => {
    const days = (zone: string) =>
      toRows(journal, zone).flatMap(({ line, day }) => (day === null ? [] : [[line.seq, day]]))

    expect(days('UTC')).toEqual([[1, 'Mon 23 Nov 2026']])
    expect(days('Asia/Seoul')).toEqual([
      [1, 'Mon 23 Nov 2026'],
      [8, 'Tue 24 Nov 2026'],
    ])
  })

  it('keeps silent about less than a minute', () => {
    const [a, b] = journalOf([0, { is: 'entered', step: 'ask' }], [59_999 / MINUTE, { is: 'entered', step: 'call' }])

    expect(toRows([a, b] as JournalLine[], 'UTC').map(({ gap }) => gap)).toEqual([0, 0])
  })

  it('is empty before anything happened', () => {
    expect(toRows([], 'UTC')).toEqual([])
  })
})

describe('a journey that was moved to another version', () => {
  const moved = journey({ version: 2, graph: second, earlier: [{ version: 1, graph: first, until: 14 }] })

  it('is told in parts, the line of the move with the new version', () => {
    expect(partsOf(moved).map(({ version, lines }) => [version, lines.length, lines[0]?.seq])).toEqual([
      [1, 13, 1],
      [2, 9, 14],
    ])
    expect(partsOf(journey({})).map(({ version, lines }) => [version, lines.length])).toEqual([[1, journal.length]])
  })

  it('is told at a line with the graph that was walked then', () => {
    expect([asOf(moved, { seq: 13 }).version, asOf(moved, { seq: 14 }).version]).toEqual([1, 2])
    expect(asOf(moved, { seq: 13 }).graph).toBe(first)
  })
})

describe('the lit path', () => {
  it('holds what was entered and walked, not the way that led nowhere, and what became of the last call', () => {
    const { steps, edges, outcomes } = litOf(journal)

    expect([...steps]).toEqual(['ask', 'call'])
    expect([...edges]).toEqual(['ask:yes', 'call:succeeded'])
    expect([...outcomes]).toEqual([['call', 'failed']])
  })

  it('holds the step that a move led to', () => {
    const move: Note = {
      is: 'migrated',
      step: 'ask',
      how: 'move',
      from: { version: 1, name: 'Ask' },
      to: { version: 2, step: 'call', name: 'Call' },
      gaveUpCall: false,
      migration: 1,
    }

    expect([...litOf(journalOf([0, move])).steps]).toEqual(['call'])
  })
})

describe('a visit to a step', () => {
  it('is everything from its entry to the next one', () => {
    expect(seqs(visitOf(journal, lineAt(9)))).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    expect(seqs(visitOf(journal, lineAt(19)))).toEqual([17, 18, 19, 20, 21])
  })

  it('is the line alone where it belongs to no step, and nothing without a line', () => {
    expect(seqs(visitOf(journal, lineAt(22)))).toEqual([22])
    expect(visitOf(journal, undefined)).toEqual([])
  })

  it('is told best by its decision, its answer or what holds it, and that of the last visit', () => {
    expect(tellingLine(journal, 'ask')?.is).toBe('entered')
    expect(tellingLine(journal.slice(0, 5), 'ask')?.is).toBe('decided')
    expect(tellingLine(journal, 'call')?.seq).toBe(20)
    expect(tellingLine(journal.slice(0, 7), 'call')?.seq).toBe(7)
    expect(tellingLine(journal, 'never')).toBeUndefined()
  })

  it('has rounds: the gates that were asked at the same instant', () => {
    expect(seqs(roundOf(journal, lineAt(7)))).toEqual([6, 7])
    expect(seqs(roundOf(journal, lineAt(8)))).toEqual([8, 9])
  })
})

describe('the attempts of a line', () => {
  const made = (touch: number, n: number) => ({ touch, n }) as Attempt
  const walked = journey({ attempts: [made(9, 1), made(7, 2), made(7, 1)] })
  const shown = (line: JournalLine) => attemptsOf(walked, line).map(({ touch, n }) => `${touch}.${n}`)

  it('are all of its touch, in their order', () => {
    expect(shown(lineAt(11))).toEqual(['7.1', '7.2'])
    expect(shown(lineAt(19))).toEqual(['9.1'])
  })

  it('are those of the visit for a send and an answer', () => {
    expect(shown(lineAt(10))).toEqual(['7.1', '7.2'])
    expect(shown(lineAt(13))).toEqual(['7.1', '7.2'])
    expect(shown(lineAt(20))).toEqual(['9.1'])
  })

  it('are those of the touch that was sent again, wherever the journey is by then', () => {
    const again = journalOf([
      0,
      { is: 'resent', step: 'call', touch: 9, webhookId: 'w9', edited: false, sendNow: true },
    ])

    expect(shown(again[0] as JournalLine)).toEqual(['9.1'])
  })

  it('are none for a line that sends nothing', () => {
    expect(shown(lineAt(3))).toEqual([])
    expect(shown(lineAt(6))).toEqual([])
  })
})

describe('an active journey', () => {
  it('is held while the last gate said so, and not once it was sent', () => {
    expect(standsHeld(journal.slice(0, 7))).toBe(true)
    expect(standsHeld(journal.slice(0, 9))).toBe(false)
    expect(standsHeld(journal.slice(0, 10))).toBe(false)
    expect(standsHeld([])).toBe(false)
  })

  it('is not held while a step waits by itself', () => {
    const waits: Note = { is: 'waits', step: 'pause', until: began, zone: 'UTC', what: 'a day' }

    expect(standsHeld(journalOf([0, gate('quiet-hours', 'hold')], [1, waits]))).toBe(false)
  })
})

describe('what a screen says of a lead and of time', () => {
  const lead = (attributes: Record<string, string>) => leadName({ externalId: 'ada-1', attributes } as never)

  it.each([
    [{ name: ' Ada Lovelace ', email: 'ada@example.com' }, 'Ada Lovelace'],
    [{ first_name: 'Ada', last_name: 'Lovelace' }, 'Ada Lovelace'],
    [{ last_name: 'Lovelace' }, 'Lovelace'],
    [{ name: ' ', email: 'ada@example.com' }, 'ada@example.com'],
    [{}, 'ada-1'],
  ])('calls a lead with %j "%s"', (attributes, name) => {
    expect(lead(attributes)).toBe(name)
  })

  it('tells instants in the zone of the lead, else of the campaign', () => {
    expect(zoneOf({ leadView: { zone: 'Asia/Kolkata' }, graph: second })).toBe('Asia/Kolkata')
    expect(zoneOf({ leadView: { zone: null }, graph: second })).toBe('Asia/Seoul')
    expect(sayTime(began, 'Asia/Kolkata')).toBe('14:30:00')
    expect(sayDay(Date.parse('2026-11-23T15:00:00Z'), 'Asia/Seoul')).toBe('Tue 24 Nov 2026')
  })

  it.each([
    [0, 'less than a second'],
    [999, 'less than a second'],
    [1_000, '1 second'],
    [61_000, '1 minute 1 second'],
    [120_000, '2 minutes'],
    [86_400_000 + 30 * MINUTE, '1 day'],
    [86_400_000 * 2 + 3_600_000 * 4 + MINUTE, '2 days 4 hours'],
    [86_400_000 * 1234, '1,234 days'],
  ])('says %i ms as "%s"', (ms, says) => {
    expect(sayGap(ms)).toBe(says)
  })
})

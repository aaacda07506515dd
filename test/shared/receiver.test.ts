import { describe, expect, it } from 'vitest'
import type { Outcome } from '#shared/call'
import { explain } from '#shared/explain/explain'
import { emptyGraph } from '#shared/graph/schema'
import { renderRequest } from '#shared/render'
import { holdFor } from '#shared/rules/gates/switched-off'
import {
  afterCall,
  type Failing,
  offByHand,
  progressOf,
  receiverOf,
  receiversAsWritten,
  type Told,
  toldBy,
} from '#shared/rules/receiver'
import { tokensOf } from './people'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const again = ['408', '429', '5xx', 'no-answer']

/** How a receiver stands after failures at these hours; `ok` in between is a call that was taken. */
function standing(
  ...calls: readonly (number | readonly ['ok' | 'gone' | 'asks' | 'nothing', number])[]
): Failing | undefined {
  const words = { ok: 'took-it', gone: 'gone', asks: 'asks', nothing: 'nothing' } as const
  return calls.reduce<Failing | undefined>((before, call) => {
    const [told, hour]: readonly [Told, number] =
      typeof call === 'number' ? ['failed', call] : [words[call[0]], call[1]]
    return afterCall(before, told, { at: hour * HOUR, outcome: 'status 503' })
  }, undefined)
}
const every = (hours: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / hours) + 1 }, (_, i) => from + i * hours)

describe('a receiver that only fails', () => {
  it.each<[string, Failing | undefined, Partial<Failing> | undefined]>([
    ['is nothing special after a call that it took', standing(['ok', 0]), undefined],
    ['has failed once', standing(0), { since: 0, last: 0, counts: false, failures: 1, reached: 0, off: null }],
    ['is not counted while its failures lie within 12 hours', standing(0, 6, 11.99), { counts: false, since: 0 }],
    [
      'is counted from the first of two that lie 12 hours apart',
      standing(0, 12),
      { counts: true, since: 0, reached: 0 },
    ],
    ['is counted from the first of two that lie 24 hours apart', standing(0, 24), { counts: true, since: 0 }],
    ['is not counted where a day and a bit lies between', standing(0, 24.01), { counts: false, since: 24.01 * HOUR }],
    [
      'is counted from the failure before, where the first is too old',
      standing(0, 11, 25),
      { counts: true, since: 11 * HOUR },
    ],
    [
      'begins anew behind a call that it took',
      standing(0, 12, 100, ['ok', 101], 102),
      { since: 102 * HOUR, failures: 1 },
    ],
    [
      'is as it was when a call told nothing',
      standing(0, 12, ['nothing', 119], 119),
      { since: 0, failures: 3, off: null },
    ],
    ['is at 50 % after 60 hours, and not a moment before', standing(0, 12, 59.999), { reached: 0 }],
    ['is at 50 % after 60 hours', standing(0, 12, 60), { reached: 50 }],
    ['is at 70 % after 84 hours', standing(0, 12, 84), { reached: 70 }],
    ['is at 90 % after 108 hours', standing(0, 12, 108), { reached: 90 }],
    ['is not switched off a moment before five days', standing(0, 12, 119.999), { reached: 90, off: null }],
    [
      'is switched off by a failure after five days',
      standing(0, 12, 120),
      { reached: 100, off: { at: 120 * HOUR, by: 'failures' } },
    ],
    [
      'is switched off by the first failure behind that',
      standing(0, 12, 131),
      { off: { at: 131 * HOUR, by: 'failures' } },
    ],
    [
      'begins anew behind five days in which nothing was sent',
      standing(0, 12, 132.01),
      { since: 132.01 * HOUR, failures: 1, off: null },
    ],
    [
      'is never switched off by one failure every 25 hours',
      standing(...every(25, 0, 1000)),
      { off: null, counts: false },
    ],
    ['is switched off at once by a 410', standing(['gone', 7]), { off: { at: 7 * HOUR, by: 'gone' }, reached: 100 }],
    [
      'is switched off at once when it asks',
      standing(0, ['asks', 7]),
      { off: { at: 7 * HOUR, by: 'asked' }, failures: 1 },
    ],
    [
      'stays off whatever calls on the wire answer',
      standing(['gone', 7], ['ok', 8], 9),
      { off: { at: 7 * HOUR, by: 'gone' }, failures: 1 },
    ],
  ])('delivery R21: %s', (_, found, expected) => {
    if (expected === undefined) expect(found).toBeUndefined()
    else expect(found).toMatchObject(expected)
  })

  it('delivery R21: comes as far as its last failure is, not as the clock', () => {
    expect(progressOf({ since: 0, last: 30 * HOUR, counts: true })).toBe(25)
    expect(progressOf({ since: 0, last: 30 * HOUR, counts: false })).toBe(0)
    expect(progressOf({ since: 0, last: 9 * DAY, counts: true })).toBe(100)
  })

  it('is switched off by hand with what was known of it', () => {
    expect(offByHand(standing(0, 12), 13 * HOUR)).toMatchObject({ failures: 2, off: { at: 13 * HOUR, by: 'hand' } })
    expect(offByHand(undefined, 5)).toMatchObject({ failures: 0, off: { at: 5, by: 'hand' } })
  })
})

describe('what the end of a call says about its receiver', () => {
  const answered = (status: number, headers = {}): Outcome => ({
    touch: 1,
    ms: 1,
    is: 'answered',
    status,
    headers,
    body: '',
    cut: false,
  })
  const unreachable = (cause: 'dns' | 'connect' | 'timeout' | 'blocked-address' | 'bad-request'): Outcome => ({
    touch: 1,
    ms: 1,
    is: 'unreachable',
    cause,
    message: '',
    sent: false,
  })
  const disable = { 'webhook-delivery': ' Disable ' }
  const shared = 'https://a.example/x'

  it.each<[Outcome, readonly string[], string, Told]>([
    [answered(200), again, shared, 'took-it'],
    [answered(299), again, shared, 'took-it'],
    [answered(301), again, shared, 'failed'],
    [answered(404), again, shared, 'failed'],
    [answered(503), again, shared, 'failed'],
    [answered(410), again, shared, 'gone'],
    [answered(410), [], shared, 'gone'],
    [answered(410), ['410'], shared, 'failed'],
    [answered(410), ['4xx'], shared, 'failed'],
    [answered(410), again, 'https://a.example/leads/*', 'failed'],
    [answered(503, disable), again, shared, 'asks'],
    [answered(200, disable), again, shared, 'asks'],
    [answered(410, disable), ['410'], 'https://a.example/leads/*', 'asks'],
    [answered(503, { 'webhook-delivery': 'abort-message' }), again, shared, 'failed'],
    [unreachable('timeout'), again, shared, 'failed'],
    [unreachable('connect'), again, shared, 'failed'],
    [unreachable('dns'), again, shared, 'nothing'],
    [unreachable('blocked-address'), again, shared, 'nothing'],
    [unreachable('bad-request'), again, shared, 'nothing'],
  ])('delivery R15, R20, R21: %j with %j of %s: %s', (outcome, tried, receiver, told) => {
    expect(toldBy(outcome, { again: tried, gone: 'switches-off' }, receiver)).toBe(told)
  })

  it('found A7: a 410 speaks for the address to those alone whose habit it is', () => {
    expect(toldBy(answered(410), { again, gone: 'fails' }, shared)).toBe('failed')
    expect(toldBy(answered(410), { again }, shared)).toBe('failed')
  })
})

describe('the receiver of a request', () => {
  const sandbox = 'http://127.0.0.1:3000/sandbox/in'
  const tokens = tokensOf({ vip: true })

  it.each([
    ['https://A.example.com/Leads', 'https://a.example.com/Leads'],
    ['https://a.example.com', 'https://a.example.com/'],
    ['https://a.example.com?lead={{ lead.external_id }}', 'https://a.example.com/'],
    ['https://a.example.com/x?lead={{ lead.external_id }}#y', 'https://a.example.com/x'],
    ['https://a.example.com/leads/{{ lead.external_id }}', 'https://a.example.com/leads/*'],
    ['https://a.example.com/leads/{{lead.external_id}}/notes/new', 'https://a.example.com/leads/*'],
    ['https://a.example.com/v1/lead-{{ lead.external_id }}.json', 'https://a.example.com/v1/*'],
    [
      'https://a.example.com/v1/{% if lead.external_id == blank %}a{% else %}b{% endif %}',
      'https://a.example.com/v1/*',
    ],
    ['https://a.example.com/{{ campaign.id }}/x', 'https://a.example.com/c-1/x'],
    ['https://a.example.com/s/{{ secret.slack }}', 'https://a.example.com/s/(secret.slack)'],
    ['{{ system.sandbox }}/in/{{ event.name }}', `${sandbox}/in/*`],
    ['{{ system.sandbox }}/in', `${sandbox}/in`],
  ])('delivery R21: %s is %s', (url, receiver) => {
    const rendered = renderRequest({ method: 'GET', url, headers: [], body: { as: 'none' } }, tokens)

    expect(rendered.is === 'rendered' && receiverOf(rendered.request)).toBe(receiver)
  })

  it('is known before it is sent, unless My Tokens stand in it', () => {
    const asWritten = (url: string, more = {}) =>
      receiversAsWritten({ method: 'GET', url, headers: [], body: { as: 'none' }, ...more }, sandbox)

    expect(asWritten('{{ system.sandbox }}/s/{{ secret.slack }}/{{ lead.id }}?a={{ lead.x }}')).toEqual([
      `${sandbox}/s/(secret.slack)/*`,
    ])
    expect(asWritten('https://a.example/{{ my.Path }}/x')).toEqual([])
    expect(asWritten('https://a.example/x', { languages: [{ language: 'de', url: 'https://de.example/x' }] })).toEqual([
      'https://a.example/x',
      'https://de.example/x',
    ])
  })
})

describe('the journal', () => {
  const receiver = 'https://a.example/x'
  const now = Date.parse('2026-05-09T10:00:00Z')
  const off = { receiver, at: now - HOUR, since: now - 5 * DAY, failures: 1204, outcome: 'timeout' } as const

  it.each([
    [
      'failures',
      'at 09:00, after 1,204 failures in a row since Mon 4 May, 10:00, the last of them with no answer in time.',
    ],
    ['gone', 'at 09:00, because it answered 410 (gone).'],
    ['asked', 'at 09:00, because it asked for that (webhook-delivery: disable).'],
    ['hand', 'at 09:00, by hand.'],
  ] as const)('says why a call waits for a receiver that is switched off by %s', (by, said) => {
    const verdict = holdFor({ ...off, by })
    const saw = verdict.saw ?? {}
    const entry = {
      is: 'gate',
      step: 's',
      gate: 'switched-off',
      verdict: 'hold',
      until: null,
      code: null,
      saw,
      at: now,
    } as const

    expect(explain(entry, { graph: emptyGraph, zone: 'UTC' })).toBe(
      `Held until somebody switches the receiver on: ${receiver} was switched off ${said}`,
    )
  })
})

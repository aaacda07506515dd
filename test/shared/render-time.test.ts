import { describe, expect, it } from 'vitest'
import { isSpent, nextPulled, nextSize } from '#shared/engine/work/effort'
import { renderRequest, renderText } from '#shared/render'
import type { WebhookRequest } from '#shared/rules/webhook-request'
import { tokensOf } from './people'

/** A clock that goes on by itself whenever it is read; `pauseAt` is the look at which the machine stood still for a second. */
function clockOf(msPerLook: number, pauseAt = Number.POSITIVE_INFINITY) {
  let [at, looks] = [0, 0]
  return () => {
    looks++
    at += looks === pauseAt ? 1000 : msPerLook
    return at
  }
}

function hurried(clock: () => number) {
  const { world, ...rest } = tokensOf({ name: 'Ada' })
  const effort = { clock, spentMs: 0 }
  return { effort, tokens: { ...rest, world: { ...world, effort } } }
}

const heavy = '{% for i in (1..4000) %}{{ i }}{% endfor %}'
const asking = (text: string): WebhookRequest => ({
  method: 'POST',
  url: 'https://a.example/',
  headers: [],
  body: { as: 'text', text, contentType: 'text/plain' },
})

describe('a template that takes long', () => {
  it('fails its lead by name when it is late twice', () => {
    const { tokens, effort } = hurried(clockOf(20))

    expect(renderRequest(asking(heavy), tokens)).toEqual({
      is: 'broken',
      reason: 'The body: The template takes too long for one message.',
    })
    expect(renderText(heavy, tokens)).toEqual({ is: 'broken', reason: 'The template takes too long for one message.' })
    expect(effort.spentMs).toBeGreaterThan(40)
  })

  it('is not refused for a pause of the machine', () => {
    const { tokens } = hurried(clockOf(0.001, 5))

    expect(renderRequest(asking(heavy), tokens)).toMatchObject({ is: 'rendered' })
  })

  it('is not looked at by the clock when it is short, however slow the machine is', () => {
    const { tokens, effort } = hurried(clockOf(1000))

    expect(renderText('{% if lead.name %}{{ lead.name | upcase }}{% endif %}', tokens)).toMatchObject({ text: 'ADA' })
    expect(effort.spentMs).toBe(1000)
  })

  it('has one budget for all lines of a request', () => {
    const line = '{% for i in (1..2000) %}{{ i }}{% endfor %}'
    const pairs = (n: number) => Array.from({ length: n }, (_, i) => ({ key: `k${i}`, value: line }))
    const sent = (n: number) => renderRequest({ ...asking(''), body: { as: 'pairs', pairs: pairs(n) } }, tokensOf({}))

    expect(sent(2)).toMatchObject({ is: 'rendered' })
    expect(sent(10)).toMatchObject({ is: 'broken', reason: expect.stringContaining('too much work') })
  })

  it('has one budget for all texts of a step', () => {
    const { tokens } = hurried(() => 0)
    const made = Array.from({ length: 10 }, () => renderText('{% for i in (1..2000) %}{{ i }}{% endfor %}', tokens).is)

    expect(made[0]).toBe('rendered')
    expect(made.at(-1)).toBe('broken')
  })

  it.each([
    ['dates', '{% for i in (1..2000) %}{{ "2026-05-17" | date: "%d.%m.%Y" }}{% endfor %}'],
    ['signatures', '{% for i in (1..400) %}{{ lead.name | hmac_sha256_hex: "key" }}{% endfor %}'],
    [
      'hashes of a long text',
      '{% assign s = "abcdefghij" %}{% for i in (1..12) %}{% assign s = s | append: s %}{% endfor %}{% for i in (1..20) %}{{ s | sha2 }}{% endfor %}',
    ],
  ])('pays for what it takes: %s', (_, template) => {
    expect(renderText(template, tokensOf({ name: 'Ada' }))).toMatchObject({
      is: 'broken',
      reason: expect.stringContaining('too much work'),
    })
  })
})

describe('a text that a filter would make far too long', () => {
  const long = 'a'.repeat(20_000)

  it.each([
    ['join by a long glue', '{% assign a = lead.b | split: "" %}{{ a | join: lead.b | size }}', { b: long }],
    ['join of an attribute', '{{ lead.l | join: lead.b }}', { b: long, l: Array.from({ length: 20_000 }, () => 'x') }],
    [
      'join for a while',
      '{{ lead.l | join: lead.b | join | size }}',
      { b: long, l: Array.from({ length: 500 }, () => 'x') },
    ],
    ['replace of every sign', '{{ lead.b | replace: "a", lead.b | size }}', { b: long }],
    [
      'append again and again',
      '{% assign s = lead.b %}{% for i in (1..20) %}{% assign s = s | append: s %}{% endfor %}',
      { b: long },
    ],
  ])('is refused before it is made: %s', (_, template, attributes) => {
    const before = process.memoryUsage().rss

    expect(renderText(template, tokensOf(attributes))).toMatchObject({
      is: 'broken',
      reason: expect.stringMatching(/too much work|longer than 256 KiB/),
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20)
  })
})

describe('a turn whose templates take long', () => {
  it('renders no further call, and the next one pulls less', () => {
    const spent = (spentMs: number) => ({ clock: () => 0, spentMs })

    expect([0, 25, 26].map(ms => isSpent(spent(ms)))).toEqual([false, false, true])
    expect(nextPulled(500, spent(250), 500)).toBe(50)
    expect(nextPulled(8, spent(1), 500)).toBe(16)
    expect(nextSize(500, spent(1000), 1040, 500)).toBe(50)
    expect(nextSize(50, spent(5000), 5040, 500)).toBe(8)
    expect(nextSize(8, spent(60), 80, 500)).toBe(8)
    expect(nextSize(8, spent(1), 1, 500)).toBe(16)
  })
})

describe('a turn that takes long', () => {
  const next = (size: number, tookMs: number) => nextSize(size, { clock: () => 0, spentMs: 0 }, tookMs, 500)

  it('is followed by one that pulls less, and by more again as long as that is quick', () => {
    expect(next(500, 60)).toBe(500)
    expect(next(500, 120)).toBe(250)
    expect(next(250, 45)).toBe(333)
    expect(next(250, 1)).toBe(500)
  })

  it('is not made longer by pulling next to nothing, whatever takes so long', () => {
    expect(next(500, 60_000)).toBe(100)
    expect(next(100, 60_000)).toBe(100)
  })

  it('pulls the most where time stands still', () => {
    expect(next(500, 0)).toBe(500)
  })
})

import { describe, expect, it } from 'vitest'
import type { Outcome } from '#shared/call'
import type { DeliveryTerms } from '#shared/rules/delivery'
import { profiles, schedules } from '#shared/rules/profiles'
import { judge, retryAfterMs } from '#shared/rules/retry'

const now = Date.parse('2026-05-04T09:00:00Z')
const terms: DeliveryTerms = {
  profile: 'hookline',
  retry: 'prompt',
  attemptSeconds: 20,
  giveUpAt: null,
  repeat: 'at-least-once',
  answers: profiles.hookline.answers,
}
const once: DeliveryTerms = { ...terms, repeat: 'at-most-once' }
const answered = (status: number, headers: Record<string, string> = {}): Outcome => ({
  touch: 1,
  ms: 5,
  is: 'answered',
  status,
  headers,
  body: '',
  cut: false,
})
const lost = (cause: Extract<Outcome, { is: 'unreachable' }>['cause'], sent: boolean): Outcome => ({
  touch: 1,
  ms: 5,
  is: 'unreachable',
  cause,
  message: cause,
  sent,
})
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('the answer table (delivery R15)', () => {
  const expected = (status: number) => {
    if (status >= 200 && status < 300) return 'received'
    return [408, 425, 429].includes(status) || (status >= 500 && status < 600) ? 'retry' : 'failed'
  }

  it.each([...range(100, 599), 0, 600, 999])('knows %i', status => {
    const judged = judge(answered(status), terms, 1, now, 0.5)

    expect(judged.is).toBe(expected(status))
    if (judged.is !== 'received') expect(judged.reason).toBe(`status ${status}`)
    if (judged.is === 'retry') expect(judged.at).toBe(now + 5000)
  })

  it.each(range(100, 599))('sends once only, and knows %i', status => {
    const again = [425, 429, 503].includes(status)
    expect(judge(answered(status), once, 1, now, 0.5).is).toBe(
      status >= 200 && status < 300 ? 'received' : again ? 'retry' : 'failed',
    )
  })

  it.each([
    ['dns', 'retry'],
    ['connect', 'retry'],
    ['tls', 'retry'],
    ['certificate', 'failed'],
    ['timeout', 'retry'],
    ['reset', 'retry'],
    ['protocol', 'retry'],
    ['blocked-address', 'failed'],
    ['bad-request', 'failed'],
  ] as const)('takes %s as %s', (cause, is) => {
    expect(judge(lost(cause, true), terms, 1, now, 0.5).is).toBe(is)
    expect(judge(lost(cause, false), once, 1, now, 0.5).is).toBe(is)
    expect(judge(lost(cause, true), once, 1, now, 0.5).is).toBe(is === 'failed' ? 'failed' : 'uncertain')
  })

  it.each(['disable', 'abort-message', ' Disable '])('obeys "webhook-delivery: %s"', told => {
    expect(judge(answered(503, { 'webhook-delivery': told }), terms, 1, now, 0.5).is).toBe('failed')
    expect(judge(answered(200, { 'webhook-delivery': told }), terms, 1, now, 0.5).is).toBe('received')
  })
})

describe('the retry plans (delivery R16, R17)', () => {
  it('are as long as they are said to be', () => {
    const hours = (plan: keyof typeof schedules) => schedules[plan].reduce((sum, ms) => sum + ms, 0) / 3_600_000
    expect(hours('prompt')).toBeCloseTo(3 + 42 / 60 + 35 / 3600, 6)
    expect(hours('svix')).toBeCloseTo(27 + 35 / 60 + 5 / 3600, 6)
    expect(hours('standard')).toBeCloseTo(75 + 35 / 60 + 5 / 3600, 6)
    expect(hours('braze')).toBeCloseTo((28 + 25 / 60) / 60, 6)
  })

  it('are spread by 20 % both ways, and never more', () => {
    const at = (chance: number) => {
      const judged = judge(answered(500), terms, 2, now, chance)
      return judged.is === 'retry' ? judged.at - now : undefined
    }
    expect(at(0)).toBe(24_000)
    expect(at(0.5)).toBe(30_000)
    expect(at(0.999999)).toBe(36_000)
  })

  it('end after their last wait, and say how many attempts there were', () => {
    expect(judge(answered(500), terms, 7, now, 0.5).is).toBe('retry')
    expect(judge(answered(500), terms, 8, now, 0.5)).toEqual({
      is: 'failed',
      reason: 'status 500, after 8 attempts',
      timedOut: false,
    })
    expect(judge(lost('timeout', true), terms, 8, now, 0.5)).toMatchObject({ is: 'failed', timedOut: true })
  })

  it('are cut by the time limit: an attempt exactly at it is made, one later is not', () => {
    const until = (giveUpAt: number) => judge(answered(500), { ...terms, giveUpAt }, 1, now, 0.5).is
    expect(until(now + 5000)).toBe('retry')
    expect(until(now + 4999)).toBe('failed')
  })
})

describe('Retry-After (delivery R18)', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7000],
    ['86400', 86_400_000],
    ['9999999999', 9_999_999_999_000],
    ['Mon, 04 May 2026 09:00:30 GMT', 30_000],
    ['Monday, 04-May-26 09:00:30 GMT', 30_000],
    ['Mon May  4 09:00:30 2026', 30_000],
    ['Mon, 04 May 2026 09:00:00 GMT', undefined],
    ['Mon, 04 May 2026 08:59:59 GMT', undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['1.5', 2000],
    ['90.5', 91_000],
    ['90.0', 90_000],
    ['1.', undefined],
    ['20260504T090030Z', 30_000],
    ['2026-05-04T11:00:30.000+02:00', 30_000],
    ['1e3', undefined],
    ['0x10', undefined],
    ['123456789012', 123_456_789_012_000],
    ['', undefined],
    [' ', undefined],
    ['soon', undefined],
    ['2026-05-04T09:00:30Z', 30_000],
    ['2026-05-04 11:00:30 +0200', 30_000],
    ['1777885230', 1_777_885_230_000],
    ['Mon, 99 May 2026 09:00:30 GMT', undefined],
    ['5, 10', undefined],
    ['5s', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    [undefined, undefined],
  ])('reads %j as %j ms', (value, ms) => {
    expect(retryAfterMs(value, now)).toBe(ms)
  })

  it.each([
    ['1', 5000],
    ['60', 60_000],
    ['86400', 86_400_000],
    ['86401', 86_400_000],
    ['9999999999', 86_400_000],
    ['-1', 5000],
    ['rubbish', 5000],
  ])('%j: the next attempt is due after %i ms: never before the plan, never after a day', (value, ms) => {
    const judged = judge(answered(429, { 'retry-after': value }), terms, 1, now, 0.5)

    expect(judged).toMatchObject({ is: 'retry', at: now + ms })
  })
})

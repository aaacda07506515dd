import { describe, expect, it } from 'vitest'
import type { Outcome } from '#shared/call'
import { renderRequest, type Tokens } from '#shared/render'
import { asProfile } from '#shared/rules/content-type'
import { notesEmpty, type ProfileName, plainDelivery, termsOf } from '#shared/rules/delivery'
import { profiles, schedules } from '#shared/rules/profiles'
import { judge } from '#shared/rules/retry'
import { sayPlan, sayProfile } from '#shared/rules/say-retries'
import type { WebhookRequest } from '#shared/rules/webhook-request'

const now = Date.parse('2026-05-04T09:00:00Z')
const MINUTE = 60_000
const names = Object.keys(profiles) as ProfileName[]
const plain = (profile: ProfileName) => termsOf({ profile, delivery: plainDelivery }, now)
const answered = (status: number, headers = {}): Outcome => ({
  ...{ touch: 1, ms: 0, is: 'answered', status, headers, body: '', cut: false },
})
const lost = (cause: Extract<Outcome, { is: 'unreachable' }>['cause'], sent: boolean): Outcome => ({
  ...{ touch: 1, ms: 0, is: 'unreachable', cause, message: cause, sent },
})
const waitOf = (judged: ReturnType<typeof judge>) => (judged.is === 'retry' ? judged.at - now : judged.is)

/** What each profile does with an answer that is no 2xx, said once more and by other means: what is tried again. */
const again: { readonly [P in ProfileName]: (status: number) => boolean } = {
  hookline: status => [408, 425, 429].includes(status) || (status >= 500 && status < 600),
  braze: status => status === 408 || status === 429 || (status >= 500 && status < 600),
  marketo: () => false,
}
const statuses = [...Array.from({ length: 500 }, (_, i) => 100 + i), 0, 600, 999]
const table = names.flatMap(profile => statuses.map(status => [profile, status] as const))

describe('every profile over every status (delivery R15, braze R1, marketo-alm rule 6)', () => {
  it.each(table)('%s knows %i', (profile, status) => {
    const { is } = judge(answered(status), plain(profile), 1, now, 0.5)

    expect(is).toBe(status >= 200 && status < 300 ? 'received' : again[profile](status) ? 'retry' : 'failed')
  })

  it.each(['dns', 'connect', 'tls', 'timeout', 'reset', 'protocol'] as const)(
    'no answer (%s) is tried again by two',
    cause => {
      const verdicts = names.map(profile => judge(lost(cause, true), plain(profile), 1, now, 0.5).is)

      expect(verdicts).toEqual(['retry', 'retry', 'failed'])
    },
  )

  it('marketo-alm rule 5: no answer within its 30 seconds has timed out, at the first attempt', () => {
    expect(plain('marketo').attemptSeconds).toBe(30)
    expect(judge(lost('timeout', true), plain('marketo'), 1, now, 0.5)).toMatchObject({ is: 'failed', timedOut: true })
  })
})

describe('the schedules of the profiles', () => {
  const waits = (profile: ProfileName, outcome: Outcome) =>
    Array.from({ length: 12 }, (_, i) => waitOf(judge(outcome, plain(profile), i + 1, now, 0.5)))
  const ms = (profile: ProfileName, outcome: Outcome) => waits(profile, outcome).filter(w => typeof w === 'number')
  const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0)

  it('braze R2: always 503 brings six requests, the last no later than half an hour after the first', () => {
    const braze = ms('braze', answered(503))

    expect(braze.map(w => w / 1000)).toEqual([55, 110, 220, 440, 880])
    expect(sum(braze)).toBeLessThan(30 * MINUTE)
    expect(plain('braze').attemptSeconds).toBe(90)
  })

  it.each(['dns', 'connect'] as const)('braze R2: a host that cannot be reached (%s) is tried for a day', cause => {
    const braze = ms('braze', lost(cause, false))

    expect(braze.map(w => w / MINUTE)).toEqual([46, 92, 184, 368, 736])
    expect(sum(braze)).toBe((23 * 60 + 46) * MINUTE)
  })

  it('braze R2: no connection in time is out of reach too, no answer in time is not', () => {
    expect(ms('braze', lost('timeout', false))[0]).toBe(46 * MINUTE)
    expect(ms('braze', lost('timeout', true))[0]).toBe(55_000)
  })

  it('marketo-alm rule 6: one request, whatever the status', () => {
    for (const outcome of [answered(500), answered(429), lost('timeout', true), lost('dns', false)])
      expect(ms('marketo', outcome)).toEqual([])
  })

  it('delivery R16, R17: Hookline follows its plan, spread by 20 %; Braze and Marketo are exact', () => {
    expect(ms('hookline', answered(500))).toEqual(schedules.prompt)
    const first = (profile: ProfileName, chance: number) => waitOf(judge(answered(500), plain(profile), 1, now, chance))
    expect([first('hookline', 0), first('hookline', 0.999999)]).toEqual([4000, 6000])
    expect([first('braze', 0), first('braze', 0.999999)]).toEqual([55_000, 55_000])
  })

  it('delivery R18: only Hookline waits as long as the receiver asks', () => {
    const asked = names.map(profile =>
      waitOf(judge(answered(429, { 'retry-after': '600' }), plain(profile), 1, now, 0.5)),
    )

    expect(asked).toEqual([600_000, 55_000, 'failed'])
  })
})

describe('what a webhook says itself', () => {
  const own = (change: object, profile: ProfileName = 'marketo') =>
    termsOf({ profile, delivery: { ...plainDelivery, ...change } }, now)

  it('goes before its profile, value by value, and the others stay the profile’s', () => {
    expect(own({ retry: 'brief', attemptSeconds: 3, totalHours: 2, repeat: 'at-most-once' })).toEqual({
      profile: 'marketo',
      retry: 'brief',
      attemptSeconds: 3,
      giveUpAt: now + 7_200_000,
      repeat: 'at-most-once',
      answers: profiles.marketo.answers,
    })
    expect(own({ again: ['404', '5xx'] }).answers).toEqual({ ...profiles.marketo.answers, again: ['404', '5xx'] })
    expect(own({ unreachable: 'none' }, 'braze').answers).toEqual({ ...profiles.braze.answers, unreachable: 'none' })
    expect(own({ jitterPercent: 0, retryAfter: false }, 'hookline').answers).toEqual({
      ...profiles.hookline.answers,
      jitterPercent: 0,
      retryAfter: false,
    })
  })

  it('may try again what no profile does, and nothing else', () => {
    const terms = own({ retry: 'brief', again: ['404', '3xx'] })

    const tried = [301, 404, 429, 500].map(status => judge(answered(status), terms, 1, now, 0.5).is)
    expect(tried).toEqual(['retry', 'retry', 'failed', 'failed'])
    expect(judge(lost('reset', true), terms, 1, now, 0.5).is).toBe('failed')
  })

  it('marketo-alm rule 7: an empty answer is noted for Marketo, and for who wants it', () => {
    const noted = names.map(profile => notesEmpty({ profile, delivery: plainDelivery }))

    expect(noted).toEqual([false, false, true])
    expect(notesEmpty({ profile: 'braze', delivery: { ...plainDelivery, emptyAnswer: 'noted' } })).toBe(true)
    expect(notesEmpty({ profile: 'marketo', delivery: { ...plainDelivery, emptyAnswer: 'fine' } })).toBe(false)
  })
})

describe('how tokens are written into a raw text that leaves it to the profile', () => {
  const tokens: Tokens = {
    world: {
      now,
      lead: {
        id: 1,
        externalId: 'ada',
        attributes: { first_name: 'Ann "A" O\\N\n', company: 'Jack & Jill' },
        zone: 'UTC',
      },
      zone: 'UTC',
      zoneFrom: 'lead',
      system: { sandbox: 'http://127.0.0.1/in' },
    },
    memory: { event: null, variants: {}, response: null },
    campaign: { id: 'c', name: 'Welcome' },
  }
  const raw = (text: string, contentType: string): WebhookRequest => ({
    method: 'POST',
    url: 'https://crm.example.com/x',
    headers: [],
    body: { as: 'text', text, contentType, encoding: 'auto' },
  })
  const sent = (profile: ProfileName, request: WebhookRequest) => {
    const rendered = renderRequest(asProfile(request, profile), tokens)
    return rendered.is === 'rendered' ? rendered.request.body : rendered.reason
  }

  it('marketo-alm rule 12: JSON brings its own quotes', () => {
    const template = '{"n": {{lead.First Name}}}'

    expect(sent('marketo', raw(template, 'application/json'))).toBe('{"n": "Ann \\"A\\" O\\\\N\\n"}')
    expect(sent('hookline', raw(template, 'application/json'))).toBe('{"n": "Ann \\"A\\" O\\\\N\\n"}')
  })

  it('marketo-alm rule 13, braze R5: a form is encoded, except by Braze', () => {
    const bodies = names.map(profile => sent(profile, raw('c={{ lead.company }}', 'application/x-www-form-urlencoded')))

    expect(bodies).toEqual(['c=Jack+%26+Jill', 'c=Jack & Jill', 'c=Jack+%26+Jill'])
  })

  it('marketo-alm A3: backslashes of the template itself are sent as they were typed', () => {
    expect(sent('marketo', raw('a\\nb\\q', 'text/plain'))).toBe('a\\nb\\q')
  })
})

describe('what a plan comes to', () => {
  it.each([
    ['none', 'Do not try again'],
    ['brief', 'Try 3 more times over half a minute'],
    ['braze', 'Try 5 more times within half an hour'],
    ['prompt', 'Try 7 more times over 4 hours'],
    ['day', 'Try 5 more times within a day'],
    ['svix', 'Try 7 more times over 28 hours'],
    ['standard', 'Try 9 more times over 3 days'],
  ] as const)('is said with the numbers of its table: %s', (plan, said) => {
    expect(sayPlan(plan)).toBe(said)
  })

  it.each([
    ['hookline', 'Tries 7 more times over 4 hours, waits 30 seconds for an answer, and as long as the receiver asks.'],
    [
      'braze',
      'Tries 5 more times within half an hour, or within a day when the host cannot be reached; waits 90 seconds for an answer. Tokens in raw text stay as they are.',
    ],
    [
      'marketo',
      'Calls once, waits 30 seconds for an answer, and never tries again. Notes an empty answer (code 1001).',
    ],
  ] as const)('is said of a profile: %s', (name, said) => {
    expect(sayProfile(profiles[name])).toBe(said)
  })
})

import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import { explainWaiting } from '#shared/explain/waiting'
import { nameOf } from '#shared/graph/names'
import { defaultSettings, type Graph, type Step } from '#shared/graph/schema'
import type { JournalEntry, Note } from '#shared/journal'
import type { Json } from '#shared/json'
import { type Condition, evaluate, explainCondition, type Seen } from '#shared/rules/conditions'
import { kindOf, stepKinds } from '#shared/steps/index'

const now = Date.parse('2026-11-23T13:10:00Z')
const tomorrow8InSeoul = Date.parse('2026-11-23T23:00:00Z')
const hour = 3_600_000

const graph: Graph = {
  hookline: 1,
  steps: {
    start: step('trigger', 'Signed up'),
    india: step('filter', 'Is in India'),
    day: step('delay', 'A day later'),
    crm: step('call-webhook', 'Notify CRM'),
    split: step('variants', 'Split'),
    unnamed: step('exit', ' '),
  },
  edges: [],
  settings: defaultSettings,
}
const about = { graph, zone: 'Asia/Seoul' }

function step(kind: string, name: string): Step {
  return { kind, version: kindOf(kind).version, name, position: { x: 0, y: 0 }, config: kindOf(kind).example }
}
const say = (note: Note) => explain({ ...note, at: now }, about)
const entries = (...notes: Note[]): JournalEntry[] => notes.map(note => ({ ...note, at: now }))

type GateNote = Extract<Note, { is: 'gate' }>
function gate(
  name: string,
  verdict: GateNote['verdict'],
  saw: GateNote['saw'],
  rest: Partial<GateNote> = {},
): GateNote {
  return { is: 'gate', step: 'crm', gate: name, verdict, until: null, code: null, saw, ...rest }
}
/** As it was written before there were levels. */
const night = { start: '22:00', end: '08:00', zone: 'Asia/Seoul', zoneFrom: 'lead' }
const atNight = { level: 'campaign', hours: '22:00-08:00', zone: 'Asia/Seoul', zoneFrom: 'lead' }

const bought = {
  id: 'goal-1',
  name: 'Bought',
  within: 'P7D',
  from: 'entry',
  credit: null,
  value: null,
  currency: 'EUR',
  refused: null,
  isLate: false,
  instead: null,
} as const

describe('the story of a journey', () => {
  it.each<[string, Note]>([
    ['Entered through the event "signed_up".', { is: 'started', because: 'the event "signed_up"', event: 'e1' }],
    ['Started by another campaign.', { is: 'started', because: 'the event "$campaign.requested"', event: null }],
    ['Finished.', { is: 'ended', step: 'day', as: 'finished', reason: 'Reached the end of the way.' }],
    [
      'Not sent again: code 1000. Whether the first send arrived is still not known.',
      { is: 'resend-ended', step: 'crm', touch: 7, as: 'skipped', reason: 'code 1000', still: 'uncertain' },
    ],
    ['Came to "Is in India".', { is: 'entered', step: 'india' }],
    ['Did not wait: the day is over.', { is: 'noted', step: 'day', what: 'Did not wait: the day is over' }],
    ['Came to "Exit".', { is: 'entered', step: 'unnamed' }],
    ['Went on to "Notify CRM".', { is: 'left', step: 'start', port: 'next', to: 'crm' }],
    ['Went on to "Notify CRM" by Yes.', { is: 'left', step: 'india', port: 'yes', to: 'crm' }],
    [
      'Went on to "A day later" by Succeeded: Failed is not connected.',
      { is: 'left', step: 'crm', port: 'succeeded', to: 'day', instead: 'failed' },
    ],
    [
      'Took Failed: neither it nor Succeeded leads anywhere, so the journey ended.',
      { is: 'left', step: 'crm', port: 'succeeded', to: null, instead: 'failed' },
    ],
    ['Took No, which leads nowhere: the journey ended.', { is: 'left', step: 'india', port: 'no', to: null }],
    ['Nothing follows this step: the journey ended.', { is: 'left', step: 'day', port: 'next', to: null }],
    [
      'Drawn into B (50 %). Details: bucket 7,312 of 10,000, in 5,000-9,999.',
      { is: 'assigned', step: 'split', variant: 'b', label: 'B', bucket: 7312, range: [5000, 10_000] },
    ],
    [
      'Waits until Tue 24 Nov, 08:00 (Asia/Seoul): 1 day.',
      { is: 'waits', step: 'day', until: tomorrow8InSeoul, zone: 'Asia/Seoul', what: '1 day' },
    ],
    [
      'Sent. Quiet hours, caps and limits allowed it (webhook-id msg_7).',
      { is: 'calls', step: 'crm', touch: 7, webhookId: 'msg_7' },
    ],
    ['Received: status 200.', { is: 'replied', step: 'crm', reply: 'received', reason: 'status 200' }],
    ['Failed: status 404.', { is: 'replied', step: 'crm', reply: 'failed', reason: 'status 404' }],
    [
      'Kept contact.id of the answer as crm_id: "c-1".',
      { is: 'mapped', step: 'crm', path: 'contact.id', field: 'crm_id', value: 'c-1', refused: null },
    ],
    [
      'Left crm_id as it was: the answer has nothing there (contact.id).',
      {
        is: 'mapped',
        step: 'crm',
        path: 'contact.id',
        field: 'crm_id',
        value: null,
        refused: 'the answer has nothing there',
      },
    ],
    ['Set score to 10 (was 5).', { is: 'updated', step: 'day', field: 'score', from: 5, to: 10 }],
    ['Set plan to "pro" (was not known).', { is: 'updated', step: 'day', field: 'plan', from: null, to: 'pro' }],
    ['Cleared plan (was "pro").', { is: 'updated', step: 'day', field: 'plan', from: 'pro', to: null }],
    ['Left score as it was: 5.', { is: 'updated', step: 'day', field: 'score', from: 5, to: 5 }],
    [
      'Converted: the event "purchased" arrived in time.',
      { is: 'converted', event: 'purchased', eventId: 'e2', variants: [] },
    ],
    [
      'Converted: the event "purchased" arrived in time. It counts for B 45 % of "Split".',
      { is: 'converted', event: 'purchased', eventId: 'e2', variants: ['b'] },
    ],
    [
      'Converted by the goal "Bought": "purchased" came within 7 days after entering, worth 19.99 EUR. It counts for B 45 % of "Split" and "Notify CRM", the last webhook before it.',
      {
        is: 'converted',
        event: 'purchased',
        eventId: 'e2',
        variants: ['b'],
        goal: { ...bought, credit: 'crm', value: 1999 },
      },
    ],
    [
      'Converted by the goal "Bought": "purchased" came within 7 days after entering. No value from "amount": there is none.',
      {
        is: 'converted',
        event: 'purchased',
        eventId: 'e2',
        variants: [],
        goal: { ...bought, currency: null, refused: 'No value from "amount": there is none.' },
      },
    ],
    [
      'Converted by the goal "Bought": "purchased" came within 7 days after the last webhook. Found among stored events: the goal was launched later. It came in before the event e9, which counted until now.',
      {
        is: 'converted',
        event: 'purchased',
        eventId: 'e2',
        variants: [],
        goal: { ...bought, from: 'last-touch', isLate: true, instead: 'e9' },
      },
    ],
    ['Stopped at "Notify CRM" by an error: no such thing.', { is: 'parked', step: 'crm', reason: 'no such thing' }],
    ['Finished: Reached the exit.', { is: 'ended', step: 'unnamed', as: 'finished', reason: 'Reached the exit.' }],
    ['Left early.', { is: 'ended', step: null, as: 'exited', reason: '' }],
  ])('says "%s"', (sentence, note) => {
    expect(say(note)).toBe(sentence)
  })

  it('names a step that the graph does not have by its id', () => {
    expect(nameOf('gone', about)).toBe('gone')
  })

  it('says why the filter sent the lead on, with the value that it saw', () => {
    const seen = ask(
      { match: 'all', rules: [{ field: 'lead.country', op: 'is', value: 'India' }] },
      { country: 'Brazil' },
    )

    expect(say({ is: 'decided', step: 'india', port: 'no', seen })).toBe('Took No: country is "Brazil", not India.')
  })
})

describe('an attempt', () => {
  const attempt = { is: 'attempt', step: 'crm', touch: 7, n: 2, status: 503, outcome: 'status 503', ms: 120.4 } as const

  it('that was the last says what came back and how long it took', () => {
    expect(say({ ...attempt, retryAt: null })).toBe('Attempt 2: 503 after 120 ms.')
  })

  it('that is tried again within the next two minutes counts the seconds', () => {
    expect(say({ ...attempt, retryAt: now + 30_000 })).toBe('Attempt 2: 503 after 120 ms, next in 30 seconds.')
  })

  it('that is tried again later names the instant in the zone', () => {
    expect(say({ ...attempt, retryAt: now + hour })).toBe('Attempt 2: 503 after 120 ms, next at 23:10 (Asia/Seoul).')
  })

  it('without an answer says what went wrong', () => {
    expect(say({ ...attempt, status: null, outcome: 'connection refused', ms: 1234, retryAt: null })).toBe(
      'Attempt 2: no answer (connection refused) after 1,234 ms.',
    )
  })
})

describe('a gate', () => {
  it.each<[string, GateNote]>([
    [
      'Held until Tue 24 Nov, 08:00 (Asia/Seoul): quiet hours 22:00-08:00.',
      gate('quiet-hours', 'hold', night, { until: tomorrow8InSeoul }),
    ],
    ['Not sent: quiet hours 22:00-08:00 (Asia/Seoul).', gate('quiet-hours', 'skip', night)],
    [
      'May be sent: 22:10 (Asia/Seoul) is outside quiet hours 23:00-08:00.',
      gate('quiet-hours', 'pass', { ...night, start: '23:00' }),
    ],
    [
      "Held until Tue 24 Nov, 08:00 (Asia/Seoul): quiet hours 22:00-08:00; the lead's own zone is not known, so the campaign's counts.",
      gate('quiet-hours', 'hold', { ...night, zoneFrom: 'campaign' }, { until: tomorrow8InSeoul }),
    ],
    [
      "Held until Tue 24 Nov, 08:00 (Asia/Seoul): the campaign's quiet hours 22:00-08:00.",
      gate('quiet-hours', 'hold', atNight, { until: tomorrow8InSeoul }),
    ],
    [
      "Held until Tue 24 Nov, 08:00 (Asia/Seoul): the account's quiet hours on the holiday Mon 23 Nov 2026, then the step's own quiet hours 00:00-08:00.",
      gate(
        'quiet-hours',
        'hold',
        {
          ...atNight,
          level: 'account',
          hours: 'on the holiday Mon 23 Nov 2026',
          lastly: { level: 'step', hours: '00:00-08:00' },
        },
        { until: tomorrow8InSeoul },
      ),
    ],
    [
      "Held until Tue 24 Nov, 08:40 (Asia/Seoul): the campaign's quiet hours 22:00-08:00; those who waited leave within 1 hour 30 minutes after Tue 24 Nov, 08:00.",
      gate(
        'quiet-hours',
        'hold',
        { ...atNight, opensAt: tomorrow8InSeoul, spreadMinutes: 90 },
        { until: tomorrow8InSeoul + 40 * 60_000 },
      ),
    ],
    [
      "Held until Tue 24 Nov, 08:00 (Asia/Seoul): the campaign's quiet hours 22:00-08:00, which leave no moment of the next year open; it is asked again then.",
      gate('quiet-hours', 'hold', { ...atNight, opensAt: null }, { until: tomorrow8InSeoul }),
    ],
    [
      "Not sent: the account's quiet hours 22:00-08:00 (Asia/Seoul).",
      gate('quiet-hours', 'skip', { ...atNight, level: 'account' }),
    ],
    [
      "Not sent, and leaves the campaign: the step's own quiet hours 22:00-08:00 (Asia/Seoul).",
      gate('quiet-hours', 'exit', { ...atNight, level: 'step' }),
    ],
    [
      'May be sent: 22:10 (Asia/Seoul) is outside quiet hours 23:00-08:00 of the campaign.',
      gate('quiet-hours', 'pass', { hours: '23:00-08:00 of the campaign', zone: 'Asia/Seoul', zoneFrom: 'lead' }),
    ],
    [
      "May be sent: sent by hand, which does not wait for the end of the campaign's quiet hours 22:00-08:00.",
      gate('quiet-hours', 'pass', { ...atNight, sendNow: true }),
    ],
    [
      'Not sent: 3 of 3 webhooks already (rule "Weekly cap"), free again on Tue 24 Nov, 00:00.',
      gate('frequency-cap', 'skip', {
        rule: 'Weekly cap',
        count: 3,
        most: 3,
        freeAt: Date.parse('2026-11-23T15:00:00Z'),
        zone: 'Asia/Seoul',
      }),
    ],
    [
      'Not sent: 1 of 1 webhooks already (rule "Hourly"), free again at 23:10.',
      gate('frequency-cap', 'skip', { rule: 'Hourly', count: 1, most: 1, freeAt: now + hour, zone: 'Asia/Seoul' }),
    ],
    [
      'May be sent: 1 of 3 webhooks so far (rule "Weekly cap"), 0 of 1 webhooks so far (rule "Daily").',
      gate('frequency-cap', 'pass', {
        rules: [
          { rule: 'Weekly cap', count: 1, most: 3 },
          { rule: 'Daily', count: 0, most: 1 },
        ],
      }),
    ],
    [
      'Not sent, code 1000: only trigger campaigns call webhooks, and this is a batch campaign.',
      gate('trigger-only', 'skip', { mode: 'batch' }, { code: 1000 }),
    ],
    [
      'Held until somebody acts: the campaign is paused; it goes on when the campaign is resumed.',
      gate('paused', 'hold', { status: 'paused' }),
    ],
    [
      'Held until 23:10 (Asia/Seoul): some-gate (perSecond 5).',
      gate('some-gate', 'hold', { perSecond: 5 }, { until: now + hour }),
    ],
    [
      'Held until 23:10 (Asia/Seoul): rate limit of 5 a second for this campaign; it goes out in its turn.',
      gate(
        'rate-limit',
        'hold',
        { of: 'campaign', most: 5, per: 'second', host: 'https://a.example' },
        { until: now + hour },
      ),
    ],
    [
      'Held until 23:10 (Asia/Seoul): https://a.example asked us to wait (Retry-After).',
      gate(
        'host-health',
        'hold',
        { host: 'https://a.example', why: 'resting', errorRate: 0, samples: 1 },
        { until: now + hour },
      ),
    ],
    [
      'Held until the calls that try it are answered: https://a.example is failing (75 % of 20 calls in the last minute); it is tried again with a few calls first.',
      gate('host-health', 'hold', { host: 'https://a.example', why: 'failing', errorRate: 0.75, samples: 20 }),
    ],
  ])('says "%s"', (sentence, note) => {
    expect(say(note)).toBe(sentence)
  })
})

describe('a condition', () => {
  const rule = (op: Condition['rules'][number], attributes: { [name: string]: Json }) =>
    explainCondition(ask({ match: 'all', rules: [op] }, attributes))

  it.each<[string, Condition['rules'][number], { [name: string]: Json }]>([
    ['country is "India"', { field: 'lead.country', op: 'is', value: 'india' }, { country: 'India' }],
    ['country is not known (asked: is India)', { field: 'lead.country', op: 'is', value: 'India' }, {}],
    ['country is "Brazil", not India', { field: 'lead.country', op: 'is-not', value: 'India' }, { country: 'Brazil' }],
    [
      'country is "India" (asked: is not India)',
      { field: 'lead.country', op: 'is-not', value: 'India' },
      { country: 'India' },
    ],
    ['visit count is 4, at least 2', { field: 'lead.visit_count', op: 'at-least', value: 2 }, { visit_count: 4 }],
    ['visits is 1, not at least 2', { field: 'lead.visits', op: 'at-least', value: 2 }, { visits: 1 }],
    ['visits is 0, less than 2', { field: 'lead.visits', op: 'less-than', value: 2 }, { visits: 0 }],
    [
      'country is "France", not one of India, Nepal',
      { field: 'lead.country', op: 'one-of', value: ['India', 'Nepal'] },
      { country: 'France' },
    ],
    ['email is "a@b.c", which contains @b', { field: 'lead.email', op: 'contains', value: '@b' }, { email: 'a@b.c' }],
    [
      'email is "a@b.c", which contains @b',
      { field: 'lead.email', op: 'not-contains', value: '@b' },
      { email: 'a@b.c' },
    ],
    [
      'email is "a@b.c", which does not start with z',
      { field: 'lead.email', op: 'starts-with', value: 'z' },
      { email: 'a@b.c' },
    ],
    ['email is known ("a@b.c")', { field: 'lead.email', op: 'missing' }, { email: 'a@b.c' }],
    ['email is not known', { field: 'lead.email', op: 'exists' }, { email: '' }],
  ])('says "%s"', (sentence, asked, attributes) => {
    expect(rule(asked, attributes)).toBe(sentence)
  })

  const country = { field: 'lead.country', op: 'is', value: 'India' } as const
  const visits = { field: 'lead.visits', op: 'at-least', value: 2 } as const

  it('that needed all rules names only the broken ones', () => {
    const seen = ask({ match: 'all', rules: [country, visits] }, { country: 'India', visits: 1 })

    expect(explainCondition(seen)).toBe('visits is 1, not at least 2')
  })

  it('that needed any rule names only those that held', () => {
    const seen = ask({ match: 'any', rules: [country, visits] }, { country: 'India', visits: 1 })

    expect(explainCondition(seen)).toBe('country is "India"')
  })

  it('with a group inside keeps the group together', () => {
    const group: Condition = { match: 'any', rules: [country, { field: 'lead.country', op: 'is', value: 'Nepal' }] }
    const seen = ask({ match: 'all', rules: [visits, group] }, { country: 'Brazil', visits: 1 })

    expect(explainCondition(seen)).toBe(
      'visits is 1, not at least 2, and (country is "Brazil", not India, and country is "Brazil", not Nepal)',
    )
  })

  it('without rules asked nothing', () => {
    expect(explainCondition({ match: 'all', result: true, rules: [] })).toBe('there was nothing to ask')
  })
})

describe('what a journey waits for', () => {
  const waits = { is: 'waits', step: 'day', until: tomorrow8InSeoul, zone: 'Asia/Seoul', what: '1 day' } as const
  const calls = { is: 'calls', step: 'crm', touch: 7, webhookId: 'msg_7' } as const
  const failed = { is: 'attempt', step: 'crm', touch: 7, n: 1, status: 503, outcome: 'status 503', ms: 80 } as const
  const waiting = (...notes: Note[]) => explainWaiting(entries(...notes), about)

  it('is the end of its delay, also after a conversion in between', () => {
    const converted = { is: 'converted', event: 'purchased', eventId: 'e2', variants: [] } as const

    expect(waiting({ is: 'entered', step: 'day' }, waits, converted)).toBe(
      'Waits until Tue 24 Nov, 08:00 (Asia/Seoul): 1 day.',
    )
  })

  it('is not the answer to a dead letter of an earlier step that was sent again', () => {
    const again = { is: 'resent', step: 'crm', touch: 7, webhookId: 'msg_7', edited: false, sendNow: false } as const

    expect(waiting({ is: 'entered', step: 'day' }, waits, again, { ...failed, retryAt: now + hour })).toBe(
      'Waits until Tue 24 Nov, 08:00 (Asia/Seoul): 1 day.',
    )
  })

  it('is the end of the hold when a gate held the call', () => {
    expect(waiting(gate('quiet-hours', 'hold', night, { until: tomorrow8InSeoul }))).toBe(
      'Held until Tue 24 Nov, 08:00 (Asia/Seoul): quiet hours 22:00-08:00.',
    )
  })

  it('is the answer of a call that was sent', () => {
    expect(waiting(gate('quiet-hours', 'pass', night), calls)).toBe('Waits for the webhook to be answered.')
  })

  it('is the next attempt when one failed', () => {
    expect(waiting(calls, { ...failed, retryAt: now + hour })).toBe(
      'Tries again at 23:10 (Asia/Seoul): attempt 1 brought 503 after 80 ms.',
    )
  })

  it('is the answer again once the gates let the next attempt go', () => {
    expect(waiting(calls, { ...failed, retryAt: now + hour }, gate('quiet-hours', 'pass', night))).toBe(
      'Waits for the webhook to be answered.',
    )
  })

  it('is the mending of an error when it was parked', () => {
    expect(waiting({ is: 'parked', step: 'crm', reason: 'no such thing' })).toContain('Stopped at "Notify CRM"')
  })

  it('is nothing once it has ended', () => {
    expect(waiting(waits, { is: 'ended', step: 'day', as: 'exited', reason: 'Stopped.' })).toBeNull()
  })

  it('is nothing between leaving one step and coming to the next', () => {
    expect(waiting(waits, { is: 'left', step: 'day', port: 'next', to: 'crm' })).toBeNull()
  })
})

it('every step kind can be named in a sentence', () => {
  for (const kind of stepKinds) {
    const steps = { here: { ...step(kind.kind, ''), config: kind.example } }

    expect(nameOf('here', { graph: { ...graph, steps } })).toBe(kind.title)
  }
})

function ask(condition: Condition, attributes: { [name: string]: Json }): Seen {
  const lead = { id: 1, externalId: 'ada', attributes, zone: null }
  return evaluate(condition, { now, zone: 'UTC', lead, memory: { event: null, response: null } })
}

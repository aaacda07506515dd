import { CloudEvent, HTTP } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import { leaves, type Waiting } from '#shared/subscriptions/batch'
import { dataSchema, sampleData, shoutedName } from '#shared/subscriptions/define'
import { envelopes } from '#shared/subscriptions/envelopes/index'
import { notices } from '#shared/subscriptions/notices/index'
import { judgeDelivery, waitAfter } from '#shared/subscriptions/retry'
import { sampleBody } from '#shared/subscriptions/sample'

describe('every event that can be heard', () => {
  it.each(notices.map(kind => [kind.name, kind] as const))('%s is described as it is told', (name, kind) => {
    expect(name).toMatch(/^[a-z_]+(\.[a-z_]+)*$/)
    expect(kind.title.length).toBeGreaterThan(5)
    expect(kind.when).toMatch(/\.$/)
    for (const payload of ['thin', 'full'] as const)
      expect(dataSchema(kind, payload).strict().safeParse(sampleData(kind, payload)).error).toBeUndefined()
  })

  it('has a name of its own, in each spelling', () => {
    expect(new Set(notices.map(kind => shoutedName(kind.name))).size).toBe(notices.length)
  })
})

describe('an envelope', () => {
  const at = Date.parse('2026-05-04T09:00:00.250Z')
  const started = notices.find(kind => kind.name === 'journey.started')
  const bodyIn = (envelope: keyof typeof envelopes) =>
    started && JSON.parse(sampleBody(started, { envelope, payload: 'thin' }, 'acme', at))
  const data = started && sampleData(started, 'thin')

  it("is Adobe Learning Manager's, field by field", () => {
    expect(bodyIn('alm')).toEqual({
      accountId: 'acme',
      events: [
        {
          eventId: 'evt_sample_journey_started',
          eventName: 'JOURNEY_STARTED',
          timestamp: at,
          eventInfo: 'v1.1',
          data,
        },
      ],
    })
  })

  it('is a CloudEvent', () => {
    const event = {
      specversion: '1.0',
      id: 'evt_sample_journey_started',
      source: '/hookline/acme',
      type: 'journey.started',
      subject: 'lead-1042',
      time: '2026-05-04T09:00:00.250Z',
      datacontenttype: 'application/json',
      dataschema: 'urn:hookline:event:journey.started:1',
      sequence: '1',
      data,
    }
    expect(bodyIn('cloudevents')).toEqual(event)
    expect(bodyIn('cloudevents-batch')).toEqual([event])
  })

  it.each(['thin', 'full'] as const)('is a CloudEvent to the public SDK, of every kind, %s', payload => {
    for (const kind of notices) {
      const read = (envelope: 'cloudevents' | 'cloudevents-batch') => {
        const body = sampleBody(kind, { envelope, payload }, 'acme', at)
        const event = HTTP.toEvent({ headers: { 'content-type': envelopes[envelope].contentType }, body })
        return Array.isArray(event) ? event : [event]
      }
      for (const events of [read('cloudevents'), read('cloudevents-batch')]) {
        expect(events).toHaveLength(1)
        const [event] = events
        if (!(event instanceof CloudEvent)) throw new Error('the SDK reads no event')
        expect(event.validate()).toBe(true)
        expect(event).toMatchObject({ specversion: '1.0', type: kind.name, source: '/hookline/acme', sequence: '1' })
        expect(event.data).toEqual(sampleData(kind, payload))
      }
    }
  })

  it('is that of Standard Webhooks', () => {
    expect(bodyIn('standard')).toEqual({ type: 'journey.started', timestamp: '2026-05-04T09:00:00.250Z', data })
  })
})

describe('what leaves in one request', () => {
  const batching = { seconds: 60, events: 10 }
  const wait = (n: number, more: Partial<Waiting> = {}): Waiting[] =>
    Array.from({ length: n }, () => ({ at: 0, pace: 'batched', size: 100, ...more }))
  const ask = (waiting: Waiting[], now = 1_000, most = 100) => leaves(waiting, { most, batching, now })

  it.each([
    ['nothing, when nothing waits', ask([]), { count: 0 }],
    ['later, when few batched events wait', ask(wait(9)), { at: 60_000 }],
    ['now, when they are enough', ask(wait(10)), { count: 10 }],
    ['now, when the oldest has waited long enough', ask(wait(1), 60_000), { count: 1 }],
    ['later, a moment before', ask(wait(1), 59_999), { at: 60_000 }],
    [
      'now, when one in real time stands behind them',
      ask([...wait(2), ...wait(1, { pace: 'real-time' })]),
      { count: 3 },
    ],
    ['a hundred at most', ask(wait(101)), { count: 100 }],
    ['as many as fit into 256 KB', ask(wait(4, { size: 100_000 })), { count: 2 }],
    ['one that alone is larger', ask(wait(2, { size: 300_000 })), { count: 1 }],
    ['one a request, where the envelope holds one', ask(wait(3, { pace: 'real-time' }), 0, 1), { count: 1 }],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected)
  })
})

describe('a delivery', () => {
  const answered = (status: number, headers = {}) =>
    ({ is: 'answered', touch: 1, ms: 5, status, headers, body: '', cut: false }) as const

  it('waits 5, 10, 20, 40, 80, 160 seconds, then 300 each time', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 100].map(n => waitAfter(n) / 1000)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
  })

  it('makes 2,020 retries in seven days', () => {
    let at = 0
    let n = 0
    for (; at + waitAfter(n + 1) <= 7 * 86_400_000; n++) at += waitAfter(n + 1)

    expect(n).toBe(2_020)
  })

  it.each([
    [200, {}, { is: 'delivered' }],
    [202, {}, { is: 'delivered' }],
    [299, {}, { is: 'delivered' }],
    [301, {}, { is: 'again', at: 5_000 }],
    [404, {}, { is: 'again', at: 5_000 }],
    [410, {}, { is: 'gone' }],
    [429, { 'retry-after': '60' }, { is: 'again', at: 60_000 }],
    [503, { 'retry-after': '1' }, { is: 'again', at: 5_000 }],
  ])('that is answered %i %j comes to %j', (status, headers, expected) => {
    expect(judgeDelivery(answered(status, headers), 1, 0)).toEqual(expected)
  })
})

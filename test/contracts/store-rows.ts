import type { WebhookTested } from '#shared/api/webhook-test'
import { count } from '#shared/rules/counters'
import type { StoredExperiment } from '#shared/rules/experiments/split'
import { definitionOf } from '#shared/rules/goals'
import { profiles } from '#shared/rules/profiles'
import { dice } from '#shared/simulate/chance'
import { insertAlert } from '#shared/store/alerts'
import { insertArrivals } from '#shared/store/arrivals'
import { insertAttempts } from '#shared/store/attempts'
import { insertAwaited } from '#shared/store/awaited'
import { insertMigration } from '#shared/store/campaign-migrations'
import { insertCampaign, publish, saveDraft, setStatus } from '#shared/store/campaigns'
import { addCohorts } from '#shared/store/cohorts'
import { type Conversion, insertConversions } from '#shared/store/conversions'
import { addCounts } from '#shared/store/counts'
import { type Delivery, putDeliveries } from '#shared/store/deliveries'
import { insertEvents } from '#shared/store/events'
import { saveExperiment } from '#shared/store/experiments'
import { putField, setOnlyKnownFields } from '#shared/store/fields'
import { insertFolder, moveCampaign } from '#shared/store/folders'
import { insertGoal } from '#shared/store/goals'
import { forgetNames, insertHistory, keepNames } from '#shared/store/history'
import { putHost } from '#shared/store/hosts'
import { type Import, insertImport } from '#shared/store/imports'
import { appendJournal } from '#shared/store/journal'
import { insertJourneys, type Journey } from '#shared/store/journeys'
import { insertLeads } from '#shared/store/leads'
import { insertList, insertMembers } from '#shared/store/lists'
import { installationName } from '#shared/store/meta'
import { insertNotices, type StoredNotice } from '#shared/store/notices'
import { insertInOutbox, type OutboxItem } from '#shared/store/outbox'
import { insertReask } from '#shared/store/reasks'
import { putReceivers, type StoredReceiver } from '#shared/store/receivers'
import { keepRefusals } from '#shared/store/refusals'
import { insertRemoval, type Removal } from '#shared/store/removals'
import { putReplays, type Replay } from '#shared/store/replays'
import { insertResending, type Resending } from '#shared/store/resends'
import { addTurns } from '#shared/store/rotations'
import { planRun } from '#shared/store/runs'
import { putSecret } from '#shared/store/secrets'
import { endSession } from '#shared/store/sessions'
import { insertSubscription, newStanding, type StoredSubscription } from '#shared/store/subscriptions'
import { insertTasks, type Task } from '#shared/store/tasks'
import { insertTestSend } from '#shared/store/test-sends'
import { insertTouches, type ResentTouch, resendTouches, settleTouches, type Touch } from '#shared/store/touches'
import { saveVolumes } from '#shared/store/volumes'
import { insertWebhook } from '#shared/store/webhooks'
import { run, sql, type Work } from '#shared/store/work'
import { subscriptionSchema } from '#shared/subscriptions/subscription'
import type { LeadEvent, Memory } from '#shared/world'
import { goalOf, graph, randomWebhook, step } from '../sim/graphs'

/**
 * What the contract of the store is asked about: some rows in every table, with what databases like to differ in. Capitals and umlauts, quotes and question
 * marks, numbers above 2^31, nulls, and rows that compare alike but for their last column.
 */

/** An instant (ms), and a while after it. */
export const t = (after = 0) => 1_780_000_000_000 + after
export const webhook = randomWebhook(dice(3))
export const drawn = graph({ in: step('trigger'), call: step('call-webhook') }, ['in -> call'])
export const memory: Memory = { event: null, variants: { ab: 'a' }, response: { 'it\'s "said"': 'Zürich?' } }

export const naming = {
  ...webhook,
  request: {
    ...webhook.request,
    url: 'https://b.example.com/',
    headers: [{ name: 'x-key', value: '{{ secret.key }}' }],
  },
}

export const event = (id: string, name = 'bought', at = t()): LeadEvent => ({
  id,
  name,
  at,
  properties: { amount: 5, note: 'a \\ b \u0000 ?' },
})

export const journey = (id: number, more: Partial<Journey> = {}): Journey => ({
  id,
  campaignId: 'c1',
  version: 1,
  leadId: 1,
  step: 'call',
  memory,
  status: 'active',
  rev: 1,
  enteredAt: t(id),
  endedAt: null,
  plannedAt: null,
  entryKey: null,
  isFirst: false,
  ...more,
})

export const task = (id: number, more: Partial<Task> = {}): Task => ({
  id,
  journeyId: 1,
  campaignId: 'c1',
  step: 'call',
  type: 'call',
  state: 'ready',
  dueAt: t(id),
  touchId: null,
  revision: null,
  lane: null,
  level: 5,
  rank: t(id),
  deferredAt: null,
  heldBy: null,
  ...more,
})

const plain = profiles.hookline
export const touch = (id: number, more: Partial<Touch> = {}): Touch => ({
  id,
  webhookId: `wh_${id}`,
  journeyId: 1,
  leadId: 1,
  campaignId: 'c1',
  step: 'call',
  reservedAt: t(id),
  plannedAt: id % 2 === 0 ? t(id - 1) : null,
  status: 'reserved',
  attempts: 0,
  interrupted: 0,
  terms: {
    profile: 'hookline',
    retry: plain.retry,
    attemptSeconds: 30,
    giveUpAt: null,
    repeat: 'at-least-once',
    answers: plain.answers,
  },
  request: { method: 'POST', url: `https://Hooks.example.com:8443/a?b=${id}`, headers: [], body: '{"ü":1}' },
  resent: null,
  ...more,
})

export const receiver = (address: string, more: Partial<StoredReceiver['failing']> = {}): StoredReceiver => ({
  address,
  failing: {
    since: t(),
    last: t(5),
    counts: true,
    failures: 3,
    outcome: 'status 503',
    reached: 50,
    off: null,
    ...more,
  },
})

export const experiment = (campaignId: string, at: string, more: Partial<StoredExperiment> = {}): StoredExperiment => ({
  campaignId,
  step: at,
  sinceVersion: 1,
  startedAt: t(),
  state: 'testing',
  decidedBy: 'rule',
  decidedAt: null,
  winner: null,
  ahead: null,
  seen: null,
  weights: { a: 30, b: 70 },
  weighedAt: t(9),
  ...more,
})

export const conversion = (id: number, more: Partial<Conversion> = {}): Conversion => ({
  id,
  journeyId: 1,
  goal: 1,
  eventId: `e-${id}`,
  at: t(id * 50_000_000),
  receivedAt: t(id * 50_000_000 + 5),
  value: 9_007_199_254_740_991,
  currency: 'EUR',
  touchId: 2,
  step: 'call',
  variants: { ab: 'a' },
  ...more,
})

export const removal: Omit<Removal, 'id' | 'lastJourney'> = {
  campaignId: 'c1',
  why: 'by-hand',
  step: null,
  leads: [1, 2],
  reason: "it's over",
  status: 'running',
  after: 0,
  total: 2,
  removed: 0,
  begunAt: t(),
  endedAt: null,
}

export const resending: Omit<Resending, 'id'> = {
  filter: { campaignId: 'c1', status: 'none' },
  sendNow: true,
  status: 'running',
  below: 100,
  total: 9,
  resent: 1,
  refused: 0,
  begunAt: t(),
  endedAt: null,
}

export const anImport = (id: string, more: Partial<Import> = {}): Import => ({
  id,
  name: 'Leute.csv',
  wanted: { id: 'Nr', list: 'vip' },
  status: 'running',
  rows: 4,
  created: 1,
  updated: 2,
  rejected: 1,
  rejectedBytes: 40,
  bytesRead: 5_000_000_000,
  bytesTotal: 6_000_000_000,
  error: null,
  begunAt: t(),
  endedAt: null,
  ...more,
})

export const outboxItem: OutboxItem = {
  id: 1,
  type: 'request',
  leadId: 1,
  asker: { journeyId: 1, step: 'call' },
  askedAt: t(),
  campaignId: 'c2',
  event: event('asked-1'),
}

export const migration = {
  campaignId: 'c1',
  to: 2,
  plan: [{ version: 1, step: 'call', as: 'move', to: 'call' }],
  status: 'running',
  after: 0,
  last: 9,
  total: 4,
  moved: 1,
  exited: 0,
  finishing: 2,
  begunAt: t(),
  endedAt: null,
} as const

const sold = goalOf('bought')
export const measuring = graph({ in: step('trigger') }, [], { goals: [sold] })

export const goal = {
  campaignId: 'c1',
  goal: 'sold',
  definition: '{"event":"bought"}',
  status: 'running',
  afterEvent: '',
  total: 3,
  looked: 1,
  found: 1,
  begunAt: t(),
  endedAt: null,
} as const

export const tested: WebhookTested = {
  lead: { externalId: 'ada', attributes: {}, zone: null },
  request: null,
  unsent: { is: 'aborted', reason: "it's so?" },
  answer: null,
  fault: null,
  ms: 0,
  verdict: 'skipped',
  mappings: [],
}

/** Rows for every table. */
export function* seed(): Work<void> {
  yield* installationName('inst-1')
  yield* insertLeads(
    [
      {
        id: 1,
        externalId: 'ada',
        attributes: { email: 'Ada@Example.com', last_name: 'Müller 50%' },
        zone: 'Europe/Berlin',
      },
      { id: 2, externalId: 'Bob-2', attributes: { email: 'bob@example.com', phone: 49_171 }, zone: 'Asia/Seoul' },
      { id: 3, externalId: 'ähm', attributes: { company: 'a_b "c" \u0000' }, zone: null },
      { id: 4, externalId: 'zed', attributes: {}, zone: 'Asia/Seoul' },
    ],
    t(),
  )
  yield* run(
    sql`insert into lead_aliases (external_id, lead_id, merged_at) values ('old-ada', 1, ${t()}), ('Älter-2', 2, ${t()})`,
  )
  yield* insertWebhook('crm', { name: 'Crm', description: "O'Hara?", definition: webhook }, t())
  yield* insertWebhook('abc', { name: 'abc', description: '', definition: naming }, t())
  yield* insertFolder(
    'outer',
    { name: 'Outer', description: '', parent: null, tokens: [{ name: 'x', value: '?' }] },
    t(),
  )
  yield* insertFolder('inner', { name: 'inner', description: '', parent: 'outer', tokens: [] }, t())
  yield* insertFolder('empty', { name: 'Empty', description: '', parent: null, tokens: [] }, t())
  for (const [id, name] of [
    ['c1', 'Welcome'],
    ['c2', 'again'],
    ['c3', 'Draft'],
  ] as const)
    yield* insertCampaign(id, name, drawn, t())
  for (const version of [1, 2]) yield* publish({ campaignId: 'c1', version, graph: drawn, publishedAt: t(version) })
  yield* publish({ campaignId: 'c2', version: 1, graph: drawn, publishedAt: t() })
  yield* setStatus('c2', 'paused', false, t(5))
  yield* moveCampaign('c2', 'inner', t(6))
  yield* insertJourneys([
    journey(1),
    journey(2, { leadId: 2, version: 2, step: 'in', entryKey: 'k-1', isFirst: true }),
    journey(3, { leadId: 1, campaignId: 'c2', entryKey: 'Ä', status: 'finished', endedAt: t(30) }),
    journey(4, { leadId: 3, status: 'exited', endedAt: t(40), plannedAt: t(35) }),
    journey(5, { leadId: 4, campaignId: 'c2' }),
  ])
  yield* insertTouches([
    touch(1, { status: 'reserved' }),
    touch(2),
    touch(3, {
      leadId: 2,
      journeyId: 2,
      terms: { ...touch(0).terms, repeat: 'at-most-once', answers: { ...plain.answers, jitterPercent: 5 } },
    }),
    touch(4),
    touch(5, { leadId: 4, journeyId: 5, campaignId: 'c2', step: 'other' }),
    touch(6, {
      leadId: 4,
      journeyId: 5,
      campaignId: 'c2',
      request: { ...touch(6).request, url: 'https://b.example.com' },
    }),
    touch(7, { leadId: 1, journeyId: 3, campaignId: 'c2' }),
  ])
  yield* settleTouches([
    { id: 2, status: 'received', attempts: 1, settledAt: t(20), lastStatus: 204, cause: null },
    { id: 4, status: 'failed', attempts: 3, settledAt: t(25), lastStatus: 503, cause: 'status 503' },
    { id: 6, status: 'failed', attempts: 1, settledAt: t(26), lastStatus: null, cause: 'timeout' },
    { id: 7, status: 'received', attempts: 1, settledAt: t(27), lastStatus: 200, cause: null },
  ])
  yield* insertAttempts([
    {
      touchId: 2,
      n: 1,
      startedAt: t(10),
      ms: 12.75,
      status: 204,
      outcome: 'received',
      response: { headers: { a: 'b' }, body: '?', cut: false },
    },
    { touchId: 4, n: 1, startedAt: t(11), ms: 0.1, status: 503, outcome: 'status 503', response: null },
    { touchId: 6, n: 1, startedAt: t(12), ms: 30_000, status: null, outcome: 'timeout', response: null },
  ])
  yield* run(
    sql`insert into past_requests (touch_id, through, request, replaced_at) values (4, 1, '{"url":"?"}', ${t()})`,
  )
  yield* insertTasks([
    task(1, { type: 'timer', level: 0, rank: 0 }),
    task(2, { touchId: 1, level: 9 }),
    task(3, { journeyId: 2, heldBy: 'quiet-hours', dueAt: t(100) }),
    task(4, { journeyId: 2, lane: 'host https://b.example.com', rank: t(1), level: 9 }),
    task(5, { journeyId: 5, campaignId: 'c2', lane: 'host https://b.example.com', rank: t(1), level: 2 }),
    task(6, { journeyId: 5, campaignId: 'c2', state: 'parked', touchId: 5 }),
    task(7, { journeyId: 5, campaignId: 'c1', state: 'parked', type: 'timer' }),
    task(8, { journeyId: 1, lane: 'receiver https://b.example.com/x', revision: 2, deferredAt: t(3) }),
    task(9, { journeyId: 5, campaignId: 'c2', heldBy: 'caps', dueAt: t(200) }),
  ])
  yield* insertReask('c1')
  yield* insertReask(null)
  yield* appendJournal([
    {
      journeyId: 1,
      at: t(1),
      notes: [
        { is: 'entered', step: 'in' },
        { is: 'assigned', step: 'ab', variant: 'a', label: 'Ä', bucket: 5, range: [0, 50] },
      ],
    },
    {
      journeyId: 2,
      at: t(2),
      notes: [
        { is: 'entered', step: 'call' },
        { is: 'replied', step: 'call', reply: 'failed', reason: 'it said 503' },
      ],
    },
    { journeyId: 1, at: t(3), notes: [{ is: 'left', step: 'in', port: 'next', to: null }] },
  ])
  yield* insertEvents(
    [
      { event: event('e-1'), leadId: 1 },
      { event: event('E-2', 'bought', t(10)), leadId: 1 },
      { event: event('ë-3', 'Visited', t(5)), leadId: 2 },
      { event: event('e-4', 'bought', t(10)), leadId: 1 },
    ],
    t(60),
  )
  yield* keepNames(['bought', 'gone'])
  yield* insertHistory([{ event: event('e-9', 'Visited', t(1)), leadId: 2 }])
  yield* forgetNames(['gone'])
  yield* addCounts([
    { campaignId: 'c1', version: 1, step: '', what: count.entered, n: 3_000_000_000 },
    { campaignId: 'c1', version: 1, step: '', what: count.finished, n: 1 },
    { campaignId: 'c1', version: 2, step: '', what: count.entered, n: 2 },
    { campaignId: 'c1', version: 2, step: 'ab', what: count.assigned('a'), n: 2 },
    { campaignId: 'c1', version: 2, step: 'ab', what: count.convertedBy('a'), n: 1 },
    { campaignId: 'c1', version: 2, step: '', what: count.ofGoal(1).converted(), n: 1 },
    { campaignId: 'c1', version: 2, step: 'ab', what: count.ofGoal(1).converted('a'), n: 1 },
    { campaignId: 'c1', version: 2, step: 'ab', what: count.ofGoal(1).first('a'), n: 1 },
    { campaignId: 'c2', version: 1, step: '', what: count.entered, n: 4 },
    { campaignId: 'c2', version: 1, step: '', what: count.exited, n: 4 },
  ])
  yield* addCohorts([
    { campaignId: 'c1', version: 0, step: '', what: 'entered', until: t(), n: 3_000_000_000 },
    { campaignId: 'c1', version: 0, step: '', what: 'last-end', until: t(), n: t(2) },
  ])
  yield* insertGoal(goal)
  yield* insertGoal({ ...goal, campaignId: 'c2', status: 'done' })
  yield* insertGoal({ ...goal, goal: sold.id, definition: definitionOf(sold) })
  yield* insertConversions([
    conversion(1),
    conversion(2),
    conversion(3, { journeyId: 3, goal: 2, value: null, currency: null, touchId: null, step: null }),
  ])
  yield* saveExperiment(experiment('c1', 'ab'))
  yield* saveExperiment(experiment('c1', 'Zz'))
  yield* addTurns([{ campaignId: 'c1', step: 'ab', rotation: '50/50', share: 'a', n: 2 }])
  yield* insertList({ id: 'vip', name: 'vip', description: '' }, t())
  yield* insertList({ id: 'aux', name: 'Zusätzlich', description: '?' }, t())
  yield* insertMembers(
    [
      { listId: 'vip', leadId: 1 },
      { listId: 'vip', leadId: 3 },
      { listId: 'aux', leadId: 1 },
    ],
    t(),
  )
  yield* insertAwaited([
    { leadId: 1, event: 'bought', journeyId: 1 },
    { leadId: 2, event: 'Visited', journeyId: 2 },
  ])
  yield* insertInOutbox([
    outboxItem,
    { id: 2, type: 'event', leadId: 2, asker: null, askedAt: t(), event: event('inner-1') },
    { id: 3, type: 'leave', leadId: 2, asker: null, askedAt: t(), campaignId: 'c1', reason: 'goodbye' },
  ])
  yield* insertArrivals([
    { id: 1, campaignId: 'c1', leadId: 1, event: event('a-1'), cameAt: t(), letInAt: null },
    { id: 2, campaignId: 'c1', leadId: 2, event: event('a-2'), cameAt: t(), letInAt: t(2) },
    { id: 3, campaignId: '', leadId: 3, event: event('a-3'), cameAt: t(), letInAt: null },
    { id: 4, campaignId: 'c1', leadId: 3, event: event('a-4'), cameAt: t(), letInAt: t(4) },
  ])
  yield* keepRefusals([
    { campaignId: 'c1', leadId: 1, at: t(1), event: 'bought', because: { why: 'paused' } },
    { campaignId: 'c1', leadId: 1, at: t(1), event: null, because: { why: 'no-key', key: 'order' } },
  ])
  yield* saveVolumes([{ campaign_id: 'c1', per: 'hour', period: 490_000, n: 7 }])
  for (const at of [t(), t(100)]) yield* planRun({ campaignId: 'c1', version: 2, at, wall: at, missed: 1 })
  yield* insertRemoval(removal)
  yield* insertRemoval({ ...removal, why: 'abort', leads: null, step: 'call' })
  yield* insertResending(resending)
  yield* insertMigration(migration)
  yield* insertImport(anImport('i-1'))
  yield* insertImport(anImport('I-2', { status: 'done', endedAt: t(2), begunAt: t(1) }))
  yield* insertImport(anImport('i-3', { status: 'failed', error: 'no "id"?', endedAt: t(900), begunAt: t(1) }))
  yield* putReceivers([
    receiver('https://b.example.com/x', { off: { at: t(9), by: 'failures' } }),
    receiver('https://A.example.com'),
  ])
  yield* insertAlert(
    { campaign_id: 'c1', step: 'call', calls: 10, failed: 9, minutes: 15, percent: 50, receiver: null, reached: null },
    t(),
  )
  yield* insertAlert(
    {
      campaign_id: 'c1',
      step: 'call',
      calls: 10,
      failed: 10,
      minutes: 9,
      percent: 50,
      receiver: 'https://b.example.com/x',
      reached: 80,
    },
    t(),
  )
  yield* putHost({ host: 'https://b.example.com', connections: 2, rate: { most: 5, per: 'second' } })
  yield* putHost({ host: 'https://A.example.com', connections: null, rate: null })
  yield* putField({ name: 'score', type: 'integer', label: 'Score?', description: '' }, t())
  yield* putField({ name: 'Älter', type: 'text', label: '', description: '' }, t())
  yield* setOnlyKnownFields(true)
  yield* putSecret({
    name: 'key',
    kind: 'text',
    ciphertext: 'x',
    createdAt: t(),
    updatedAt: t(),
    usedAt: null,
    hosts: ['b.example.com'],
  })
  yield* putSecret({
    name: 'Sign',
    kind: 'signing',
    ciphertext: 'y',
    createdAt: t(),
    updatedAt: t(),
    usedAt: null,
    hosts: ['b.example.com'],
  })
  yield* saveDraft('c3', 'Draft, again', drawn, t(8))
  yield* insertTestSend({ at: t(), leadId: 1, campaignId: 'c1', step: 'call', result: tested })
  yield* insertTestSend({ at: t(9), leadId: null, campaignId: 'c1', step: '', result: tested })
  yield* endSession('s-1', t(50))
  yield* run(sql`insert into purge_later (touch_id) values (4), (1)`)
  yield* resendTouches([resent(6)])
  yield* insertSubscription(subscription('crm'))
  yield* insertSubscription(subscription('Äb', { state: 'on', position: 2, failures: 3, nextAt: t(5), keyTaken: true }))
  yield* insertNotices([1, 2, 3].map(seq => notice(seq)))
  yield* putDeliveries([
    delivery(8),
    delivery(9, { subscriptionId: 'Äb', state: 'waiting', settledAt: null, isReplay: true }),
  ])
  yield* putReplays([replay('Äb')])
  yield* insertAttempts([
    { touchId: 9, n: 1, startedAt: t(12), ms: 5, status: 503, outcome: 'status 503', response: null },
  ])
}

/** A listener outside, which hears little. */
export function subscription(id: string, more: Partial<StoredSubscription> = {}): StoredSubscription {
  const definition = subscriptionSchema.parse({
    name: "it's?",
    target: 'https://b.example.com/x',
    events: ['lead.created'],
  })
  const made = { id, definition, madeBy: 'hand', revision: 1, createdAt: t(), updatedAt: t(), keyTaken: false } as const
  return { ...newStanding, ...made, ...more }
}

export function notice(seq: number): StoredNotice {
  const about = { leadId: seq, subject: 'Zürich?', campaignId: seq === 1 ? null : 'c1' }
  const data = { "it's": '"?"' }
  return { seq, id: `evt_${seq}`, kind: 'lead.created', at: t(seq), ...about, data, full: seq === 2 ? data : null }
}

export function delivery(id: number, more: Partial<Delivery> = {}): Delivery {
  const range = { firstSeq: 1, lastSeq: 2, events: 2, revision: 1, attempts: 1 }
  const ended = { state: 'delivered', begunAt: t(9), settledAt: t(10), isReplay: false } as const
  return { id, subscriptionId: 'crm', webhookId: `del_${id}`, ...range, ...ended, ...more }
}

export function replay(subscriptionId: string, more: Partial<Replay> = {}): Replay {
  const asked = { from: t(1), until: null, since: null, event: "it's?", kinds: ['lead.created'] }
  const place = {
    firstSeq: 1,
    lastSeq: 3,
    position: 2,
    told: 2,
    state: 'running',
    begunAt: t(9),
    endedAt: null,
  } as const
  return { subscriptionId, asked, ...place, ...more }
}

/** A dead letter that goes out again. */
export function resent(id: number): ResentTouch {
  return { id, resent: { at: t(70), after: 1, sendNow: true, from: 'failed' }, request: touch(60).request }
}

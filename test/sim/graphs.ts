import { defaultSettings, type Graph, type Settings, type Step } from '#shared/graph/schema'
import type { AfterPause } from '#shared/rules/after-pause'
import { type Cap, plainCap } from '#shared/rules/caps'
import { always, type Condition, type Rule } from '#shared/rules/conditions'
import { plainDelivery } from '#shared/rules/delivery'
import { type Entrance, openEntrance } from '#shared/rules/entrance'
import { type Exits, type ExitWay, noExits } from '#shared/rules/exits/index'
import { type Goal, newGoal } from '#shared/rules/goals'
import { checkQuiet, type QuietChoice, type QuietHours } from '#shared/rules/quiet'
import type { WayIn } from '#shared/rules/ways-in/index'
import { plainWebhook, type Webhook } from '#shared/rules/webhook'
import type { Dice } from '#shared/simulate/chance'
import { kindOf } from '#shared/steps/index'
import { onceAtLaunch, type Schedule } from '#shared/time/schedule'
import { spanUnits, writeSpan } from '#shared/time/span'

/** A step as tests write one: its kind, and what of its example config is different here. */
export function step(kind: string, config: Record<string, unknown> = {}, name = ''): Step {
  const { version, example, migrations } = kindOf(kind)
  const position = { x: 0, y: 0 }
  // A way in may be written in the short form of the first version: one event, one instant.
  const isShort = (kind === 'trigger' && 'event' in config) || (kind === 'batch' && 'at' in config)
  if (isShort) return { kind, version, name, position, config: migrations.reduce((c, { up }) => up(c), config) }
  return { kind, version, name, position, config: { ...example, ...config } }
}

/** A graph from steps and `from -> to` or `from:port -> to` lines. Without a port: by its main way, and whatever else may come of a call by the same. */
export function graph(steps: Record<string, Step>, ways: readonly string[], settings: Partial<Settings> = {}): Graph {
  const drawn = ways.map(way => {
    const [source = '', to = ''] = way.split(' -> ')
    const [from = '', port] = source.split(':')
    return { from, port, to }
  })
  const edges = drawn.flatMap(({ from, port, to }) => {
    if (port !== undefined) return [{ from, port, to }]
    const others = mishapsOf(steps[from]).filter(p => !drawn.some(way => way.from === from && way.port === p))
    return [portOf(steps[from]), ...others].map(p => ({ from, port: p, to }))
  })
  return { hookline: 1, steps, edges, settings: { ...defaultSettings, ...settings } }
}

/** Ports by which a call is left that did not come to its good end. */
function mishapsOf(from: Step | undefined): readonly string[] {
  return (from && kindOf(from.kind).migrations.flatMap(({ ways = {} }) => Object.keys(ways))) ?? []
}

function portOf(from: Step | undefined): string {
  return (from && kindOf(from.kind).ports(from.config)[0]?.id) ?? 'next'
}

export const anybody = { match: 'all', rules: [] } as const

/** A webhook step's config that posts to this path of the test host; `more` goes into its request, `rest` beside it. */
export function posts(
  path: string,
  more: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  const { example } = kindOf('call-webhook')
  const request = { ...(example['request'] as object), url: `https://hooks.example.com/${path}`, ...more }
  const delivery = { ...plainDelivery, ...(rest['delivery'] as object) }
  return { request, ...rest, delivery }
}

/** A cap of all campaigns over calendar dates; `more` says what is different. */
export function capOf(most: number, amount: number, unit: Cap['unit'], more: Partial<Cap> = {}): Cap {
  return { ...plainCap, name: '', most, amount, unit, ...more }
}

// Random campaigns

export const zones = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Seoul',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/St_Johns',
  'Pacific/Apia',
]
export const eventNames = ['signed_up', 'bought', 'visited']
export const lists = ['vip', 'cold']
export const tags = ['promo/spring', 'promo/autumn', 'news']
/** The second lies in the first. */
export const folders = ['outer', 'inner']
export const webhooks = ['crm', 'mailer']
export const countries = ['India', 'Brazil', 'Korea']

/** A goal as the editor makes one: from the entry on, once, without a value, unless said otherwise. */
export function goalOf(event: string, within = 'P1D', more: Partial<Goal> = {}): Goal {
  return { ...newGoal([]), name: event, event, within, ...more }
}

/**
 * A random tree of steps under a trigger (or, now and then, an audience), with random settings. Always launchable. `asked`: leads are let in
 * when another campaign requests them.
 */
export function randomGraph(dice: Dice, { asked = false } = {}): Graph {
  const isBatch = !asked && dice.happens(0.15)
  const steps: Record<string, Step> = {}
  const ways: string[] = []
  const entry = isBatch
    ? step('batch', { audience: condition(dice), schedule: randomSchedule(dice), most: dice.oneOf([null, null, 3]) })
    : step('trigger', { ways: randomWays(dice, asked) })
  steps['entry'] = entry
  grow('entry', 0)
  return graph(steps, ways, withGoal(steps, randomSettings(dice, isBatch)))

  function grow(from: string, depth: number): void {
    const source = steps[from]
    if (source === undefined || depth > 6) return
    for (const port of kindOf(source.kind).ports(source.config)) {
      if (depth > 0 && dice.happens(0.25)) continue
      const id = `s${Object.keys(steps).length}`
      if (Object.keys(steps).length >= 14) return
      steps[id] = randomStep(dice, isBatch)
      ways.push(`${from}:${port.id} -> ${id}`)
      grow(id, depth + 1)
    }
  }
}

/** Where something is decided by conversions, there is a goal. */
function withGoal(steps: Record<string, Step>, settings: Partial<Settings>): Partial<Settings> {
  const decides = Object.values(steps).some(({ kind, config }) => {
    const decide = kindOf(kind).experiment?.(config).decide.as ?? 'keep'
    return decide !== 'keep'
  })
  return decides ? { ...settings, goals: settings.goals?.length ? settings.goals : [goalOf('bought')] } : settings
}

const makers: Record<string, (dice: Dice) => Record<string, unknown>> = {
  filter: dice => ({ condition: condition(dice) }),
  delay: dice => ({
    wait: dice.oneOf(['PT30S', 'PT5M', 'PT1H', 'PT9H', 'P1D', 'P2DT3H', 'P1W']),
    after: dice.oneOf(['go-on', 'go-on', 'land']),
    weekdays: dice.oneOf([[], [1, 2, 3, 4, 5], [6]]),
    time: dice.oneOf(['00:00', '02:30', '09:00']),
  }),
  'wait-until': dice => {
    const config = {
      until: dice.oneOf(['date', 'weekday', 'days', 'field']),
      // Around the clock changes that the runs begin before, one that is over, one that is too far.
      date: dice.oneOf([
        '2026-01-31T23:59',
        '2026-03-08T02:30',
        '2026-03-29T02:30',
        '2026-07-02T09:00',
        '2026-10-25T02:30',
        '2099-01-01T00:00',
      ]),
      weekdays: dice.oneOf([[], [1, 2, 3, 4, 5], [6, 7], [7]]),
      days: dice.below(4),
      field: dice.oneOf(['lead.renewal', 'lead.renewal', 'lead.country', 'lead.unknown', 'event.amount']),
      offset: dice.oneOf([0, 0, -3, 5]),
      repeats: dice.oneOf(['never', 'yearly']),
      time: dice.oneOf(['00:00', '02:30', '09:00', '23:30']),
      zone: dice.oneOf(['lead', 'campaign']),
      whenPassed: dice.oneOf(['go-on', 'port', 'exit']),
    }
    // No draw of its own, so that seeds of the past still draw what they drew.
    return { ...config, whenUnread: config.whenPassed === 'port' ? 'port' : 'fail' }
  },
  variants: dice => ({
    ...dice.oneOf([
      { variants: split(50, 50), control: 0 },
      { variants: split(30, 30), control: 40 },
      { variants: split(90, 10), control: 0 },
    ]),
    ...dice.oneOf([
      { draw: 'sticky' },
      { draw: 'each-entry' },
      { draw: 'rotation' },
      { draw: 'each-entry', decide: { as: 'bandit' } },
      { draw: 'sticky', decide: { as: 'bandit' } },
      { draw: 'rotation', decide: { as: 'winner', leads: null, time: null, ifNone: 'go-on' } },
      { draw: 'sticky', decide: { as: 'winner', leads: 2, time: 'P1D', ifNone: 'keep-mix' } },
    ]),
  }),
  'call-webhook': dice => randomCall(dice),
  'update-lead': dice => ({
    changes: [
      { field: 'score', do: 'add', value: dice.below(5) },
      { field: 'seen', do: 'set', value: '{{ event.name }}' },
      { field: 'all_seen', do: dice.oneOf(['append', 'remove']), value: '{{ event.name }}' },
    ],
  }),
  'audience-paths': dice => ({
    groups: ['a', 'b', 'c']
      .slice(0, 1 + dice.below(3))
      .map(id => ({ id, label: id.toUpperCase(), condition: condition(dice) })),
  }),
  'wait-for-event': dice => ({
    branches: ['a', 'b', 'c'].slice(0, 1 + dice.below(3)).map(id => ({
      id,
      label: id.toUpperCase(),
      event: dice.oneOf([...eventNames, 'echo']),
      where: dice.happens(0.4) ? condition(dice) : anybody,
      same: dice.happens(0.3) ? [{ property: 'amount', as: dice.oneOf(['entry.amount', 'lead.score']) }] : [],
    })),
    window: dice.oneOf(['PT30S', 'PT1H', 'P1D', 'P31D']),
    pick: dice.oneOf(['first', 'ranked']),
  }),
  score: dice => ({
    field: dice.oneOf(['score', 'score', 'country']),
    by: dice.below(20) - 10 || 1,
    limits: dice.oneOf(['none', 'between']),
  }),
  'add-to-list': dice => ({ list: { id: dice.oneOf(lists), name: '' } }),
  'remove-from-list': dice => ({ list: { id: dice.oneOf(lists), name: '' } }),
  // "echo" lets nobody in but is waited for; the others set campaigns off, in chains that end.
  'emit-event': dice => ({ event: dice.oneOf(['echo', 'echo', 'visited']), properties: [] }),
  'request-campaign': () => ({ campaign: { id: 'asked', name: '' }, properties: [] }),
  'execute-campaign': dice => ({
    campaign: { id: 'executed', name: '' },
    tokens: dice.oneOf(['parent', 'own']),
    properties: [],
  }),
  'remove-from-campaign': dice => ({ campaign: { id: dice.oneOf(['asked', 'c0']), name: '' }, reason: '' }),
  exit: dice => ({ as: dice.oneOf(['finished', 'exited']), reason: '' }),
}

/** What others execute: some steps in a row that wait for nothing, behind entry rules of its own. */
export function randomExecuted(dice: Dice): Graph {
  const kinds = ['filter', 'variants', 'update-lead', 'score', 'add-to-list', 'emit-event', 'request-campaign']
  const where = dice.happens(0.3) ? condition(dice) : anybody
  const steps: Record<string, Step> = { entry: step('trigger', { ways: [{ on: 'executed', where }] }) }
  const ways: string[] = []
  for (let n = 0; n < 1 + dice.below(4); n++) {
    const kind = dice.oneOf(kinds)
    steps[`s${n}`] = step(kind, makers[kind]?.(dice))
    ways.push(`${n === 0 ? 'entry' : `s${n - 1}`} -> s${n}`)
  }
  const settings = randomSettings(dice, false)
  const entrance = { ...(settings.entrance ?? openEntrance), key: '', perMinute: null }
  return graph(steps, ways, withGoal(steps, { ...settings, entrance }))
}

/** Everybody, every day at one time, and once a day each: whoever is in time is let in by every run. */
export function randomDaily(dice: Dice): Graph {
  const rule = `FREQ=DAILY;COUNT=9;BYHOUR=${dice.oneOf([2, 9, 12])};BYMINUTE=0`
  const clock = dice.oneOf(['campaign', 'lead'] as const)
  const schedule: Schedule = { ...onceAtLaunch, repeats: 'rule', rule, clock, ends: '2027-01-20' }
  const steps = { entry: step('batch', { audience: anybody, schedule, most: null }), s0: step('exit') }
  const entry = { rule: 'once-per-period', period: dice.oneOf(['P1D', 'PT24H']), counted: 'entry' } as const
  return graph(steps, ['entry -> s0'], { entry, zone: dice.oneOf(zones) })
}

/** Everybody who signs up is called at once, every time. */
export function randomRush(dice: Dice): Graph {
  const steps = { entry: step('trigger', { event: 'signed_up', where: anybody }), s0: step('call-webhook', posts('a')) }
  const entrance = { ...bounded, limits: { ...bounded.limits, lifetime: 60 } }
  return graph(steps, ['entry -> s0'], { entry: { rule: 'every-time' }, entrance, priority: 1 + dice.below(9) })
}

/** A third takes parts from a webhook of the library. Then that says how often it may be sent, and the step has no way out for what is uncertain. */
function randomCall(dice: Dice): Record<string, unknown> {
  const call = randomOwnCall(dice)
  if (dice.happens(0.67)) return call
  const own = dice.oneOf([[], ['request'], ['delivery']])
  const repeat = own.includes('delivery') ? {} : { repeat: 'at-least-once' }
  return { ...call, webhook: dice.oneOf(webhooks), own, delivery: { ...(call['delivery'] as object), ...repeat } }
}

function randomOwnCall(dice: Dice): Record<string, unknown> {
  return posts(
    dice.oneOf(['a', 'b', 'c', 'c/{{ lead.external_id }}']),
    {
      body: {
        as: 'pairs',
        pairs: [
          { key: 'who', value: '{{ lead.external_id }}' },
          { key: 'score', value: '{{ lead.score }}' },
        ],
      },
    },
    {
      profile: dice.oneOf(['hookline', 'hookline', 'braze', 'marketo']),
      delivery: {
        retry: dice.oneOf(['none', 'brief', 'prompt', 'standard', null, null] as const),
        again: dice.oneOf([null, null, ['4xx', '5xx'], ['no-answer', '503']]),
        retryAfter: dice.oneOf([null, null, false]),
        emptyAnswer: dice.oneOf([null, 'noted'] as const),
        totalHours: dice.oneOf([null, null, 1, 12]),
        repeat: dice.oneOf(['at-least-once', 'at-least-once', 'at-most-once'] as const),
      },
      caps: dice.oneOf(['obey', 'obey', 'obey', 'ignore']),
      quietHours: randomChoice(dice),
    },
  )
}

/** A webhook of the library. */
export function randomWebhook(dice: Dice): Webhook {
  const { request, delivery } = randomOwnCall(dice) as unknown as Webhook
  return { ...plainWebhook, request, delivery }
}

/** The graph with other settings in one of its steps, and the ways out of it that they leave. */
export function changedAt(graph: Graph, id: string, dice: Dice): Graph {
  const before = graph.steps[id]
  if (before === undefined) return graph
  const after = step(before.kind, randomConfig(before.kind, dice), before.name)
  const ports = kindOf(after.kind).ports(after.config)
  const edges = graph.edges.filter(edge => edge.from !== id || ports.some(port => port.id === edge.port))
  const steps = { ...graph.steps, [id]: after }
  return { ...graph, steps, edges, settings: { ...graph.settings, ...withGoal(steps, graph.settings) } }
}

function randomConfig(kind: string, dice: Dice): Record<string, unknown> {
  return makers[kind]?.(dice) ?? {}
}

function randomStep(dice: Dice, isBatch: boolean): Step {
  const kinds = Object.keys(makers).filter(kind => !isBatch || kindOf(kind).allowedIn.includes('batch'))
  // Most of what can go wrong goes wrong around a send.
  const weighted = [
    ...kinds,
    ...kinds.filter(k => k === 'delay'),
    ...Array.from({ length: 6 }, () => kinds.filter(k => k === 'call-webhook')).flat(),
  ]
  const kind = dice.oneOf(weighted)
  return step(kind, makers[kind]?.(dice))
}

/** `asked`: requests are among them. */
function randomWays(dice: Dice, asked: boolean): readonly WayIn[] {
  const requested: WayIn = { on: 'requested', where: anybody as unknown as WayIn['where'] }
  return [...(asked ? [requested] : []), ...Array.from({ length: 1 + dice.below(3) }, () => randomWay(dice))]
}

function randomWay(dice: Dice): WayIn {
  const where = (dice.happens(0.3) ? condition(dice) : anybody) as WayIn['where']
  const event: WayIn = { on: 'event', event: dice.oneOf(eventNames), where }
  return dice.oneOf<WayIn>([
    event,
    event,
    event,
    { on: 'attribute', attribute: dice.oneOf(['score', 'country', 'crm_id', 'seen']), where },
    {
      on: 'webhook',
      campaign: dice.oneOf(['', 'c0']),
      step: '',
      outcome: dice.oneOf(['any', 'received', 'failed']),
      status: dice.oneOf(['', '4xx', '200']),
      contains: '',
      where,
    },
    { on: 'conversion', campaign: dice.oneOf(['', 'c0', 'c1']), where },
    { on: 'list', list: { id: dice.oneOf(lists), name: '' }, did: dice.oneOf(['added', 'removed']), where },
    { on: 'api', where },
    { on: 'requested', where },
  ])
}

/** Ends by itself within some weeks, so that a run of the simulator does. */
function randomSchedule(dice: Dice): Schedule {
  return {
    ...onceAtLaunch,
    repeats: dice.oneOf(['once', 'daily', 'weekly', 'monthly', 'rule']),
    every: 3 + dice.below(20),
    weekdays: dice.oneOf([[1], [1, 3, 7]]),
    monthday: dice.oneOf([1, 31, -1]),
    time: dice.oneOf(['00:00', '02:30', '09:00', '23:45']),
    rule: dice.oneOf(['FREQ=DAILY;COUNT=9;BYHOUR=2;BYMINUTE=0,30', 'FREQ=MONTHLY;BYDAY=-1SU;BYHOUR=2;COUNT=3']),
    ends: '2027-01-20',
    clock: dice.oneOf(['campaign', 'lead']),
  }
}

/**
 * A campaign that its own webhooks set off enters leads by its ways out to the power of five, where chains end: as many as 17,000, which say nothing new and take half
 * an hour to judge.
 */
const MOST_ENTRIES = 300
const bounded: Entrance = { ...openEntrance, limits: { ...openEntrance.limits, lifetime: MOST_ENTRIES } }

function randomEntrance(dice: Dice, isBatch: boolean): Entrance {
  return {
    ...openEntrance,
    audience: dice.happens(0.2) ? (condition(dice) as Entrance['audience']) : openEntrance.audience,
    until: dice.happens(0.1) ? '2026-11-01T00:00:00Z' : '',
    parallel: dice.oneOf(['allowed', 'allowed', 'one-at-a-time']),
    key: !isBatch && dice.happens(0.2) ? 'event.amount' : '',
    limits: {
      hour: dice.oneOf([null, null, 2]),
      day: dice.oneOf([null, null, 3]),
      lifetime: dice.oneOf([MOST_ENTRIES, MOST_ENTRIES, 9]),
      run: dice.oneOf([null, null, 2]),
    },
    perMinute: dice.oneOf([null, 2]),
  }
}

function randomSettings(dice: Dice, isBatch: boolean): Partial<Settings> {
  const caps = randomCaps(dice, 3)
  return {
    entry: dice.oneOf([
      { rule: 'once' },
      { rule: 'once', counted: 'receipt' },
      { rule: 'every-time' },
      { rule: 'every-time' },
      { rule: 'once-per-period', period: 'P1D', counted: dice.oneOf(['entry', 'receipt'] as const) },
      // An event that is told two hours late may lie within it, or before it.
      { rule: 'once-per-period', period: dice.oneOf(['PT3H', 'PT150M']), counted: 'entry' },
    ]),
    entrance: dice.happens(0.5) ? randomEntrance(dice, isBatch) : bounded,
    zone: dice.oneOf(zones),
    quietHours: dice.happens(0.6) ? randomQuiet(dice) : null,
    caps,
    capped: dice.oneOf(['obeys', 'obeys', 'obeys', 'ignores', 'ignores-but-counts']),
    whenCapped: dice.oneOf(['skip', 'defer', 'exit']),
    deferAtMost: dice.oneOf(['PT10M', 'P1D', 'P10D']),
    priority: 1 + dice.below(9),
    tags: tags.filter(() => dice.happens(0.3)),
    rate: dice.oneOf([null, null, { most: 1, per: 'minute' as const }, { most: 2, per: 'second' as const }]),
    exits: dice.happens(0.4) ? randomExits(dice) : noExits,
    afterPause: randomAfterPause(dice),
    goals: randomGoals(dice),
  }
}

/** Fewer than `below` rules, of every sort. */
export function randomCaps(dice: Dice, below: number): Cap[] {
  return Array.from({ length: dice.below(below) }, () => ({
    name: '',
    most: 1 + dice.below(3),
    ...dice.oneOf([
      { amount: 30, unit: 'minutes' as const },
      { amount: 1, unit: 'days' as const },
      { amount: 3, unit: 'days' as const },
      { amount: 1, unit: 'weeks' as const },
    ]),
    window: dice.oneOf(['calendar', 'rolling']),
    of: dice.oneOf([
      { what: 'all' },
      { what: 'all' },
      { what: 'tag', tag: dice.oneOf([...tags, 'promo']) },
      { what: 'folder', folder: dice.oneOf(folders) },
    ]),
    counts: dice.oneOf(['received', 'attempted']),
  }))
}

function randomExits(dice: Dice): Exits {
  const reason = ''
  const where = condition(dice) as Extract<ExitWay, { on: 'condition' }>['where']
  const ways = Array.from({ length: 1 + dice.below(3) }, () =>
    dice.oneOf<ExitWay>([
      { on: 'event', event: dice.oneOf(eventNames), where: anybody as unknown as typeof where, reason },
      { on: 'event', event: dice.oneOf([...eventNames, 'echo']), where, reason },
      { on: 'condition', where, reason },
      { on: 'unsubscribed', attribute: 'unsubscribed', reason },
      { on: 'no-longer-qualifies', reason },
    ]),
  )
  return { ways, when: dice.oneOf(['at-once', 'end-of-step']) }
}

function randomAfterPause(dice: Dice): AfterPause {
  return dice.oneOf<AfterPause>([
    { late: 'always' },
    { late: 'within', within: dice.oneOf(['PT0M', 'PT1H', 'P1D']), otherwise: dice.oneOf(['go-on', 'exit']) },
  ])
}

/** Conditions ask what stays as it is: properties, and an attribute that nobody changes. */
function randomGoals(dice: Dice): Goal[] {
  const count = dice.oneOf([0, 0, 1, 1, 2, 4])
  return Array.from({ length: count }, (_, i) =>
    goalOf(dice.oneOf(eventNames), dice.oneOf(['PT5M', 'P1D', 'P30D']), {
      // Few ids, so that versions share some and change others.
      id: `goal-${i}`,
      where: dice.oneOf([
        always,
        { match: 'all', rules: [{ field: 'event.amount', op: 'at-least', value: 30 + dice.below(40) }] },
      ]),
      from: dice.oneOf(['entry', 'entry', 'last-touch']),
      counts: dice.oneOf(['once', 'every']),
      value: dice.oneOf([
        null,
        { property: 'amount', currency: { is: 'fixed', code: 'EUR' } },
        { property: 'amount', currency: { is: 'property', property: 'currency' } },
      ]),
    }),
  )
}

const everyDay = [1, 2, 3, 4, 5, 6, 7]

/** Some windows (over midnight, in the hours that clocks skip and show twice, whole days) and holidays; however many levels, some of each week is open. */
function randomQuiet(dice: Dice): QuietHours {
  const window = () =>
    dice.oneOf([
      { days: everyDay, start: '22:00', end: '08:00' },
      { days: everyDay, start: '00:00', end: '06:30' },
      { days: everyDay, start: '12:00', end: '13:00' },
      { days: everyDay, start: '02:00', end: '02:30' },
      { days: [6, 7], start: '00:00', end: '24:00' },
      { days: [5], start: '18:00', end: '24:00' },
      { days: [7, 1], start: '23:30', end: '01:15' },
    ])
  return {
    windows: Array.from({ length: 1 + dice.below(3) }, window),
    // The clock changes of some zones, and days of which there is nothing special to say.
    holidays: dice.oneOf([[], [], ['2026-03-08', '2026-03-29'], ['2026-07-04', '2026-10-25', '2026-10-26']]),
    whenQuiet: dice.oneOf(['wait', 'wait', 'skip', 'exit']),
    spread: dice.oneOf([null, null, 'PT30M', 'PT4H']),
  }
}

/** For the whole account: none now and then, and none that would be refused there. */
export function randomAccountQuiet(dice: Dice): QuietHours | null {
  const quiet = dice.happens(0.7) ? randomQuiet(dice) : null
  return quiet === null || checkQuiet(quiet, '', 'account').length > 0 ? null : quiet
}

function randomChoice(dice: Dice): QuietChoice {
  const as = dice.oneOf(['campaign', 'campaign', 'none', 'own'] as const)
  return as === 'own' ? { as, policy: randomQuiet(dice) } : { as }
}

/** One rule mostly, some now and then, and groups in groups. */
function condition(dice: Dice, depth = 0): Condition {
  const rules = Array.from({ length: dice.oneOf([1, 1, 1, 2, 3]) }, () =>
    depth < 2 && dice.happens(0.15) ? condition(dice, depth + 1) : rule(dice),
  )
  return { match: dice.oneOf(['all', 'any', 'any', 'none']), rules }
}

function rule(dice: Dice): Rule {
  return dice.oneOf<Rule>([
    { field: 'lead.country', op: 'is', value: dice.oneOf(countries) },
    { field: 'lead.country', op: 'is-not', value: dice.oneOf(countries) },
    { field: 'lead.country', op: 'none-of', value: countries.slice(1) },
    { field: 'lead.country', op: 'matches', value: dice.oneOf(['^(in|br)', 'a$', '(a+)+$']) },
    { field: 'lead.score', op: 'at-least', value: dice.below(10) },
    { field: 'lead.score', op: 'between', value: [dice.below(4), 4 + dice.below(4)] },
    { field: 'lead.crm_id', op: 'exists' },
    { field: 'lead.all_seen', op: 'contains-any', value: ['bought', 'echo'] },
    { field: 'lead.renewal', op: dice.oneOf(['in-last', 'in-next', 'longer-ago'] as const), value: span(dice) },
    { field: 'lead.renewal', op: 'anniversary' },
    { list: { id: dice.oneOf(lists), name: '' }, is: dice.oneOf(['on', 'off']) },
    did(dice),
    did(dice),
  ])
}

function did(dice: Dice): Rule {
  return {
    did: dice.oneOf([...eventNames, 'echo']),
    times: { op: dice.oneOf(['at-least', 'at-most', 'exactly']), n: 1 + dice.below(3) },
    within: dice.oneOf([null, 'PT1H', 'PT2H', 'P1D', 'P30D']),
    where: dice.happens(0.3)
      ? { match: 'all', rules: [{ field: 'event.amount', op: 'at-most', value: dice.below(100) }] }
      : anybody,
  }
}

function split(a: number, b: number) {
  return [
    { id: 'a', label: 'A', weight: a },
    { id: 'b', label: 'B', weight: b },
  ]
}

/** How far from now: in days as a number, as conditions from before other units have it, or in any unit. */
function span(dice: Dice): number | string {
  const amount = dice.below(90)
  return dice.happens(0.3) ? amount : writeSpan({ amount: amount + 1, unit: dice.oneOf([...spanUnits]) })
}

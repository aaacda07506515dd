import { describe, expect, it } from 'vitest'
import { explainGate } from '#shared/explain/gate'
import { type Cap, type Capping, type CapTerms, plainCap } from '#shared/rules/caps'
import type { GateAsk, Verdict } from '#shared/rules/gates/gate'
import { askGates, gates, sayGate } from '#shared/rules/gates/index'
import { night, type QuietHours } from '#shared/rules/quiet'
import { levelsOf, type QuietLevel, sayLevels } from '#shared/rules/quiet-levels'

const at = (iso: string) => Date.parse(iso)
const plain: CapTerms = { tags: [], folders: [], capped: 'obeys', priority: 5 }

function cappingOf(caps: readonly Cap[]): Capping {
  const rules = caps.map(cap => ({ cap, level: 'campaign' as const, name: '' }))
  return { rules, standing: plain, ignoredBy: null, whenCapped: 'skip', deferAtMost: 'P7D' }
}

function quietFacts(levels: readonly QuietLevel[]) {
  return levels.length === 0 ? null : { levels, said: sayLevels(levels), campaign: 'welcome', step: 'call' }
}

function ask({
  now = '2026-05-04T12:00:00Z',
  zone = 'UTC',
  touches = [] as string[],
  retry = false,
  host = null,
  caps = [],
  late = null,
  quietHours = null,
  ...campaign
}: Partial<GateAsk['campaign']> & {
  quietHours?: QuietHours | null
  now?: string
  zone?: string
  touches?: string[]
  caps?: readonly Cap[]
  retry?: boolean
  host?: GateAsk['host']
  late?: GateAsk['late']
} = {}): GateAsk {
  return {
    world: {
      now: at(now),
      lead: { id: 1, externalId: 'ada', attributes: {}, zone },
      zone,
      zoneFrom: 'lead',
      system: { sandbox: '' },
    },
    campaign: {
      mode: 'trigger',
      status: 'live',
      stepAllowed: true,
      quiet: quietFacts(levelsOf(null, quietHours, { as: 'campaign' })),
      capping: cappingOf(caps),
      ...campaign,
    },
    touches: touches.map(each => ({ at: at(each), status: 'received', by: plain })),
    retry,
    host,
    late,
  }
}

const host = {
  name: 'https://a.example',
  off: null,
  health: { is: 'well', until: null, errorRate: 0, samples: 0 },
  rates: [],
} as const
const daily: Cap = { ...plainCap, most: 1, amount: 1, unit: 'days' }

describe('every gate', () => {
  it.each(gates.map(g => [g.name, g] as const))(
    '%s has a name of its own, and passes in silence when there is nothing to ask',
    (name, gate) => {
      expect(gates.filter(g => g.name === name)).toHaveLength(1)
      expect(gate.ask(ask())).toEqual({ is: 'pass' })
    },
  )

  /** A case for each gate in which it does not pass: a gate without one does not compile into this list unseen. */
  const closed: Record<string, GateAsk> = {
    'trigger-only': ask({ mode: 'batch', stepAllowed: false }),
    paused: ask({ status: 'paused' }),
    'after-pause': ask({ late: { dueAt: 0, by: 60_000, within: 0, outcome: 'goes-on' } }),
    'quiet-hours': ask({ quietHours: night, now: '2026-05-04T23:00:00Z' }),
    'switched-off': ask({
      host: {
        ...host,
        off: { receiver: 'https://a.example/x', at: 9, by: 'gone', since: 9, failures: 1, outcome: 'status 410' },
      },
    }),
    'host-health': ask({ host: { ...host, health: { is: 'failing', until: 9, errorRate: 1, samples: 20 } } }),
    'rate-limit': ask({ host: { ...host, rates: [{ of: 'campaign', most: 1, per: 'second', freeAt: 9 }] } }),
    'frequency-cap': ask({ caps: [daily], touches: ['2026-05-04T09:00:00Z'] }),
  }

  it.each(gates.map(g => [g.name, g] as const))(
    '%s says what it saw when it does not pass, and decides',
    (name, gate) => {
      const case_ = closed[name]
      if (case_ === undefined) throw new Error(`write a case in which the gate ${name} is closed`)

      const verdict = gate.ask(case_)

      expect(verdict.is).not.toBe('pass')
      expect(Object.keys(verdict.saw ?? {}).length).toBeGreaterThan(0)
      expect(askGates(case_).at(-1)).toEqual({ gate: name, verdict })
    },
  )

  it.each(gates.map(g => [g.name, g] as const))('%s is called something in lists and in reports', (name, gate) => {
    expect(gates.filter(g => g.title === gate.title || g.by === gate.by)).toHaveLength(1)
    expect(gate.title).toMatch(/^[A-Z]/)
    expect(sayGate(name)).toBe(gate.by)
    expect(gate.by).toMatch(/^[a-z].+[^.]$/)
  })

  /** Gates that have something to say of a pass. The others pass in silence. */
  const open: Record<string, GateAsk> = {
    'quiet-hours': ask({ quietHours: night }),
    'frequency-cap': ask({ caps: [daily] }),
  }

  it.each(gates.map(g => [g.name, g] as const))('%s has a sentence for each verdict, of what it saw', (name, gate) => {
    const stop = gate.ask(closed[name] ?? ask())
    const pass = gate.ask(open[name] ?? ask())
    const said = (verdict: Verdict['is']) => {
      const saw = (verdict === 'pass' ? pass.saw : undefined) ?? stop.saw ?? {}
      const entry = { is: 'gate', step: 'call', gate: name, verdict, until: null, code: null, saw } as const
      return explainGate(entry, { at: at('2026-05-04T12:00:00Z'), zone: 'UTC' })
    }
    const all = (['pass', 'hold', 'skip', 'exit'] as const).map(said)

    expect(pass).toMatchObject({ is: 'pass' })
    expect(new Set(all).size).toBe(4)
    for (const sentence of all) {
      expect(sentence).toMatch(/^[A-Z].{15,}\.$/)
      expect(sentence).not.toMatch(/undefined|NaN|\[object|not known/)
    }
  })

  it.each(gates.map(g => [g.name, g] as const))('%s says what ends a hold that has no instant', (name, gate) => {
    const saw = gate.ask(closed[name] ?? ask()).saw ?? {}
    const held = { is: 'gate', step: 'call', gate: name, verdict: 'hold', until: null, code: null, saw } as const

    expect(explainGate(held, { at: 9, zone: 'UTC' })).toContain(`Held until ${gate.heldUntil ?? 'somebody acts'}: `)
  })
})

describe('quiet hours', () => {
  const table: [string, string, string, Verdict['is'], string | null][] = [
    [
      'hold a webhook until the window ends in the zone of the lead',
      '2026-05-04T14:10:00Z',
      'Asia/Seoul',
      'hold',
      '2026-05-04T23:00:00Z',
    ],
    ['hold what is due at exactly the start', '2026-05-04T22:00:00Z', 'UTC', 'hold', '2026-05-05T08:00:00Z'],
    ['let pass what is due at exactly the end', '2026-05-04T08:00:00Z', 'UTC', 'pass', null],
    ['hold what is due a ms before the end', '2026-05-04T07:59:59.999Z', 'UTC', 'hold', '2026-05-04T08:00:00Z'],
    ['let pass the day', '2026-05-04T12:00:00Z', 'UTC', 'pass', null],
  ]
  it.each(table)('%s', (_, now, zone, is, until) => {
    const verdict = askGates(ask({ quietHours: night, now, zone })).find(a => a.gate === 'quiet-hours')?.verdict

    expect(verdict?.is).toBe(is)
    if (until !== null) expect(verdict).toMatchObject({ until: at(until) })
  })

  it('skip when the campaign says so, but let a call that has begun wait for the morning', () => {
    const skipping = { ...night, whenQuiet: 'skip' } as const

    expect(askGates(ask({ quietHours: skipping, now: '2026-05-04T23:00:00Z' })).at(-1)?.verdict.is).toBe('skip')
    expect(askGates(ask({ quietHours: skipping, now: '2026-05-04T23:00:00Z', retry: true })).at(-1)?.verdict.is).toBe(
      'hold',
    )
  })
})

describe('frequency caps', () => {
  it('count calendar days of the lead: 23:00 yesterday does not count at midnight (braze R21)', () => {
    const midnight = ask({
      caps: [daily],
      touches: ['2026-05-04T14:00:00Z'],
      now: '2026-05-04T15:00:00Z',
      zone: 'Asia/Seoul',
    })

    expect(askGates(midnight).at(-1)?.verdict.is).toBe('pass')
  })

  it('name the rule that is full, and when it is free again', () => {
    const verdict = askGates(ask({ caps: [{ ...daily, name: 'Daily' }], touches: ['2026-05-04T09:00:00Z'] })).at(
      -1,
    )?.verdict

    expect(verdict).toMatchObject({
      is: 'skip',
      saw: { rule: 'Daily', count: 1, most: 1, freeAt: at('2026-05-05T00:00:00Z') },
    })
  })

  it('must all pass: the tightest decides', () => {
    const caps = [
      { ...plainCap, name: 'loose', most: 5 },
      { ...plainCap, name: 'tight', most: 1, amount: 30, unit: 'minutes' as const },
    ]
    const verdict = askGates(ask({ caps, touches: ['2026-05-04T11:45:00Z'] })).at(-1)?.verdict

    expect(verdict).toMatchObject({ is: 'skip', saw: { rule: 'tight' } })
  })

  it('do not stop a retry: its touch was counted when it was reserved', () => {
    expect(askGates(ask({ caps: [daily], touches: ['2026-05-04T09:00:00Z'], retry: true })).at(-1)?.verdict.is).toBe(
      'pass',
    )
  })
})

describe('the trigger-campaign-only rule', () => {
  it('is asked before anything else, and says code 1000', () => {
    const [first, ...rest] = askGates(ask({ mode: 'batch', stepAllowed: false, status: 'paused', quietHours: night }))

    expect(first).toMatchObject({ gate: 'trigger-only', verdict: { is: 'skip', code: 1000 } })
    expect(rest).toEqual([])
  })
})

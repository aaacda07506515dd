import { describe, expect, it } from 'vitest'
import type { EffectType } from '#shared/effects'
import { graphSchema } from '#shared/graph/schema'
import { mayLaunch, validate } from '#shared/graph/validate'
import { advance, prepare, start } from '#shared/journey/journey'
import type { AnyKind } from '#shared/steps/define'
import { stepKinds } from '#shared/steps/index'
import type { Signal, World } from '#shared/world'
import { anybody, graph, posts, step } from '../sim/graphs'

// One suite over every registered step kind: a new kind is looked at the minute it is registered.

const world: World = {
  now: Date.parse('2026-05-04T09:00:00Z'),
  lead: { id: 1, externalId: 'ada', attributes: { country: 'India' }, zone: null },
  zone: 'Europe/Berlin',
  zoneFrom: 'campaign',
  system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' },
}
const event = { id: 'e1', name: 'signed_up', at: world.now, properties: { plan: 'pro' } }
const signals: Signal[] = [
  { type: 'timer' },
  { type: 'event', event },
  { type: 'event', event: { ...event, id: 'e2', name: 'bought', properties: { total: 99 } } },
  { type: 'event', event: { ...event, id: 'e3', name: 'visited' } },
  { type: 'reply', reply: { is: 'received', status: 200, body: '{}', contentType: 'application/json' } },
  { type: 'reply', reply: { is: 'failed', status: 404, reason: 'status 404' } },
  { type: 'reply', reply: { is: 'timed-out', reason: 'no answer' } },
  { type: 'reply', reply: { is: 'skipped', reason: 'capped', gate: 'quiet-hours' } },
  { type: 'reply', reply: { is: 'aborted', reason: 'no address' } },
  { type: 'reply', reply: { is: 'uncertain', reason: 'no answer' } },
  { type: 'executed', qualified: true, reason: 'it finished' },
  { type: 'executed', qualified: false, reason: 'it is paused' },
]

/** A campaign around one step of the kind, with an end behind each of its ports. */
function around(kind: AnyKind, config: Record<string, unknown> = kind.example) {
  const mine = step(kind.kind, config)
  const ends = Object.fromEntries(kind.ports(mine.config).map(port => [`end-${port.id}`, step('exit')]))
  const ways = kind.ports(mine.config).map(port => `it:${port.id} -> end-${port.id}`)
  if (kind.entry !== undefined) return graph({ it: mine, ...ends }, ways)
  const entry = kind.allowedIn.includes('trigger')
    ? step('trigger', { event: 'signed_up', where: anybody })
    : step('batch', { audience: anybody, at: '' })
  return graph({ in: entry, it: mine, ...ends }, ['in -> it', ...ways])
}

/** Where conditions stand in a config, and not the groups inside of them. */
function conditionPaths(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  if ('match' in value && 'rules' in value) return [path]
  return Object.entries(value).flatMap(([key, inner]) => conditionPaths(inner, `${path}.${key}`))
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((here, key) => (here as Record<string, unknown>)[key], value)
}

describe.each(stepKinds.map(kind => [kind.kind, kind] as const))('the step kind %s', (_, kind) => {
  it('has a name of its own, a title, an icon, and a help that says something', () => {
    expect(stepKinds.filter(k => k.kind === kind.kind)).toHaveLength(1)
    expect(kind.kind).toMatch(/^[a-z-]+$/)
    expect(kind.title.length).toBeGreaterThan(2)
    expect(kind.icon).toMatch(/^M[\d.MmLlHhVvCcSsQqTtAaZz ,-]+$/)
    expect(kind.help.length).toBeGreaterThan(60)
    expect(kind.allowedIn.length).toBeGreaterThan(0)
  })

  it('has a field for each key of its config, and no other', () => {
    expect(Object.keys(kind.fields).sort()).toEqual(Object.keys(kind.config.shape).sort())
    for (const field of Object.values(kind.fields)) expect(field.label).not.toBe('')
  })

  it('names every condition of its config, or nothing would be loaded for what they ask', () => {
    const named = kind.conditions?.(kind.example) ?? []

    expect(named.map(({ path }) => path).sort()).toEqual(conditionPaths(kind.example, 'config').sort())
    for (const { condition, path } of named) expect(at({ config: kind.example }, path)).toEqual(condition)
  })

  it('has an example that parses, has no problems, and survives JSON', () => {
    expect(kind.config.parse(kind.example)).toEqual(kind.example)
    expect(JSON.parse(JSON.stringify(kind.example))).toEqual(kind.example)
    expect(kind.check(kind.example)).toEqual([])
  })

  it('starts with a config that parses, even where it is not complete', () => {
    expect(kind.config.parse(kind.fresh)).toEqual(kind.fresh)
    expect(() => kind.check(kind.fresh)).not.toThrow()
    expect(kind.summary(kind.fresh)).not.toBe('')
  })

  it('says in a few words what it does', () => {
    expect(kind.summary(kind.example).length).toBeGreaterThan(2)
    expect(kind.summary(kind.example)).not.toMatch(/undefined|\[object/)
  })

  it('has ports with labels, and falls back only to ports that it has', () => {
    const ports = kind.ports(kind.example)
    expect(new Set(ports.map(p => p.id)).size).toBe(ports.length)
    for (const port of ports) {
      expect(port.label).not.toBe('')
      if (port.fallback !== undefined) expect(ports.map(p => p.id)).toContain(port.fallback)
    }
  })

  it('can be launched in the modes that it allows', () => {
    const drawn = around(kind)

    expect(graphSchema.parse(JSON.parse(JSON.stringify(drawn)))).toEqual(drawn)
    expect(mayLaunch(validate(drawn))).toBe(true)
  })

  it('either goes on at once, or leaves something pending that it hears', () => {
    const moved = start(prepare(around(kind), 'c'), world, event)
    if (moved.ended !== null) return

    expect(moved.step).toBe('it')
    const pending: EffectType[] = ['timer.set', 'webhook.call', 'campaign.execute']
    expect(moved.effects.filter(e => pending.includes(e.type))).toHaveLength(1)
    expect(Object.keys(kind.behave.on ?? {})).not.toHaveLength(0)
  })

  it('is left by some signal, to a step behind one of its ports, with what was pending cleared', () => {
    const compiled = prepare(around(kind), 'c')
    const waiting = start(compiled, world, event)
    if (waiting.ended !== null) return

    const moved = signals
      .map(signal => advance(compiled, waiting, world, signal))
      .filter(m => m !== undefined && m.step !== 'it')
    expect(moved.length).toBeGreaterThan(0)
    for (const m of moved) {
      expect(m?.effects.some(e => e.type === 'tasks.clear' && e.step === 'it')).toBe(true)
      expect(m?.step).toMatch(/^end-/)
    }
  })

  it('decides the same when it is asked twice (law 9)', () => {
    const compiled = prepare(around(kind), 'c')

    expect(JSON.stringify(start(compiled, world, event))).toBe(JSON.stringify(start(compiled, world, event)))
  })

  it('has a migration for each version after the first', () => {
    expect(kind.migrations.map(m => m.to)).toEqual(Array.from({ length: kind.version - 1 }, (_, i) => i + 2))
  })
})

describe('ports', () => {
  it('are all reachable: some answer leaves by each of them', () => {
    const reached = new Set<string>()
    for (const kind of stepKinds)
      for (const config of [kind.example, ...variantsOf(kind.kind)])
        for (let n = 0; n < 40; n++) {
          const compiled = prepare(around(kind, config), 'c')
          const lead = { ...world.lead, externalId: `lead-${n}`, attributes: people[n % people.length] ?? {} }
          const moved = start(compiled, { ...world, lead }, event)
          const all = [
            moved,
            ...signals.map(signal => (moved.ended === null ? advance(compiled, moved, world, signal) : undefined)),
          ]
          for (const m of all)
            for (const note of m?.notes ?? [])
              if (note.is === 'left' && note.step === 'it') reached.add(`${kind.kind}:${note.port}`)
        }

    const expected = stepKinds.flatMap(kind => kind.ports(kind.example).map(port => `${kind.kind}:${port.id}`))
    expect(expected.filter(port => !reached.has(port))).toEqual([])
  })
})

/** Who goes every way of every example. */
const people = [{ country: 'India' }, {}, { spent: 120 }]

function variantsOf(kind: string): Record<string, unknown>[] {
  return kind === 'call-webhook' ? [posts('a')] : []
}

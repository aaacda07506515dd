import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fences, readHouse, type Source, strayAddresses } from './fences'
import { hotList, spreadsIn } from './hot-list'

const root = join(import.meta.dirname, '..')
const notOurs = ['node_modules', 'dist', 'data', '.git', 'shots']
const house = readHouse(['client', 'server', 'shared'].flatMap(room => sourcesUnder(room)))

describe('the house', () => {
  it('was read: every room has files', () => {
    const rooms = new Set([...house.files.values()].map(({ room }) => room))

    expect([...rooms].sort()).toEqual(['client', 'server', 'shared'])
  })

  it.each(named(fences))('keeps its fence: %s', (_, { breaches }) => {
    expect(breaches(house)).toEqual([])
  })

  it("names no package registry and no place on somebody's machine", () => {
    expect(strayAddresses(sourcesUnder('.'))).toEqual([])
  })
})

/** For every fence: small sources that break it, and what the breach must say; and near misses that must pass. */
const trials: { rule: string; broken: Record<string, string>; says: string[]; fine: Record<string, string> }[] = [
  {
    rule: 'every source can be read',
    broken: { 'shared/json.ts': 'export const = 1' },
    says: ['shared/json.ts: '],
    fine: { 'shared/json.ts': 'export const one = 1' },
  },
  {
    rule: 'client and server import shared, and shared imports neither',
    broken: {
      'shared/json.ts': "import { app } from '../server/http/app'",
      'server/main.ts': "import type { Look } from '#client/ui/look'",
      'client/main.tsx': "\nimport { store } from '#server/store/sqlite'\nexport { world } from '../test/sim/world'",
    },
    says: [
      'shared/json.ts:1 imports server/http/app.ts',
      'server/main.ts:1 imports client/ui/look.ts',
      'client/main.tsx:2 imports server/store/sqlite.ts',
      'client/main.tsx:3 imports test/sim/world.ts',
    ],
    fine: {
      'server/main.ts':
        "import { a } from '#shared/json'\nimport manifest from '../package.json'\nimport { b } from './config'",
      'client/main.tsx': "import { a } from '#shared/json'\nimport './tokens.css'\nimport React from 'react'",
    },
  },
  {
    rule: 'every file of shared and server has its place in the layers',
    broken: { 'server/helpers.ts': 'export {}', 'shared/misc/a.ts': 'export {}' },
    says: ['server/helpers.ts:1 is in no layer', 'shared/misc/a.ts:1 is in no layer'],
    fine: {
      'server/webhook/guard.ts': 'export {}',
      'client/anything/at/all.tsx': 'export {}',
      'shared/rules/gates/index.ts': 'export {}',
    },
  },
  {
    rule: 'a lower layer imports no higher one at run time',
    broken: {
      'shared/rules/entry.ts': "import { renderText } from '../render'",
      'shared/steps/exit.ts': "import { graphSchema } from '../graph/schema'",
      'server/store/sqlite.ts': "export * from '../http/app'",
      'shared/store/leads.ts': "export * from '../engine/engine'",
    },
    says: [
      'shared/rules/entry.ts:1 imports shared/render.ts',
      'shared/steps/exit.ts:1 imports shared/graph/schema.ts',
      'server/store/sqlite.ts:1 imports server/http/app.ts',
      'shared/store/leads.ts:1 imports shared/engine/engine.ts',
    ],
    fine: {
      'shared/journal.ts': "import type { Seen } from './rules/conditions'",
      'shared/render.ts': "import { dig } from './json'\nimport { retry } from './rules/retry'",
      'shared/engine/engine.ts': "import { leads } from '../store/leads'",
      'server/http/app.ts': "import { open } from '../store/sqlite'",
    },
  },
  {
    rule: 'the webhook room knows only shared, and only main knows the webhook room',
    broken: {
      'server/webhook/deliver.ts': "import type { Config } from '../config'",
      'server/serve.ts': "import { deliver } from './webhook/deliver'",
    },
    says: [
      'server/webhook/deliver.ts:1 imports server/config.ts',
      'server/serve.ts:1 imports server/webhook/deliver.ts',
    ],
    fine: {
      'server/webhook/deliver.ts':
        "import { guard } from './guard'\nimport type { Call } from '#shared/call'\nimport { Worker } from 'node:worker_threads'",
      'server/main.ts': "import { deliver } from './webhook/deliver'",
    },
  },
  {
    rule: 'forms know nothing of the canvas that they stand beside',
    broken: { 'client/forms/fields/campaign.tsx': "import { useEditor } from '../../canvas/editor'" },
    says: ['client/forms/fields/campaign.tsx:1 imports client/canvas/editor.ts'],
    fine: {
      'client/forms/fields/campaign.tsx': "import { useFormContext } from '../context'",
      'client/canvas/StepPanel.tsx': "import { StepForm } from '../forms/StepForm'",
    },
  },
  {
    rule: 'world, journal, effects and call import types only',
    broken: {
      'shared/world.ts': "import { dig } from './json'",
      'shared/effects.ts': "import { type Json } from './json'",
    },
    says: ['shared/world.ts:1 imports shared/json.ts', 'shared/effects.ts:1 imports shared/json.ts'],
    fine: { 'shared/world.ts': "import type { Json } from './json'", 'shared/problems.ts': "import { z } from 'zod'" },
  },
  {
    rule: 'no cycle of imports inside shared and server, of types either',
    broken: {
      'shared/rules/a.ts': "import { b } from './b'",
      'shared/rules/b.ts': "\nexport { c } from './c'",
      'shared/rules/c.ts': "import { a } from '#shared/rules/a'",
      'shared/engine/turn.ts': "import type { UnitOfWork } from './work/unit'",
      'shared/engine/work/unit.ts': "\nimport type { CappedSend } from '../send/contend'",
      'shared/engine/send/contend.ts': "import type { Turn } from '../turn'",
      'server/http/desk.ts': "import type { Keys } from '../serve'",
      'server/serve.ts': "import { app } from './http/app'",
      'server/http/app.ts': "\nimport type { Desk } from './desk'",
    },
    says: [
      'shared/rules/a.ts:1 -> shared/rules/b.ts:2 -> shared/rules/c.ts:1 -> shared/rules/a.ts',
      'shared/engine/turn.ts:1 -> shared/engine/work/unit.ts:2 -> shared/engine/send/contend.ts:1 -> ',
      'server/http/desk.ts:1 -> server/serve.ts:1 -> server/http/app.ts:2 -> server/http/desk.ts',
    ],
    fine: {
      'shared/engine/turn.ts': "import type { UnitOfWork } from './work/unit'",
      'shared/engine/work/unit.ts': "import type { CappedSend } from '../send/wanted'",
      'shared/engine/send/contend.ts': "import type { Turn } from '../turn'\nimport { c } from './wanted'",
      'shared/engine/send/wanted.ts': 'export {}',
      'server/serve.ts': "import type { Keys } from './parts'",
      'server/http/desk.ts': "import type { Keys } from '../parts'",
    },
  },
  {
    rule: 'each dangerous package has one door',
    broken: {
      'server/http/app.ts': "import { request } from 'undici'",
      'shared/engine/engine.ts': "import Database from 'better-sqlite3'",
      'client/simulate/run.ts': "import { createMachine } from 'xstate'",
      'shared/rules/tokens.ts': "let l: import('liquidjs').Liquid",
      'shared/render.ts': "import { Liquid } from 'liquidjs/dist/liquid.browser.mjs'",
      'client/leads/Lead.tsx': "import load from 'sql.js'",
    },
    says: [
      'server/http/app.ts:1 imports undici; only server/webhook/call.ts may',
      'shared/engine/engine.ts:1 imports better-sqlite3',
      'client/simulate/run.ts:1 imports xstate',
      'shared/rules/tokens.ts:1 imports liquidjs; only shared/render/ may',
      'shared/render.ts:1 imports liquidjs',
      'client/leads/Lead.tsx:1 imports sql.js',
    ],
    fine: {
      'server/webhook/call.ts': "import { Pool } from 'undici'",
      'server/store/driver.ts': "import Database from 'better-sqlite3'",
      'shared/journey/compile.ts': "import { createMachine } from 'xstate'",
      'shared/render/fence.ts': "import { Liquid } from 'liquidjs/dist/liquid.browser.mjs'",
      'client/simulate/load-sqlite.ts': "import load from 'sql.js'",
    },
  },
  {
    rule: 'nothing leaves the server but through webhook/call',
    broken: {
      'shared/engine/engine.ts': "\n\nawait fetch('http://x.example')",
      'server/http/live.ts': 'new globalThis.WebSocket(url)',
    },
    says: ['shared/engine/engine.ts:3 uses fetch', 'server/http/live.ts:1 uses WebSocket'],
    fine: {
      'client/api/client.ts': 'await fetch(url)',
      'server/http/app.ts': "// fetch('x')\nconst text = 'fetch(1)'; store.fetch(1); type F = typeof fetch",
      'server/http/b.ts': 'function run({ fetch }: Hands) { return fetch() }',
    },
  },
  {
    rule: 'the environment is read only by server/config.ts',
    broken: {
      'server/main.ts': 'const port = process.env.PORT',
      'server/http/app.ts': "const { env } = process\nimport { env as e } from 'node:process'",
      'server/store/open.ts': "globalThis.process['env']['DATA_DIR']",
    },
    says: [
      'server/main.ts:1 reads process.env',
      'server/http/app.ts:1 reads process.env',
      'server/http/app.ts:2 reads process.env',
      'server/store/open.ts:1 reads process.env',
    ],
    fine: {
      'server/config.ts': 'export const port = process.env.PORT',
      'server/main.ts': "process.on('SIGINT', end); env.process.env",
    },
  },
  {
    rule: 'the time is an argument everywhere but at the edge',
    broken: {
      'shared/rules/entry.ts': 'const at = Date.now()\nconst day = new Date(at)\nconst z = Temporal.Now.instant()',
      'shared/engine/engine.ts': 'setTimeout(run, 5)\nconst clock = Date\nconst t = globalThis.performance.now()',
      'server/http/app.ts':
        "import { setTimeout as sleep } from 'node:timers/promises'\nconst jitter = Math['random']()",
      'shared/store/leads.ts': 'function touch({ at = Date.now() }) {}',
    },
    says: [
      'shared/rules/entry.ts:1 uses Date.now',
      'shared/rules/entry.ts:2 uses Date',
      'shared/rules/entry.ts:3 uses Temporal.Now.instant',
      'shared/engine/engine.ts:1 uses setTimeout',
      'shared/engine/engine.ts:2 uses Date',
      'shared/engine/engine.ts:3 uses performance.now',
      'server/http/app.ts:2 uses Math.random',
      'shared/store/leads.ts:1 uses Date.now',
      'server/http/app.ts:1 imports node:timers/promises',
    ],
    fine: {
      'shared/rules/entry.ts':
        'const a = Date.parse(text); let d: Date; const o = { Date: 1 }; Math.round(o.Date) // new Date()',
      'shared/engine/engine.ts': 'env.clock.setTimeout(5); const performance = 1; performance.toFixed()',
      'server/clock.ts': 'export const now = () => Date.now()',
      'server/webhook/call.ts': 'const began = performance.now()',
      'client/ui/when.ts': 'new Date(at).toLocaleString()',
    },
  },
  {
    rule: 'the server draws random bytes only in its clock file and main',
    broken: {
      'server/webhook/sign.ts': "import { createHmac, randomBytes } from 'node:crypto'",
      'server/http/app.ts': "import * as crypto from 'node:crypto'\nconst id = crypto.randomUUID()",
      'client/canvas/store.ts': 'const id = crypto.randomUUID()',
    },
    says: [
      'server/webhook/sign.ts:1 imports randomBytes',
      'server/http/app.ts:2 uses crypto.randomUUID',
      'client/canvas/store.ts:1 uses crypto.randomUUID',
    ],
    fine: {
      'server/clock.ts': "import { randomUUID } from 'node:crypto'",
      'client/leads/TestEvent.tsx': 'crypto.getRandomValues(bytes)',
      'server/webhook/sign.ts': "import { createHmac } from 'node:crypto'",
    },
  },
  {
    rule: 'compiled machines have no timers and no actors of their own',
    broken: { 'shared/journey/compile.ts': "const s = {\n  after: { 1000: 'next' },\n  'invoke': {},\n}" },
    says: ['shared/journey/compile.ts:2 has "after:"', 'shared/journey/compile.ts:3 has "invoke:"'],
    fine: {
      'shared/journey/compile.ts': '// after: never\nconst s = { on: { timer: step.after } }',
      'shared/explain/explain.ts': 'const x = { after: 1 }',
    },
  },
  {
    rule: 'compiled machines have no timers and no actors of their own',
    broken: { 'shared/journey/machine.ts': 'export {}' },
    says: ['shared/journey/compile.ts is not there'],
    fine: { 'shared/journey/compile.ts': 'export {}' },
  },
  {
    rule: 'every step kind, way in, exit and gate is in its list',
    broken: {
      'shared/steps/index.ts':
        "import { exit } from './exit'\nimport { wait } from './wait'\nconst kinds = [exit] as const",
      'shared/steps/exit.ts': '',
      'shared/steps/wait.ts': '',
      'shared/steps/split/index.ts': '',
      'shared/steps/split/weights.ts': '',
      'shared/steps/define.ts': '',
      'shared/rules/ways-in/index.ts': 'const kinds = [] as const',
      'shared/rules/ways-in/form.ts': '',
      'shared/rules/exits/define.ts': '',
      'shared/rules/gates/index.ts':
        "import { paused } from './paused'\nexport const leadGates: readonly Gate[] = [paused]",
      'shared/rules/gates/paused.ts': '',
      'shared/rules/gates/moon.ts': '',
    },
    says: [
      'shared/steps/index.ts:1 does not list shared/steps/wait',
      'shared/steps/index.ts:1 does not list shared/steps/split',
      'shared/rules/ways-in/index.ts:1 does not list shared/rules/ways-in/form',
      'shared/rules/exits/index.ts is not there',
      'shared/rules/gates/index.ts:1 does not list shared/rules/gates/moon',
    ],
    fine: {
      'shared/steps/index.ts':
        "import { exit } from './exit'\nimport { split } from './split'\nconst kinds = [exit, split] as const",
      'shared/steps/exit.ts': '',
      'shared/steps/split/index.ts': '',
      'shared/steps/split/weights.ts': '',
      'shared/steps/fields.ts': '',
      'shared/rules/ways-in/index.ts': 'const kinds = [] as const',
      'shared/rules/exits/index.ts': 'const kinds = [] as const',
      'shared/rules/gates/index.ts': 'export const leadGates: readonly Gate[] = []',
    },
  },
  {
    rule: 'client, server and the engine know no kind by its file',
    broken: {
      'client/canvas/Panel.tsx': "import { delay } from '#shared/steps/delay'",
      'shared/engine/send/apply.ts': "import '../../steps/exit'\nimport { paused } from '../../rules/gates/paused'",
    },
    says: [
      'client/canvas/Panel.tsx:1 imports shared/steps/delay.ts',
      'shared/engine/send/apply.ts:1 imports shared/steps/exit.ts',
      'shared/engine/send/apply.ts:2 imports shared/rules/gates/paused.ts',
    ],
    fine: {
      'client/canvas/Panel.tsx':
        "import { kindOf } from '#shared/steps/index'\nimport type { Config } from '#shared/steps/delay'",
      'client/canvas/fields.ts': "import { groups } from '#shared/steps/define'",
      'shared/steps/index.ts': "import { delay } from './delay'",
    },
  },
  {
    rule: 'only engine/journey/run starts and advances journeys',
    broken: { 'server/http/handlers/journeys.ts': "import { advance as go } from '#shared/journey/journey'" },
    says: ['server/http/handlers/journeys.ts:1 imports advance'],
    fine: {
      'shared/engine/journey/run.ts': "import { advance, start } from '../../journey/journey'",
      'server/http/handlers/journeys.ts': "import type { Journey } from '#shared/journey/journey'",
    },
  },
  {
    rule: 'engine and server transact only in the queue of turns',
    broken: {
      'shared/engine/acts/members.ts': 'await runtime.transact(work)',
      'server/http/handlers/lists.ts': 'await env.store.transact(work)',
    },
    says: [
      'shared/engine/acts/members.ts:1 uses runtime.transact',
      'server/http/handlers/lists.ts:1 uses env.store.transact',
    ],
    fine: {
      'shared/engine/parts.ts': 'const parts = { transact: runtime.transact }',
      'server/http/handlers/lists.ts': 'await engine.write(work)',
      'server/store/migrate.ts': 'await store.transact(work)',
    },
  },
  {
    rule: 'what a turn knows is read by one loader',
    broken: {
      'shared/engine/entry/batch.ts': 'yield* turn.admission.know(applicants)',
      'shared/engine/journey/exits.ts': "import { loadHistory } from '../work/history'",
    },
    says: [
      'shared/engine/entry/batch.ts:1 uses turn.admission.know',
      'shared/engine/journey/exits.ts:1 imports loadHistory',
    ],
    fine: {
      'shared/engine/facts.ts': "import { loadHistory } from './work/history'\nyield* admission.know(entering)",
      'shared/engine/entry/batch.ts': 'yield* know(turn, { leads, journeys, entering })',
    },
  },
]

describe('the fences', () => {
  it.each(named(trials))('stop what breaks "%s"', (rule, { broken, says }) => {
    const found = breachesOf(rule, broken)

    expect(found.map((breach, i) => breach.slice(0, says[i]?.length))).toEqual(says)
  })

  it.each(named(trials))('let pass what only looks like it: "%s"', (rule, { fine }) => {
    expect(breachesOf(rule, fine)).toEqual([])
  })

  it('have a trial each', () => {
    expect([...new Set(trials.map(({ rule }) => rule))]).toEqual(fences.map(({ rule }) => rule))
  })

  it('stop registry hosts and workplaces in files of any kind', () => {
    const host = ['registry', 'npmjs', 'org'].join('.')
    const place = ['', 'work', 'main'].join('/')
    const broken = {
      'a.md': `see\nhttps://${host}/x`,
      '.npmrc': `${'registry'}=http://localhost:4873`,
      'b.sh': `cd ${place}`,
    }

    expect(strayAddresses(toSources(broken)).map(breach => breach.split(' ')[0])).toEqual([
      'a.md:2',
      '.npmrc:1',
      'b.sh:1',
    ])
    expect(strayAddresses(toSources({ 'c.md': 'the registry = a list; ../work/main; this.registry.find(x)' }))).toEqual(
      [],
    )
  })
})

describe('the hot paths', () => {
  it.each(hotList)('%s: %s holds as many literals with a spread as the list says', (path, name, most) => {
    const found = spreadsIn(readFileSync(join(root, path), 'utf8'), name)

    expect(found, `${name} in ${path}`).toBe(most)
  })

  it('are looked through in methods, in functions and in what is in them', () => {
    const source =
      'class A { add(a) { return [1].map(() => ({ ...a, b: 1 })) } }\nfunction f(a) { g({ ...a }); return { ...a } }'

    expect(['add', 'f', 'g'].map(name => spreadsIn(source, name))).toEqual([1, 2, undefined])
  })

  it('may spread arrays and arguments', () => {
    expect(spreadsIn('function f(a) { return g(...a, [...a], { b: a }) }', 'f')).toBe(0)
  })
})

/** By name first: vitest cuts an object's field short in a title, but not a string. */
function named<T extends { readonly rule: string }>(rows: readonly T[]): [string, T][] {
  return rows.map(row => [row.rule, row])
}

function breachesOf(rule: string, files: Record<string, string>): string[] {
  const fence = fences.find(each => each.rule === rule)
  if (fence === undefined) throw new Error(`there is no fence "${rule}"`)
  return fence.breaches(readHouse(toSources(files)))
}

function toSources(files: Record<string, string>): Source[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }))
}

/** Every text file of ours under a folder of the repository. */
function sourcesUnder(folder: string): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    if (notOurs.includes(entry.name)) return []
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return sourcesUnder(path)
    const text = readFileSync(join(root, path), 'utf8')
    return text.includes('\0') ? [] : [{ path, text }]
  })
}

import { Temporal } from 'temporal-polyfill'
import type { Env } from '#shared/engine/env'
import { nameOf } from '#shared/graph/names'
import type { Graph } from '#shared/graph/schema'
import { nameOfGoal } from '#shared/rules/goals'
import { plainMoney } from '#shared/rules/money'
import { conversionsAfter, type ExportedConversion } from '#shared/store/conversions'
import type { StoredGoal } from '#shared/store/goals'
import { csvCell } from './activity-export'

/** 10 ms of reading; the engine has its turn between two chunks. */
const CHUNK = 500

interface Names {
  readonly graph: Graph
  /** By the number under which a goal is counted: its id in the settings. */
  readonly goals: ReadonlyMap<number, string>
}

/** Every conversion of these goals in the order in which they were counted. Only one chunk is in memory at a time. */
export async function* conversionsCsv(
  { store, clock }: Pick<Env, 'store' | 'clock'>,
  graph: Graph,
  goals: readonly StoredGoal[],
): AsyncGenerator<string> {
  const names: Names = { graph, goals: new Map(goals.map(g => [g.id, g.goal])) }
  yield `${columns.map(([name]) => name).join(',')}\r\n`
  for (let after: number | null = 0; after !== null; ) {
    const page: readonly ExportedConversion[] = await store.read(
      conversionsAfter([...names.goals.keys()], after, CHUNK),
    )
    yield page.map(row => `${columns.map(([, read]) => csvCell(read(row, names))).join(',')}\r\n`).join('')
    after = page.length < CHUNK ? null : (page.at(-1)?.id ?? null)
    await new Promise<void>(resolve => clock.after(0, resolve))
  }
}

type Read = (row: ExportedConversion, names: Names) => string | number | null

const columns: readonly (readonly [string, Read])[] = [
  ['at', row => iso(row.at)],
  ['received_at', row => iso(row.receivedAt)],
  ['goal', ({ goal }, { graph, goals }) => goalName(graph, goals.get(goal) ?? '')],
  ['lead', row => row.lead],
  ['journey', row => row.journeyId],
  ['version', row => row.version],
  ['event_id', row => row.eventId],
  [
    'value',
    ({ value, currency }) => (value === null || currency === null ? null : plainMoney({ minor: value, currency })),
  ],
  ['currency', row => row.currency],
  ['credited_step', ({ step }, { graph }) => (step === null ? null : nameOf(step, { graph }))],
  ['variants', ({ variants }) => Object.values(variants).join(' ')],
]

function goalName({ settings }: Graph, id: string): string {
  const goal = settings.goals.find(g => g.id === id)
  return goal === undefined ? id : nameOfGoal(goal)
}

function iso(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString()
}

import type { Report } from '#shared/api'
import type { ExitCause } from '#shared/effects'
import { nameOf } from '#shared/graph/names'
import type { Graph } from '#shared/graph/schema'
import { sayExitCause } from '#shared/rules/exit-causes'
import { keyOfExit } from '#shared/rules/exits/index'
import { type Counted, partsOf } from './counted'

type ExitCount = Report['exits'][number]

/**
 * By what leads left early, most first: each cause that was counted, and the exits of the live graph that nobody left
 * by so far. `graphs`: of the versions, oldest first. Leads who left before exits were counted one by one are a line of
 * their own, so that the lines add up to those who exited.
 */
export function exitReport(live: Graph, graphs: readonly Graph[], rows: Counted): ExitCount[] {
  const ways = new Map([...graphs, live].flatMap(g => g.settings.exits.ways.map(way => [keyOfExit(way), way] as const)))
  const known = { ways, nameOf: (step: string) => nameOfStep(step, [...graphs, live]) }
  const unused = live.settings.exits.ways.map((way): [ExitCause, number] => [`rule:${keyOfExit(way)}`, 0])
  const leads = new Map(unused)
  let [exited, named] = [0, 0]
  for (const [counter, n] of partsOf(rows, '')) {
    if (counter.is === 'exited') exited += n
    if (counter.is !== 'exit') continue
    leads.set(counter.cause, (leads.get(counter.cause) ?? 0) + n)
    named += n
  }
  const lines = [...leads].map(([cause, n]) => ({ says: sayExitCause(cause, known), leads: n }))
  const older = exited > named ? [{ says: 'From before exits were counted one by one', leads: exited - named }] : []
  return [...lines, ...older].sort((a, b) => b.leads - a.leads)
}

/** The name of a step in the newest graph that has it. */
function nameOfStep(step: string, graphs: readonly Graph[]): string {
  const graph = graphs.findLast(g => g.steps[step] !== undefined)
  return graph === undefined ? step : nameOf(step, { graph })
}

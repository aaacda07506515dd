import { openEntrance } from '../rules/entrance'
import { findKind, kindOf } from '../steps'
import { downstreamOf, newStepId } from './edit'
import { entryOf, type Graph, isAllowed, type Step } from './schema'

/**
 * The repair for code 1000. A step that works only in trigger campaigns moves, with everything behind it, into a
 * trigger campaign of its own, and a Request campaign step takes its place. That is the lawful way from a batch to a
 * webhook (marketo-alm rule 4).
 */

const REQUEST = 'request-campaign'
const ENTRY = 'requested'

/**
 * Can this step be wrapped? Only a step that may not stand where it stands can, and there must be a step kind to
 * request with.
 */
export function canWrap(graph: Graph, step: string): boolean {
  return findKind(REQUEST) !== undefined && graph.steps[step] !== undefined && !isAllowed(graph, step)
}

/** The campaign that `step` and everything behind it become. Ask `canWrap` first. */
export function requestedGraph(graph: Graph, step: string): Graph {
  const moved = new Set(downstreamOf(graph, step))
  const steps = Object.entries(graph.steps).filter(([id]) => moved.has(id) && id !== entryOf(graph)?.[0])
  const entry = ENTRY in Object.fromEntries(steps) ? `${ENTRY}-in` : ENTRY
  const first = graph.steps[step]?.position ?? { x: 0, y: 0 }
  return {
    ...graph,
    steps: { [entry]: entryStep({ x: first.x, y: first.y - ROW }), ...Object.fromEntries(steps) },
    edges: [{ from: entry, port: 'next', to: step }, ...graph.edges.filter(e => moved.has(e.from))],
    settings: { ...graph.settings, entry: { rule: 'every-time' }, entrance: openEntrance },
  }
}

/**
 * The batch once the requested campaign exists. The request stands where `step` stood, under an id of its own, and
 * whatever only `step` led to is gone with it. Steps that other ways reach too stay.
 */
export function requestingGraph(graph: Graph, step: string, campaign: { id: string; name: string }): Graph {
  const request = newStepId(graph, REQUEST)
  const asks: Step = {
    kind: REQUEST,
    version: kindOf(REQUEST).version,
    name: `Request ${campaign.name}`.slice(0, 80),
    position: graph.steps[step]?.position ?? { x: 0, y: 0 },
    config: { ...kindOf(REQUEST).fresh, campaign: { id: campaign.id, name: campaign.name } },
  }
  const { [step]: _moved, ...others } = graph.steps
  const edges = graph.edges.filter(e => e.from !== step).map(e => (e.to === step ? { ...e, to: request } : e))
  const left = { ...graph, steps: { ...others, [request]: asks }, edges }
  const entry = entryOf(left)?.[0]
  const gone = new Set(downstreamOf(graph, step))
  const reached = new Set(entry === undefined ? [] : downstreamOf(left, entry))
  const stays = (id: string) => !gone.has(id) || reached.has(id)
  return {
    ...left,
    steps: Object.fromEntries(Object.entries(left.steps).filter(([id]) => stays(id))),
    edges: edges.filter(e => stays(e.from) && stays(e.to)),
  }
}

/** From card to card, downwards. */
const ROW = 140

function entryStep(position: Step['position']): Step {
  const { version } = kindOf('trigger')
  const config = { ways: [{ on: 'requested', where: { match: 'all', rules: [] } }] }
  return { kind: 'trigger', version, name: 'Requested', position, config }
}

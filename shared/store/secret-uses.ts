import { withLibrary } from '../graph/library'
import type { Graph } from '../graph/schema'
import type { Json } from '../json'
import { secretUses } from '../rules/secret-hosts'
import { loadSurroundings } from './around'
import { graphsInUse } from './secrets'
import type { Work } from './work'

/**
 * Where every secret would go, by name: the hosts of all webhooks that name it, in the library and in versions that
 * leads walk.
 */
export function* hostsInUse(): Work<ReadonlyMap<string, ReadonlySet<string>>> {
  const { library } = yield* loadSurroundings()
  const graphs = (yield* graphsInUse()).map(({ graph }) => withLibrary(JSON.parse(graph) as Graph, library))
  const configs = [...library.values(), ...graphs.flatMap(graph => Object.values(graph.steps).map(step => step.config))]
  const hosts = new Map<string, Set<string>>()
  // Configs are JSON: they were parsed by their kinds' schemas.
  for (const { name, host } of configs.flatMap(config => secretUses(config as Json)))
    hosts.set(name, (hosts.get(name) ?? new Set()).add(host))
  return hosts
}

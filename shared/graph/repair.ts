import type { Json } from '../json'
import type { Repair } from '../problems'
import { secretToken } from '../rules/secrets'
import { setConfig } from './edit'
import type { Graph, Step } from './schema'

type Config = Step['config']

/** Applies a repair to a step. */
export function repairStep(graph: Graph, id: string, repair: Repair): Graph {
  const step = graph.steps[id]
  return step === undefined ? graph : setConfig(graph, id, repairConfig(step.config, repair))
}

/** Applies a repair to the config of a step. A place that is gone changes nothing. */
export function repairConfig(config: Config, { set }: Repair): Config {
  const mended = set.reduce<unknown>((whole, { path, value }) => put(whole, path.split('.'), value), { config })
  return (mended as { config: Config }).config
}

/**
 * A repair that makes a secret, once the secret has its name: its tokens use that name. A repair without a secret comes
 * back unchanged.
 */
export function nameSecret(repair: Repair, name: string): Repair {
  const { secret } = repair
  if (secret === undefined) return repair
  const [proposed, chosen] = [secretToken(secret.name), secretToken(name)]
  const renamed = ({ path, value }: Repair['set'][number]) => ({
    path,
    value: typeof value === 'string' ? value.replaceAll(proposed, chosen) : value,
  })
  return { ...repair, set: repair.set.map(renamed) }
}

/**
 * The text of a config that a repair moves into a secret, where its token will stand. Null when the repair moves none,
 * or when somebody has changed the text meanwhile.
 */
export function textFor(config: Config, { set: [change], secret }: Repair): string | null {
  if (secret === undefined || change === undefined || typeof change.value !== 'string') return null
  const text = get({ config }, change.path.split('.'))
  const [before = '', after] = change.value.split(secretToken(secret.name))
  if (typeof text !== 'string' || after === undefined) return null
  if (!text.startsWith(before) || !text.endsWith(after) || text.length <= before.length + after.length) return null
  return text.slice(before.length, text.length - after.length)
}

function get(whole: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || typeof whole !== 'object' || whole === null) return whole
  return get((whole as Readonly<Record<string, unknown>>)[key], rest)
}

function put(whole: unknown, [key, ...rest]: readonly string[], value: Json): unknown {
  if (key === undefined) return value
  if (typeof whole !== 'object' || whole === null) return whole
  const member = (whole as Readonly<Record<string, unknown>>)[key]
  if (rest.length > 0 && member === undefined) return whole
  if (Array.isArray(whole)) return whole.map((old: unknown, i) => (String(i) === key ? put(old, rest, value) : old))
  return { ...whole, [key]: put(member, rest, value) }
}

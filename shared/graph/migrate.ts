import { isObject, type Json, type JsonObject } from '../json'
import { plainCap } from '../rules/caps'
import { always } from '../rules/conditions'
import { liftQuiet } from '../rules/quiet'
import { findKind } from '../steps'
import { defaultSettings, type Settings } from './schema'

/**
 * A graph as it was stored or exported, with every step in the version of its kind that this Hookline knows. Its
 * meaning stays: a journey that began on the old version ends on it (law 8), in the words of the new one. What cannot
 * be migrated stays as it is, and the schema refuses it with a reason: no graph at all, unknown kinds, steps of a newer
 * version.
 *
 * Called where graphs come in from outside this code: rows of the store, request bodies, files.
 */
export function migrateGraph(graph: unknown): unknown {
  if (!isObject(graph) || !isObject(graph['steps'])) return graph
  const steps = Object.entries(graph['steps'])
  const current = steps.map(([id, step]) => [id, migrateStep(step)] as const)
  const settings = migrateSettings(graph['settings'])
  if (settings === graph['settings'] && current.every(([, step], i) => step === steps[i]?.[1])) return graph
  const edges = Array.isArray(graph['edges']) ? { edges: withOldWays(graph['edges'], steps) } : {}
  return { ...graph, steps: Object.fromEntries(current), ...edges, settings }
}

/**
 * Draws the ways that an older version of a step took without an edge: from each port that fell back to another one, to
 * where that leads.
 */
function withOldWays(edges: readonly Json[], steps: readonly (readonly [string, Json])[]): readonly Json[] {
  const leadsTo = new Map(
    edges.flatMap(edge => (isObject(edge) ? [[`${edge['from']}:${edge['port']}`, edge['to']] as const] : [])),
  )
  const drawn = steps.flatMap(([from, step]) =>
    undrawnIn(step).flatMap(([port, by]) => {
      const to = leadsTo.get(`${from}:${by}`)
      const isThere = steps.some(([id]) => id === to)
      return to === undefined || !isThere || leadsTo.has(`${from}:${port}`) ? [] : [{ from, port, to }]
    }),
  )
  return drawn.length === 0 ? edges : [...edges, ...drawn]
}

function undrawnIn(step: Json): readonly (readonly [port: string, by: string])[] {
  if (!isObject(step) || typeof step['kind'] !== 'string') return []
  const version = Number(step['version'])
  const since = findKind(step['kind'])?.migrations.filter(({ to }) => to > version) ?? []
  return since.flatMap(({ ways = {} }) => Object.entries(ways))
}

/**
 * Settings have no version. Later ones are added with what they meant before there was a choice; those that grew say
 * the same in more words.
 */
function migrateSettings(settings: Json | undefined): Json | undefined {
  return isObject(settings)
    ? [withLater, withGoals, withWindows, withWholeCaps].reduce((s, lift) => lift(s), settings)
    : settings
}

/** In the order of the schema. */
const later = [
  'entrance',
  'capped',
  'whenCapped',
  'deferAtMost',
  'priority',
  'tags',
  'exits',
  'afterPause',
] as const satisfies readonly (keyof Settings)[]

function withLater(settings: JsonObject): JsonObject {
  const missing = later.filter(name => !Object.hasOwn(settings, name))
  if (missing.length === 0) return settings
  return { ...settings, ...Object.fromEntries(missing.map(name => [name, defaultSettings[name] as unknown as Json])) }
}

/**
 * The only goal of older graphs is the first of the list, and counts as it did. Migration 12 of the store knows it by
 * this id.
 */
function withGoals(settings: JsonObject): JsonObject {
  if (Object.hasOwn(settings, 'goals')) return settings
  const { goal, ...others } = settings
  if (!isObject(goal)) return { ...others, goals: [] }
  const event = typeof goal['event'] === 'string' ? goal['event'] : ''
  const lifted = { id: 'goal', name: event.slice(0, 80), event, where: always, within: goal['within'] }
  const goals = [{ ...lifted, from: 'entry', counts: 'once', value: null }] as unknown as Json
  return { ...others, goals }
}

/** A cap from before there was a choice counts all campaigns over calendar dates, and ignores what failed. */
function withWholeCaps(settings: JsonObject): JsonObject {
  const { caps } = settings
  if (!Array.isArray(caps) || caps.every(cap => !isObject(cap) || Object.hasOwn(cap, 'of'))) return settings
  const { window, of, counts } = plainCap
  return { ...settings, caps: caps.map(cap => (isObject(cap) ? { window, of, counts, ...cap } : cap)) }
}

function withWindows(settings: JsonObject): JsonObject {
  const lifted = liftQuiet(settings['quietHours'])
  return lifted === undefined || lifted === settings['quietHours'] ? settings : { ...settings, quietHours: lifted }
}

function migrateStep(step: Json): unknown {
  if (!isObject(step) || typeof step['kind'] !== 'string' || !isObject(step['config'])) return step
  const kind = findKind(step['kind'])
  const { version } = step
  if (kind === undefined || typeof version !== 'number' || !Number.isInteger(version)) return step
  if (version < 1 || version >= kind.version) return step
  const config = kind.migrations
    .filter(migration => migration.to > version)
    .reduce<Record<string, unknown>>((older, { up }) => up(older), step['config'])
  return { ...step, version: kind.version, config }
}

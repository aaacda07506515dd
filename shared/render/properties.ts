import { z } from 'zod'
import type { JsonObject } from '../json'
import { error, type Finding } from '../problems'
import { renderText } from '../render'
import { checkTemplate } from './check-templates'
import type { Tokens } from './scope'

/** Properties of an event that a step sends. Numbers and truth values go unchanged; a text may hold Liquid. */
export const propertiesSchema = z
  .array(z.object({ key: z.string().max(200), value: z.union([z.string().max(4096), z.number(), z.boolean()]) }))
  .max(50)
export type Properties = z.infer<typeof propertiesSchema>

/**
 * The properties with their rendered values. `unclear`: names of those that could not be rendered, which are left out.
 */
export function renderProperties(
  properties: Properties,
  tokens: Tokens,
): { readonly values: JsonObject; readonly unclear: readonly string[] } {
  const worked = properties.map(({ key, value }) => {
    const rendered = typeof value === 'string' ? renderText(value, tokens) : undefined
    if (rendered === undefined) return { key, value }
    return { key, value: rendered.is === 'rendered' ? rendered.text : undefined }
  })
  const known = worked.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const]))
  return { values: Object.fromEntries(known), unclear: worked.flatMap(w => (w.value === undefined ? [w.key] : [])) }
}

/** Finds missing and repeated names, and broken templates. `path`: where the properties stand in the config. */
export function checkProperties(properties: Properties, path: string): Finding[] {
  const keys = properties.map(p => p.key)
  return properties.flatMap(({ key, value }, i): Finding[] => {
    const at = `${path}.${i}`
    if (key.trim() === '')
      return [error('properties.no-name', 'A property has no name.', 'Name it, or remove the line.', at)]
    if (keys.indexOf(key) !== i)
      return [error('properties.same-name', `The property "${key}" is there twice.`, 'Keep one of them.', at)]
    return typeof value === 'string' ? checkTemplate(value, at) : []
  })
}

import { isObject } from '../json'
import { type Problem, warning } from '../problems'
import type { TemplateFolder } from '../world'
import type { Graph } from './schema'

const TOKEN = /\{\{-?\s*(my|program)\.([\p{L}_][\p{L}\p{N}_ -]*?)\s*(?:[|:}-])/gu

/**
 * Tokens that the campaign's folder does not provide. They would be empty for every lead, so each is reported once a
 * step.
 */
export function checkTokens(graph: Graph, folder: TemplateFolder | null): Problem[] {
  return Object.entries(graph.steps).flatMap(([step, { config }]) =>
    [...new Set(textsIn(config).flatMap(text => missingIn(text, folder)))].map(token => ({
      ...(folder === null
        ? warning('template.no-folder', `The campaign lies in no folder, so {{${token}}} stays empty.`, MOVE)
        : warning('template.no-token', `The folder "${folder.name}" has no ${token}, so it stays empty.`, ADD)),
      step,
    })),
  )
}

const MOVE = 'Move the campaign into a folder that has the token.'
const ADD = 'Add the token to the folder, or to one above it.'

function missingIn(text: string, folder: TemplateFolder | null): string[] {
  return Array.from(text.matchAll(TOKEN), ([, scope = '', name = '']) => ({ scope, name }))
    .filter(({ scope, name }) => folder === null || (scope === 'my' && !Object.hasOwn(folder.tokens, name)))
    .map(({ scope, name }) => `${scope}.${name}`)
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('{{') ? [value] : []
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isObject(value) ? Object.values(value).flatMap(textsIn) : []
}

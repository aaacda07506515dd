import type { ZodError } from 'zod'
import { migrateGraph } from '#shared/graph/migrate'
import { GRAPH_VERSION, type Graph, graphSchema } from '#shared/graph/schema'
import { isObject } from '#shared/json'
import { lostNumber, mendLost, sayLost } from '#shared/values/numbers'

/** A graph as the JSON that is exported: keys in order, so that two exports of one graph are the same text. */
export function toText(graph: Graph): string {
  return `${JSON.stringify(graph, (_, value: unknown) => (isObject(value) ? sorted(value) : value), 2)}\n`
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
}

export type Read = { readonly is: 'graph'; readonly graph: Graph } | { readonly is: 'refused'; readonly why: string }

/** Reads an exported campaign; says in a sentence why a file is none. */
export function fromText(text: string): Read {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return refused('The file is not JSON. Choose a file that was exported from a campaign.')
  }
  const lost = lostNumber(text)
  if (lost !== undefined) return refused(`${sayLost(lost)}. ${mendLost(lost)}`)
  if (!isObject(json) || json['hookline'] === undefined)
    return refused(
      'The file is no Hookline campaign: it does not say its version. Choose a file that was exported from a campaign.',
    )
  if (json['hookline'] !== GRAPH_VERSION)
    return refused(
      `The file is of version ${JSON.stringify(json['hookline'])}; this Hookline reads version ${GRAPH_VERSION}. Export it again from a Hookline of this version.`,
    )
  const parsed = graphSchema.safeParse(migrateGraph(json))
  return parsed.success ? { is: 'graph', graph: parsed.data } : refused(firstIssue(parsed.error))
}

function refused(why: string): Read {
  return { is: 'refused', why }
}

function firstIssue({ issues: [first] }: ZodError): string {
  const place = first === undefined || first.path.length === 0 ? 'The file' : `"${first.path.join('.')}"`
  return `${place} is not as it should be: ${first?.message ?? 'unknown reason'}`
}

/** Hands a text to the browser as a file to save. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

/** `Welcome, India!` -> `welcome-india.hookline.json`. */
export function fileName(campaign: string): string {
  const slug = campaign
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
  return `${slug || 'campaign'}.hookline.json`
}

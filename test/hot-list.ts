import { parseSync } from 'vite'

/**
 * Functions that run for every lead, and how many object literals with a spread each may hold. A spread, or a property after
 * one, sends V8 into its runtime: 10 us a lead in all (two places mended: 111 -> 100 us). One that goes is taken off here;
 * none comes without a figure.
 */
export const hotList: readonly (readonly [path: string, name: string, spreads: number])[] = [
  ['shared/engine/entry/ingest.ts', 'ingest', 0],
  ['shared/engine/work/touch-book.ts', 'add', 0],
  ['shared/engine/work/unit.ts', 'call', 0],
  ['shared/engine/work/unit.ts', 'note', 0],
  ['shared/engine/work/ledger.ts', 'add', 0],
  ['shared/engine/journey/context.ts', 'worldOf', 0],
  // Both are for who is held.
  ['shared/engine/send/send.ts', 'decide', 2],
  ['shared/engine/send/flights.ts', 'committed', 0],
  ['shared/engine/send/settle.ts', 'settle', 0],
  ['shared/render/body.ts', 'renderPairs', 0],
  // Of mapped fields, which few webhooks have.
  ['shared/rules/reply-map.ts', 'mapReply', 3],
]

interface Node {
  readonly type: string
  readonly [field: string]: unknown
}

/** How many object literals with a spread a function or method of a source holds; undefined: there is no such function. */
export function spreadsIn(source: string, name: string): number | undefined {
  let found: number | undefined
  visit(parseSync('source.ts', source).program as unknown as Node, node => {
    const own = node.type === 'MethodDefinition' ? node['key'] : node.type === 'FunctionDeclaration' && node['id']
    if (!isNode(own) || own['name'] !== name) return
    visit(node, inner => {
      const properties = (inner.type === 'ObjectExpression' ? inner['properties'] : []) as readonly Node[]
      found = (found ?? 0) + (properties.some(({ type }) => type === 'SpreadElement') ? 1 : 0)
    })
  })
  return found
}

function visit(node: Node, meet: (node: Node) => void): void {
  meet(node)
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, meet)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

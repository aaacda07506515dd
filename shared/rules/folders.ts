import type { TemplateFolder } from '../world'

/**
 * My Tokens: a name as people write it (`Event Date`), and a value. A number goes out as one, and a date can be read as
 * one; without a type it is text.
 */
export interface MyToken {
  readonly type?: 'text' | 'number' | 'date' | undefined
  readonly name: string
  readonly value: string
}

/** A campaign folder. Marketo calls it a program. */
export interface Folder {
  readonly id: string
  readonly name: string
  readonly description: string
  /** The folder that holds it; null at the top. */
  readonly parent: string | null
  readonly tokens: readonly MyToken[]
}

type Folders = ReadonlyMap<string, Folder>

/** How deeply folders may be nested. */
export const DEEPEST = 8

/** The folder and those above it, nearest first. Ends at a missing folder, and where a circle would close. */
export function waysUp(folders: Folders, id: string | null): readonly Folder[] {
  const way: Folder[] = []
  for (let here = id; here !== null; ) {
    const folder = folders.get(here)
    if (folder === undefined || way.includes(folder)) break
    way.push(folder)
    here = folder.parent
  }
  return way
}

/**
 * The folder as a campaign's templates see it: of several tokens with the same name, the one of the nearest folder
 * counts (marketo-alm rule 17).
 */
export function templateFolder(folders: Folders, id: string | null): TemplateFolder | null {
  const way = waysUp(folders, id)
  const [own] = way
  if (own === undefined) return null
  const tokens = Object.fromEntries([...way].reverse().flatMap(f => f.tokens.map(t => [t.name, worth(t)] as const)))
  return { id: own.id, name: own.name, description: own.description, tokens }
}

function worth({ type, value }: MyToken): string | number {
  return type === 'number' ? (numberOf(value) ?? value) : value
}

/** The number that a text is; undefined for any other text, and where a double would change it. */
export function numberOf(text: string): number | undefined {
  const plain = /^\s*(-?(?:0|[1-9]\d*)(?:\.\d+)?)\s*$/.exec(text)?.[1]
  if (plain === undefined) return undefined
  const number = Number(plain)
  const isKept = String(number) === (plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain)
  return isKept ? number : undefined
}

/** Why a folder cannot lie in `parent`: a circle, or too deep. undefined when it can. */
export function whyNotInside(folders: Folders, id: string, parent: string | null): 'circle' | 'too-deep' | undefined {
  const above = waysUp(folders, parent)
  if (above.some(folder => folder.id === id)) return 'circle'
  return above.length + heightOf(folders, id) > DEEPEST ? 'too-deep' : undefined
}

/** How many levels of folders begin with this one. */
function heightOf(folders: Folders, id: string): number {
  const below = [...folders.values()].filter(folder => folder.parent === id)
  return 1 + Math.max(0, ...below.map(folder => heightOf(folders, folder.id)))
}

import { z } from 'zod'
import type { Program } from '../world'

/** My Tokens: a name as people write it (`Event Date`), and a text. `{{my.Event Date}}` finds it in every campaign of the folder (marketo-alm B7). */
export const myTokenSchema = z.object({
  name: z
    .string()
    .max(100)
    .regex(
      /^[\p{L}_]([\p{L}\p{N}_ -]*[\p{L}\p{N}_])?$/u,
      'A token is called by letters, digits, spaces, dashes and underscores, beginning with a letter.',
    ),
  value: z
    .string()
    .max(10_000)
    .refine(s => !s.includes('\0') && s.isWellFormed(), 'The text holds characters that cannot be stored.'),
})
export type MyToken = z.infer<typeof myTokenSchema>

/** A campaign folder. Marketo calls it a program. */
export interface Folder {
  readonly id: string
  readonly name: string
  readonly description: string
  /** The folder that it lies in; null at the top. */
  readonly parent: string | null
  readonly tokens: readonly MyToken[]
}

type Folders = ReadonlyMap<string, Folder>

/** How deep folders may lie in one another. */
export const DEEPEST = 8

/** The folder and those above it, nearest first. Ends at a folder that is not there, and where a circle would close. */
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

/** The folder as a campaign's templates see it: of tokens with the same name, that of the nearest folder (marketo-alm rule 17). */
export function programOf(folders: Folders, id: string | null): Program | null {
  const way = waysUp(folders, id)
  const [own] = way
  if (own === undefined) return null
  const tokens = Object.fromEntries([...way].reverse().flatMap(f => f.tokens.map(t => [t.name, t.value] as const)))
  return { id: own.id, name: own.name, description: own.description, tokens }
}

/** Why a folder cannot lie in `parent`: a circle, or too deep. undefined when it can. */
export function whyNotInside(folders: Folders, id: string, parent: string | null): 'circle' | 'too-deep' | undefined {
  const above = waysUp(folders, parent)
  if (above.some(folder => folder.id === id)) return 'circle'
  return above.length + heightOf(folders, id) > DEEPEST ? 'too-deep' : undefined
}

/** How many folders lie in one another below and with this one. */
function heightOf(folders: Folders, id: string): number {
  const below = [...folders.values()].filter(folder => folder.parent === id)
  return 1 + Math.max(0, ...below.map(folder => heightOf(folders, folder.id)))
}

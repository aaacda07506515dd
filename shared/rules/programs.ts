import { z } from 'zod'
import { readInstant } from '../values/dates'
import type { Program } from '../world'

/** What a My Token is: a number goes out as one, and a date can be read as one. Without a type it is text. */
export const myTokenTypes = ['text', 'number', 'date'] as const

/** My Tokens: a name as people write it (`Event Date`), and a value. `{{my.Event Date}}` finds it in every campaign of the folder (marketo-alm B7). */
export const myTokenSchema = z
  .object({
    type: z.enum(myTokenTypes).optional(),
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
  .superRefine(({ name, type, value }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['value'], message })
    if (type === 'number' && numberOf(value) === undefined)
      refuse(
        `The token "${name}" is a number, and "${value.slice(0, 40)}" is none. Write it like 12 or 12.5, or make it text.`,
      )
    if (type === 'date' && readInstant(value, 'UTC').is === 'refused')
      refuse(
        `The token "${name}" is a date, and "${value.slice(0, 40)}" is none. Write it like 2026-05-17, or make it text.`,
      )
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
  const tokens = Object.fromEntries([...way].reverse().flatMap(f => f.tokens.map(t => [t.name, worth(t)] as const)))
  return { id: own.id, name: own.name, description: own.description, tokens }
}

function worth({ type, value }: MyToken): string | number {
  return type === 'number' ? (numberOf(value) ?? value) : value
}

/** The number that a text is; undefined for any other text, and where a double would change it. */
function numberOf(text: string): number | undefined {
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

/** How many folders lie in one another below and with this one. */
function heightOf(folders: Folders, id: string): number {
  const below = [...folders.values()].filter(folder => folder.parent === id)
  return 1 + Math.max(0, ...below.map(folder => heightOf(folders, folder.id)))
}

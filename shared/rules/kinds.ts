import { z } from 'zod'

// What the lists of ways in and of exits have in common: kinds that are told apart by `on`.

type SchemasOf<K extends readonly { readonly schema: z.ZodObject }[]> = { -readonly [I in keyof K]: K[I]['schema'] }

/** What may stand in a graph where one of these kinds is asked for. */
export function schemaOfAny<const K extends readonly { readonly schema: z.ZodObject }[]>(kinds: K) {
  return z.discriminatedUnion('on', kinds.map(kind => kind.schema) as unknown as Options<SchemasOf<K>>)
}
type Options<S> = S extends readonly [z.ZodObject, ...z.ZodObject[]] ? S : never

/** Finds the kind of what a graph holds. Throws when there is none: only for what was parsed. */
export function finderOf<K extends { readonly on: string }>(
  kinds: readonly K[],
): (named: { readonly on: string }) => K {
  const byName = new Map(kinds.map(kind => [kind.on, kind]))
  return ({ on }) => {
    const kind = byName.get(on)
    if (kind === undefined) throw new Error(`"${on}" is none of ${[...byName.keys()].join(', ')}`)
    return kind
  }
}

import type { SecretKind } from '#shared/store/secrets'

/** One key of a signing secret: the current one has no end, those before it sign along until theirs (ms). */
export interface SigningKey {
  readonly key: string
  readonly until: number | null
}

export interface KnownSecret {
  readonly name: string
  readonly kind: SecretKind
  readonly createdAt: number
  readonly updatedAt: number
  readonly usedAt: number | null
  /** Where it may go; none: it is not bound yet. */
  readonly hosts: readonly string[]
  /** It was sealed with a key that is not here: it has no value until it is stored again, or the key is back. */
  readonly locked: boolean
  /** Of a `text`. */
  readonly value?: string
  /** Of a `signing`, the current first. */
  readonly keys?: readonly SigningKey[]
}

export type NewSecret =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'signing'; readonly keys: readonly SigningKey[] }

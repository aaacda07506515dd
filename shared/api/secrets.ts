import { z } from 'zod'
import { MOST_HOSTS, secretHost } from '../rules/secret-hosts'
import { secretName } from '../rules/secrets'

/** How a secret is called in addresses and in `{{ secret.NAME }}`. */
export const secretNameSchema = z
  .string()
  .regex(secretName, 'Begin with a small letter; small letters, digits and underscores may follow, 40 in all.')

/** Where a secret may go. */
export const secretHostsSchema = z
  .array(
    z
      .string()
      .max(260)
      .toLowerCase()
      .regex(secretHost, 'Write a host like crm.example.com, crm.example.com:8443 or *.example.com.'),
  )
  .max(MOST_HOSTS, 'A secret has at most 50 hosts.')

const signingKeySchema = z.object({
  algorithm: z.enum(['v1', 'v1a']),
  /** What the receiver verifies a `v1a` signature with; null for a shared key. */
  publicKey: z.string().nullable(),
  /** When it stops signing (ms); null: the current one. */
  until: z.int().nullable(),
})

/** A secret without its value, which is never answered. */
export const secretSchema = z
  .object({
    name: z.string(),
    kind: z.enum(['text', 'signing']),
    createdAt: z.int(),
    updatedAt: z.int(),
    /** Good to the minute; null: never. */
    usedAt: z.int().nullable(),
    /**
     * Where a secret may go; none: it takes the hosts of all webhooks that name it at its first use. Signing keys have
     * none.
     */
    hosts: z.array(z.string()),
    /** It was sealed with a key that is lost: it has no value until it is stored again. */
    locked: z.boolean(),
    /** Of a signing key: the current one first. */
    keys: z.array(signingKeySchema),
    /** Campaigns that leads walk, and webhooks of the library, that name it. */
    usedBy: z.array(
      z.object({ what: z.enum(['campaign', 'webhook', 'subscription']), id: z.string(), name: z.string() }),
    ),
  })
  .meta({ id: 'Secret' })
export type SecretView = z.infer<typeof secretSchema>

export const secretsSchema = z.object({ secrets: z.array(secretSchema) })

export const putSecretSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    value: z
      .string()
      .min(4, 'A secret has at least four signs.')
      .max(4096)
      .refine(
        value => /^\P{Cc}+$/u.test(value) && value.isWellFormed(),
        'A secret has no line breaks or control signs.',
      ),
    /** Left out: those that it has; of a new one none, until its first use. */
    hosts: secretHostsSchema.optional(),
  }),
  z.object({
    kind: z.literal('signing'),
    algorithm: z.enum(['v1', 'v1a']).default('v1'),
    /** A key of your own (`whsec_...`, `whsk_...`); left out: a new one is made. */
    key: z.string().max(200).optional(),
  }),
])
export type SecretInput = z.input<typeof putSecretSchema>

export const bindSecretSchema = z.object({ hosts: secretHostsSchema })

export const rotateSecretSchema = z.object({
  /** How long the old key signs along, in hours (delivery R52). */
  overlapHours: z.number().min(0).max(168, 'Seven days is the most.').default(24),
})

/** `key` is a signing key that was just made: shown this once, for the receiver. */
export const secretChangedSchema = z.object({ secret: secretSchema, key: z.string().nullable() })

import { z } from 'zod'

/**
 * What a value of a JSON body is sent as. `auto`: one single token keeps its type, anything else is text. `liquid`:
 * whatever it renders to, JSON or text.
 */
export const pairTypeSchema = z.enum(['auto', 'string', 'number', 'boolean', 'json', 'liquid'])
export type PairType = z.infer<typeof pairTypeSchema>

/** How tokens of a raw text are written (marketo-alm rules 12 and 13). `auto`: as the content type asks. */
export const encodingSchema = z.enum(['auto', 'json', 'form', 'xml', 'none'])
export type Encoding = z.infer<typeof encodingSchema>

const keySchema = z.string().max(200)
const valueSchema = z.string().max(32_768)

const bodySchema = z.discriminatedUnion('as', [
  /** Serialised by us as JSON: values are rendered, then quoted. Without a `type`: `auto`. */
  z.object({
    as: z.literal('pairs'),
    pairs: z.array(z.object({ key: keySchema, value: valueSchema, type: pairTypeSchema.optional() })).max(200),
  }),
  /** Serialised by us as application/x-www-form-urlencoded: values are rendered, then encoded. */
  z.object({ as: z.literal('form'), pairs: z.array(z.object({ key: keySchema, value: valueSchema })).max(200) }),
  /** Sent as rendered. Without an `encoding`: `none`. */
  z.object({
    as: z.literal('text'),
    text: z.string().max(65_536),
    contentType: z.string().max(200),
    encoding: encodingSchema.optional(),
  }),
  z.object({ as: z.literal('none') }),
])
export type Body = z.infer<typeof bodySchema>

/** What is said differently to leads of one language: `de`, `pt-BR`. What is left out is the same for everybody. */
export const languageSchema = z.object({
  language: z.string().max(35),
  url: z.string().max(4096).optional(),
  body: bodySchema.optional(),
})
export type Language = z.infer<typeof languageSchema>

/**
 * What a call-webhook step wants sent, before rendering. Every text may hold Liquid; the host of `url` may not
 * come from a lead (delivery R33), which `check` of the step kind and the renderer both watch.
 */
export const webhookRequestSchema = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url: z.string().max(4096),
  headers: z.array(z.object({ name: z.string().max(200), value: z.string().max(4096) })).max(100),
  body: bodySchema,
  languages: z.array(languageSchema).max(50).optional(),
})
export type WebhookRequest = z.infer<typeof webhookRequestSchema>

/** How an access token is got (OAuth 2.0, client credentials). */
export const tokenAskSchema = z.object({
  tokenUrl: z.string(),
  clientId: z.string(),
  /** The name of the secret. */
  clientSecret: z.string(),
  scope: z.string(),
})
export type TokenAsk = z.infer<typeof tokenAskSchema>

const place = { in: z.union([z.literal('url'), z.literal('body'), z.int().min(0)]), at: z.int().min(0) }
/**
 * A secret at its place in a request: in the address, in the body, or in the value of a header by its number, `at` this
 * many UTF-16 units. Its mask stands there (rules/secrets.ts). `basic`: with a user, as basic authentication writes the
 * two. `token`: an access token that is got for the call.
 */
export const secretRefSchema = z.discriminatedUnion('as', [
  z.object({ ...place, as: z.literal('value'), secret: z.string() }),
  z.object({ ...place, as: z.literal('basic'), secret: z.string(), user: z.string() }),
  z.object({ ...place, as: z.literal('token'), ask: tokenAskSchema }),
])
export type SecretRef = z.infer<typeof secretRefSchema>

/** A request whose templates were rendered. These bytes are stored and sent, the same at every attempt. */
export const renderedRequestSchema = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string().nullable(),
  /** The name of the key that signs every attempt; absent: not signed. */
  sign: z.string().optional(),
  /**
   * Where the path of the URL begins to be the lead's own (rules/receiver.ts); absent: the path is the same for every
   * lead.
   */
  personalFrom: z.int().optional(),
  /** The secrets in its texts; absent: none. Only these are filled in when it leaves. */
  secrets: z.array(secretRefSchema).optional(),
  /** Stored by a version that wrote secrets as text (rules/secrets.ts). */
  marked: z.literal(true).optional(),
})
export type RenderedRequest = z.infer<typeof renderedRequestSchema>

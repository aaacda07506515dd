import { z } from 'zod'

/**
 * What a call-webhook step wants sent, before rendering. Every text may hold Liquid; the host of `url` may not
 * come from a lead (delivery R33), which `check` of the step kind and the renderer both watch.
 */
export const webhookRequestSchema = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url: z.string().max(4096),
  headers: z.array(z.object({ name: z.string().max(200), value: z.string().max(4096) })).max(100),
  body: z.discriminatedUnion('as', [
    /** Serialised by us: values are rendered, then quoted; a value that is one single token keeps its type. */
    z.object({
      as: z.literal('pairs'),
      pairs: z.array(z.object({ key: z.string().max(200), value: z.string().max(32_768) })).max(200),
    }),
    /** Sent as rendered. */
    z.object({ as: z.literal('text'), text: z.string().max(65_536), contentType: z.string().max(200) }),
    z.object({ as: z.literal('none') }),
  ]),
})
export type WebhookRequest = z.infer<typeof webhookRequestSchema>

/** A request whose templates were rendered: these bytes are stored and sent, at every attempt the same. */
export const renderedRequestSchema = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string().nullable(),
  /** The name of the key that signs every attempt; absent: not signed. */
  sign: z.string().optional(),
})
export type RenderedRequest = z.infer<typeof renderedRequestSchema>

import { z } from 'zod'
import { deliverySchema, plainDelivery } from './delivery'
import { profileNames } from './profiles'
import { answerSchema, mappingSchema } from './reply-map'
import { webhookRequestSchema } from './webhook-request'

/** The name of a secret; empty while none is chosen. */
const secretRef = z.string().regex(/^([a-z][a-z0-9_]{0,39})?$/)

/** How we authenticate to the receiver. Secrets are named here and never written out. */
export const authSchema = z.discriminatedUnion('as', [
  z.object({ as: z.literal('none') }),
  z.object({ as: z.literal('basic'), user: z.string().max(200), password: secretRef }),
  z.object({ as: z.literal('bearer'), token: secretRef }),
  z.object({
    as: z.literal('api-key'),
    where: z.enum(['header', 'query']),
    name: z.string().max(200),
    value: secretRef,
  }),
  /** Client credentials. The token is asked for when it is needed, and kept until a minute before it expires. */
  z.object({
    as: z.literal('oauth2'),
    tokenUrl: z.string().max(2048),
    clientId: z.string().max(500),
    clientSecret: secretRef,
    scope: z.string().max(1000),
  }),
])
export type Auth = z.infer<typeof authSchema>

/** How the receiver can tell that a call is ours. */
export const signingSchema = z.discriminatedUnion('as', [
  z.object({ as: z.literal('none') }),
  /** Standard Webhooks 1.0 (delivery R44). The key is rotated in the settings, for all webhooks that name it. */
  z.object({ as: z.literal('standard'), key: secretRef }),
])
export type Signing = z.infer<typeof signingSchema>

/**
 * A webhook, whole: what is sent, what is kept from the answer, and how it is delivered. A call-webhook step holds one
 * of its own; one in the library is used by many steps. Each part may be overridden by itself.
 */
export const webhookSchema = z.object({
  /** Whose habits it follows where nothing else is said. */
  profile: z.enum(profileNames),
  request: webhookRequestSchema,
  /** How an answer is read. */
  answer: answerSchema,
  mappings: z.array(mappingSchema).max(100),
  auth: authSchema,
  signing: signingSchema,
  delivery: deliverySchema,
})
export type Webhook = z.infer<typeof webhookSchema>

/** Everything but the request, as a webhook starts out. */
export const plainWebhook = {
  profile: 'hookline',
  answer: 'json',
  mappings: [],
  auth: { as: 'none' },
  signing: { as: 'none' },
  delivery: plainDelivery,
} satisfies Omit<Webhook, 'request'>

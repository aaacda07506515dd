import { withTrust } from '../../rules/auth'
import type { RenderedRequest } from '../../rules/webhook-request'
import { envelopes } from '../../subscriptions/envelopes'
import type { SubscriptionDefinition } from '../../subscriptions/subscription'

/**
 * What is posted: the envelope's body, and who we say that we are. Secrets and keys are named, and meet the request at
 * the door.
 */
export function requestOf(
  { target, auth, envelope }: Pick<SubscriptionDefinition, 'target' | 'auth' | 'envelope'>,
  body: string,
): RenderedRequest {
  const request: RenderedRequest = {
    method: 'POST',
    url: target,
    headers: [['content-type', envelopes[envelope].contentType]],
    body,
  }
  switch (auth.as) {
    case 'none':
      return request
    case 'basic':
      return withTrust(request, { auth, signing: { as: 'none' } })
    case 'signature':
      return withTrust(request, { auth: { as: 'none' }, signing: { as: 'standard', key: auth.key } })
  }
}

import type { SecretView } from '#shared/api/secrets'
import type { Json } from '#shared/json'
import { secretsIn } from '#shared/rules/named-secrets'
import { graphsInUse } from '#shared/store/secrets'
import { allSubscriptions } from '#shared/store/subscriptions'
import { allWebhooks } from '#shared/store/webhooks'
import type { Work } from '#shared/store/work'
import { namesSecret } from '../handlers/subscriptions'

type User = SecretView['usedBy'][number]

/** By secret: what names it. */
export type Uses = ReadonlyMap<string, readonly User[]>

/** Campaigns that leads walk, and the whole library: its webhooks may be used at any time. */
export function* readUses(): Work<Uses> {
  const uses = new Map<string, User[]>()
  const add = (user: User, named: Json) => {
    for (const secret of secretsIn(named)) {
      const users = uses.get(secret) ?? []
      if (!users.some(({ what, id }) => what === user.what && id === user.id)) users.push(user)
      uses.set(secret, users)
    }
  }
  for (const { id, name, graph } of yield* graphsInUse()) add({ what: 'campaign', id, name }, JSON.parse(graph) as Json)
  for (const { id, name, definition } of yield* allWebhooks()) add({ what: 'webhook', id, name }, definition as Json)
  for (const subscription of yield* allSubscriptions()) {
    const secret = namesSecret(subscription)
    const user = { what: 'subscription' as const, id: subscription.id, name: subscription.definition.name }
    if (secret !== undefined) uses.set(secret, [...(uses.get(secret) ?? []), user])
  }
  return uses
}

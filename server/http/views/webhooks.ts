import type { LibraryWebhook, WebhookUse } from '#shared/api/webhooks'
import type { Env } from '#shared/engine/env'
import { caller, stepOf, usesIn } from '#shared/graph/library'
import type { Graph } from '#shared/graph/schema'
import type { Json } from '#shared/json'
import type { Problem } from '#shared/problems'
import { checkPorts } from '#shared/rules/closed-ports'
import { lockedSecrets, missingSecrets } from '#shared/rules/named-secrets'
import { misplacedSecrets } from '#shared/rules/secret-hosts'
import type { Webhook } from '#shared/rules/webhook'
import { allCampaigns, allVersions } from '#shared/store/campaigns'
import { secretHosts } from '#shared/store/secrets'
import { allWebhooks, findWebhook, type StoredWebhook } from '#shared/store/webhooks'
import type { Work } from '#shared/store/work'
import { notThere } from '../problem'

export function* libraryViews(here: Here): Work<readonly LibraryWebhook[]> {
  const webhooks = yield* allWebhooks()
  const uses = yield* loadUses()
  const known = { secrets: yield* secretHosts(), here }
  return webhooks.map(webhook => toView(webhook, uses, known))
}

export function* libraryView(id: string, here: Here): Work<LibraryWebhook> {
  return toView(yield* webhookById(id), yield* loadUses(), { secrets: yield* secretHosts(), here })
}

function* webhookById(id: string): Work<StoredWebhook> {
  const webhook = yield* findWebhook(id)
  if (webhook === undefined) throw notThere('webhook', id)
  return webhook
}

/** What only this server knows: ports that are closed, and secrets that cannot be opened. */
export type Here = Pick<Env, 'closedPort' | 'isLocked'>

type Uses = ReadonlyMap<string, readonly WebhookUse[]>

function toView(webhook: StoredWebhook, uses: Uses, known: Known): LibraryWebhook {
  return { ...webhook, problems: problemsOf(webhook.definition, known), uses: [...(uses.get(webhook.id) ?? [])] }
}

/** What a webhook is judged with. */
interface Known {
  readonly secrets: ReadonlyMap<string, readonly string[]>
  readonly here: Here
}

export function problemsOf(definition: Webhook, { secrets, here: { closedPort, isLocked } }: Known): Problem[] {
  return [
    ...caller.check(stepOf(definition).config),
    ...missingSecrets(definition as Json, secrets),
    ...misplacedSecrets(definition as Json, secrets),
    ...(isLocked === undefined ? [] : lockedSecrets(definition as Json, isLocked)),
    ...(closedPort === undefined ? [] : checkPorts(definition, 'config.', closedPort)),
  ]
}

/** Every use of every library webhook: in the version that a campaign sends by, and in drafts. */
function* loadUses(): Work<Uses> {
  const campaigns = yield* allCampaigns()
  const versions = yield* allVersions()
  const uses = new Map<string, WebhookUse[]>()
  for (const { id, name, status, draft, liveVersion } of campaigns) {
    const sends = status === 'live' || status === 'paused'
    const published = versions.find(v => v.campaignId === id && v.version === liveVersion)?.graph
    const live = new Set(sends && published !== undefined ? usesIn(published).map(use => use.webhook) : [])
    for (const webhook of new Set([...live, ...usesIn(draft).map(use => use.webhook)])) {
      const graph = live.has(webhook) && published !== undefined ? published : draft
      const use = {
        campaignId: id,
        campaignName: name,
        status,
        live: live.has(webhook),
        steps: stepsOf(graph, webhook),
      }
      uses.set(webhook, [...(uses.get(webhook) ?? []), use])
    }
  }
  return uses
}

function stepsOf(graph: Graph, webhook: string): WebhookUse['steps'] {
  return usesIn(graph)
    .filter(use => use.webhook === webhook)
    .map(({ step: id }) => {
      const { name = '', config = {} } = graph.steps[id] ?? {}
      return { id, name, own: (config['own'] ?? []) as string[] }
    })
}

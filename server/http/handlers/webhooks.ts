import type { z } from 'zod'
import { type LibraryWebhook, postWebhookSchema, putWebhookSchema, type WebhookUse } from '#shared/api/webhooks'
import type { Env } from '#shared/engine/env'
import { caller, stepOf, usesIn } from '#shared/graph/library'
import type { Graph } from '#shared/graph/schema'
import { mayLaunch } from '#shared/graph/validate'
import type { Json } from '#shared/json'
import type { Problem } from '#shared/problems'
import { checkPorts } from '#shared/rules/closed-ports'
import { lockedSecrets, missingSecrets } from '#shared/rules/named-secrets'
import { misplacedSecrets } from '#shared/rules/secret-hosts'
import type { Webhook } from '#shared/rules/webhook'
import { allCampaigns, allVersions } from '#shared/store/campaigns'
import { secretHosts } from '#shared/store/secrets'
import {
  allWebhooks,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  type StoredWebhook,
  saveWebhook,
} from '#shared/store/webhooks'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { notThere, Refused, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { newId } from './campaigns'

const LIMIT = 2 ** 20

/** The webhook library. Changes go through the engine, so that live campaigns send by them from the next send on. */
export function webhookHandlers({ env: { store, chance, clock, ...here }, engine }: Desk) {
  const json = readJson(LIMIT)
  return {
    'get /webhooks': async (_req, res) => {
      res.json({ webhooks: await store.read(views(here)) })
    },
    'post /webhooks': [
      json,
      async (req, res) => {
        const input = parse(postWebhookSchema, req.body)
        const made = await engine.write(
          (function* () {
            let id = newId(input.name, chance, 'webhook')
            while ((yield* findWebhook(id)) !== undefined) id = newId(input.name, chance, 'webhook')
            yield* insertWebhook(id, input, clock.now())
            return yield* viewById(id, here)
          })(),
        )
        res.status(201).json(made)
      },
    ],
    'get /webhooks/{id}': async (req, res) => {
      res.json(await store.read(viewById(req.params.id, here)))
    },
    'put /webhooks/{id}': [
      json,
      async (req, res) => {
        const change = parse(putWebhookSchema, req.body)
        res.json(await engine.reshape(save(req.params.id, change, clock.now(), here)))
      },
    ],
    'delete /webhooks/{id}': async (req, res) => {
      await engine.reshape(remove(req.params.id))
      res.status(204).end()
    },
    'get /webhooks/{id}/uses': async (req, res) => {
      const { uses } = await store.read(viewById(req.params.id, here))
      res.json({ uses })
    },
  } satisfies Partial<Handlers>
}

function* views(here: Here): Work<readonly LibraryWebhook[]> {
  const webhooks = yield* allWebhooks()
  const uses = yield* loadUses()
  const known = { secrets: yield* secretHosts(), here }
  return webhooks.map(webhook => toView(webhook, uses, known))
}

function* viewById(id: string, here: Here): Work<LibraryWebhook> {
  return toView(yield* webhookById(id), yield* loadUses(), { secrets: yield* secretHosts(), here })
}

function* webhookById(id: string): Work<StoredWebhook> {
  const webhook = yield* findWebhook(id)
  if (webhook === undefined) throw notThere('webhook', id)
  return webhook
}

/** What only this server knows: ports that are closed, and secrets that cannot be opened. */
type Here = Pick<Env, 'closedPort' | 'isLocked'>

type Uses = ReadonlyMap<string, readonly WebhookUse[]>

function toView(webhook: StoredWebhook, uses: Uses, known: Known): LibraryWebhook {
  return { ...webhook, problems: problemsOf(webhook.definition, known), uses: [...(uses.get(webhook.id) ?? [])] }
}

/** What a webhook is judged with. */
interface Known {
  readonly secrets: ReadonlyMap<string, readonly string[]>
  readonly here: Here
}

function problemsOf(definition: Webhook, { secrets, here: { closedPort, isLocked } }: Known): Problem[] {
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

/** Saves a change; all or nothing. What live campaigns send by may not be broken. */
function* save(id: string, change: z.output<typeof putWebhookSchema>, now: number, here: Here): Work<LibraryWebhook> {
  const before = yield* viewById(id, here)
  const { revision, name = before.name, description = before.description, definition = before.definition } = change
  if (revision !== undefined && revision !== before.revision)
    throw refuse(
      409,
      'webhook.changed-elsewhere',
      `The webhook has moved on to revision ${before.revision}; you edited revision ${revision}.`,
      'Take the newer one ("current"), make the change again and save it.',
      { members: { current: before } },
    )
  const problems = problemsOf(definition, { secrets: yield* secretHosts(), here })
  if (!mayLaunch(problems) && before.uses.some(use => use.live))
    throw new Refused(422, `The webhook has problems, and ${sayLive(before.uses)}. Nothing was saved.`, problems)
  yield* saveWebhook(id, { name, description, definition }, now)
  return yield* viewById(id, here)
}

function* remove(id: string): Work<void> {
  const { name, uses } = yield* viewById(id, {})
  if (uses.some(use => use.live))
    throw refuse(
      409,
      'webhook.in-use',
      `"${name}" cannot be deleted: ${sayLive(uses)}.`,
      'Detach it there and launch again, or stop the campaign.',
    )
  yield* deleteWebhook(id)
}

function sayLive(uses: readonly WebhookUse[]): string {
  const names = uses.filter(use => use.live).map(use => `"${use.campaignName}"`)
  return `${names.length === 1 ? 'the live campaign' : 'the live campaigns'} ${names.join(', ')} ${names.length === 1 ? 'sends' : 'send'} by it`
}

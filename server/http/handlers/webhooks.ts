import type { z } from 'zod'
import { type LibraryWebhook, postWebhookSchema, putWebhookSchema, type WebhookUse } from '#shared/api/webhooks'
import { mayLaunch } from '#shared/graph/validate'
import { secretHosts } from '#shared/store/secrets'
import { deleteWebhook, findWebhook, insertWebhook, saveWebhook } from '#shared/store/webhooks'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { newId } from '../ids'
import { Refused, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { type Here, libraryView, libraryViews, problemsOf } from '../views/webhooks'

const LIMIT = 2 ** 20

/** The webhook library. Changes go through the engine, so that live campaigns send by them from the next send on. */
export function webhookHandlers({ env: { store, chance, clock, ...here }, engine }: Desk) {
  const json = readJson(LIMIT)
  return {
    'get /webhooks': async (_req, res) => {
      res.json({ webhooks: await store.read(libraryViews(here)) })
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
            return yield* libraryView(id, here)
          })(),
        )
        res.status(201).json(made)
      },
    ],
    'get /webhooks/{id}': async (req, res) => {
      res.json(await store.read(libraryView(req.params.id, here)))
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
      const { uses } = await store.read(libraryView(req.params.id, here))
      res.json({ uses })
    },
  } satisfies Partial<Handlers>
}

/** Saves a change; all or nothing. What live campaigns send by may not be broken. */
function* save(id: string, change: z.output<typeof putWebhookSchema>, now: number, here: Here): Work<LibraryWebhook> {
  const before = yield* libraryView(id, here)
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
  return yield* libraryView(id, here)
}

function* remove(id: string): Work<void> {
  const { name, uses } = yield* libraryView(id, {})
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

import { audienceQuerySchema, MOST_PROPERTIES, postEntriesSchema } from '#shared/api/entries'
import type { IncomingEvent } from '#shared/engine/entry/ingest'
import { explainRefusal } from '#shared/explain/entry'
import { factsOfGraph } from '#shared/graph/conditions'
import { intakeOf } from '#shared/graph/schema'
import { internalEvents } from '#shared/rules/internal-events'
import { takesEntries } from '#shared/rules/mode'
import { findVersion, type StoredCampaign } from '#shared/store/campaigns'
import { keepNames } from '#shared/store/history'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { refuse } from '../problem'
import { ofOne, readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { campaignById } from '../views/campaigns'
import { audiencePart, entranceState, refusedEntries } from '../views/entries'

const LIMIT = 100 * MOST_PROPERTIES + 2 ** 16

/** How leads come into campaigns: by the API, by runs, from the line; and why some do not. */
export function entryHandlers({ env, engine }: Desk) {
  const { store, clock } = env
  const [one, many] = postEntriesSchema.options

  return {
    'post /campaigns/{id}/entries': [
      readJson(LIMIT, ofOne),
      async (req, res) => {
        const campaign = await store.read(campaignById(req.params.id))
        const entries = Array.isArray(req.body) ? parse(many, req.body) : [parse(one, req.body)]
        const zone = await store.read(openFor(campaign))
        const now = clock.now()
        const incoming = entries.map(({ lead, id, properties }): IncomingEvent => {
          const event = { id: `$entry:${campaign.id}:${id}`, name: internalEvents.entered, at: now, properties }
          return { lead, event, to: campaign.id }
        })
        const taken = await engine.ingest(incoming)
        res.json({
          entries: entries.map(({ lead, id }, i) => {
            const { duplicate = true, refused } = taken[i] ?? {}
            const status = duplicate ? 'duplicate' : refused === undefined ? 'entered' : 'refused'
            return { lead, id, status, why: refused === undefined ? null : explainRefusal(refused, { zone, at: now }) }
          }),
        })
      },
    ],
    'get /campaigns/{id}/entrance': async (req, res) => {
      res.json(await store.read(entranceState(req.params.id, clock.now())))
    },
    'post /campaigns/{id}/audience': async (req, res) => {
      const campaign = await store.read(campaignById(req.params.id))
      const asked = [...factsOfGraph(campaign.draft).events.keys()]
      if (asked.length > 0) await engine.reshape(keepNames(asked))
      res.json(await store.read(audiencePart(campaign, 0, clock.now())))
    },
    'get /campaigns/{id}/audience': async (req, res) => {
      const { after } = parse(audienceQuerySchema, req.query, 'query')
      const campaign = await store.read(campaignById(req.params.id))
      res.json(await store.read(audiencePart(campaign, after, clock.now())))
    },
    'get /leads/{externalId}/entries': async (req, res) => {
      res.json({ refused: await store.read(refusedEntries(req.params.externalId)) })
    },
  } satisfies Partial<Handlers>
}

/** The zone of a campaign that lets leads in by the API; throws a 409 for any other. */
function* openFor({ id, name, status, liveVersion }: StoredCampaign): Work<string> {
  const live = liveVersion === null ? undefined : yield* findVersion(id, liveVersion)
  if (live === undefined || status !== 'live')
    throw refuse(409, 'entry.not-live', `"${name}" is not live, so nobody can enter.`, 'Launch or resume it first.')
  const admits = intakeOf(live.graph)
  if (admits === undefined || !takesEntries(admits))
    throw refuse(
      409,
      'entry.no-way',
      `"${name}" has no way in for the API.`,
      'Add "The API lets in" to its trigger and launch it again.',
    )
  return live.graph.settings.zone
}

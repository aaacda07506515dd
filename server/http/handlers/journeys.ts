import { removeJourneySchema } from '#shared/api/leaving'
import { removeOne } from '#shared/engine/acts/remove'
import type { Desk } from '../desk'
import { refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { journeyByAddress, journeysByAddress, journeyView } from '../views/journeys'

const LIMIT = 2 ** 12

export function journeyHandlers({ env: { store }, engine, live }: Desk) {
  return {
    'get /leads/{externalId}/journeys': async (req, res) => {
      res.json(await store.read(journeysByAddress(req.params.externalId)))
    },
    'get /journeys/{id}': async (req, res) => {
      res.json(await store.read(journeyView(req.params.id)))
    },
    'post /journeys/{id}/remove': [
      readJson(LIMIT),
      async (req, res) => {
        const address = req.params.id
        const { id } = await store.read(journeyByAddress(address))
        const { reason } = parse(removeJourneySchema, req.body)
        if ((await engine.does(turn => removeOne(turn, id, reason))) === 'ended')
          throw refuse(409, 'journey.ended', 'The journey has ended already.', 'There is nothing to do.')
        res.json(await store.read(journeyView(address)))
      },
    ],
    'get /journeys/{id}/live': async (req, res) => {
      live.journey(await store.read(journeyByAddress(req.params.id)), req, res)
    },
  } satisfies Partial<Handlers>
}

import { mergeLeadSchema } from '#shared/api/leads'
import { deleteLead, mergeInto } from '#shared/engine/acts/lead-acts'
import type { Desk } from '../desk'
import { refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { leadExport } from '../views/lead-export'
import { leadByAddress, toLeadView } from '../views/leads'

const LIMIT = 2 ** 16

/** Merge, export and deletion of a lead. */
export function leadActHandlers({ env: { store }, engine }: Desk) {
  return {
    'post /leads/{externalId}/merge': [
      readJson(LIMIT),
      async (req, res) => {
        const externalId = req.params.externalId
        await store.read(leadByAddress(externalId))
        const { into, ...choice } = parse(mergeLeadSchema, req.body)
        await engine.does(function* (turn) {
          const [kept, merged] = [yield* leadByAddress(into), yield* leadByAddress(externalId)]
          // Both ids may be names of the same lead by now.
          if (kept.id === merged.id)
            throw refuse(409, 'lead.merge-self', 'A lead cannot be merged into itself.', 'Name another lead in "into".')
          yield* mergeInto(turn, kept, merged, choice)
        })
        res.json(toLeadView(await store.read(leadByAddress(into))))
      },
    ],
    'get /leads/{externalId}/export': async (req, res) => {
      const whole = await store.read(leadExport(req.params.externalId))
      const name = req.params.externalId.replaceAll(/[^\w.-]+/g, '_').slice(0, 60)
      res.set('content-disposition', `attachment; filename="lead-${name}.json"`).json(whole)
    },
    'delete /leads/{externalId}': async (req, res) => {
      await engine.does(function* (turn) {
        yield* deleteLead(turn, yield* leadByAddress(req.params.externalId))
      })
      res.status(204).end()
    },
  } satisfies Partial<Handlers>
}

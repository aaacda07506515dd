import { type LeadExport, leadExportSchema, mergeLeadSchema } from '#shared/api/leads'
import { deleteLead, mergeInto } from '#shared/engine/acts/lead-acts'
import { attemptsOfTouches } from '#shared/store/attempts'
import { journalOf } from '#shared/store/journal'
import { journeysOfLead } from '#shared/store/journeys'
import { eventsOfLead, listIdsOfLead, touchIdsOfLead } from '#shared/store/lead-data'
import { touchesById } from '#shared/store/touches'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { maskedRequest } from '../mask'
import { refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { leadByAddress, toLeadView, withAliases } from './leads'

const LIMIT = 2 ** 16
const ALL = 1_000_000

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
      const whole = await store.read(exportOf(req.params.externalId))
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

/** Everything that is stored about a lead, in plain words: no numbers of ours but those that join the parts. */
function* exportOf(externalId: string): Work<LeadExport> {
  const lead = yield* leadByAddress(externalId)
  const journeys: object[] = []
  for (const { leadId: _, ...journey } of yield* journeysOfLead(lead.id, ALL))
    journeys.push({ ...journey, journal: yield* journalOf(journey.id) })
  const touches = yield* touchesById(yield* touchIdsOfLead(lead.id))
  const attempts = yield* attemptsOfTouches(touches.map(t => t.id))
  const sends = touches.map(({ leadId: _, request, ...touch }) => ({
    ...touch,
    request: maskedRequest(request),
    attempts: attempts.filter(a => a.touchId === touch.id),
  }))
  const whole = {
    lead: yield* withAliases(lead),
    lists: yield* listIdsOfLead(lead.id),
    events: yield* eventsOfLead(lead.id),
    journeys,
    sends,
  }
  return leadExportSchema.parse(JSON.parse(JSON.stringify(whole)))
}

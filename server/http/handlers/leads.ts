import { externalIdSchema, leadsQuerySchema, putLeadSchema } from '#shared/api'
import { type Json, type JsonObject, own } from '#shared/json'
import { error, type Problem } from '#shared/problems'
import { fieldTypeWords } from '#shared/rules/coerce'
import { type Fields, fitField } from '#shared/rules/fields'
import { loadFields } from '#shared/store/fields'
import { type FoundLeads, searchLeads } from '#shared/store/lead-search'
import { countLeads, findLead, pageOfLeads } from '#shared/store/leads'
import type { Work } from '#shared/store/work'
import { mendNames } from '#shared/values/mend-names'
import type { Desk } from '../desk'
import { Refused, refuse } from '../problem'
import { ofOne, readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { leadByAddress, leadView, parseAfter, toFoundView, toLeadView } from '../views/leads'

const LIMIT = 2 ** 20

export function leadHandlers({ env: { store }, engine }: Desk) {
  return {
    'get /leads': async (req, res) => {
      const { search = '', after, limit } = parse(leadsQuerySchema, req.query, 'query')
      // One more than asked for, to see whether there is a next page.
      const found = await store.read(leadsFor(search.trim(), parseAfter(after), limit + 1))
      const leads = found.leads.slice(0, limit)
      const next = found.leads.length > limit ? String(leads.at(-1)?.id) : null
      res.json({ leads: leads.map(lead => toFoundView(lead, found.formerly)), next, total: found.total })
    },
    'get /leads/{externalId}': async (req, res) => {
      res.json(await store.read(leadView(req.params.externalId)))
    },
    'put /leads/{externalId}': [
      readJson(LIMIT, ofOne),
      async (req, res) => {
        const externalId = parse(externalIdSchema, req.params.externalId, 'address')
        const { attributes: given, time_zone: zone } = parse(putLeadSchema, req.body)
        const { attributes, names } = mendNames(given)
        const input = {
          externalId,
          attributes: await store.read(takenBy(externalId, attributes)),
          ...(zone === undefined ? {} : { zone }),
        }
        await engine.putLeads([input])
        const view = toLeadView(await store.read(leadByAddress(externalId)))
        res.json(names.length === 0 ? view : { ...view, names: [...names] })
      },
    ],
  } satisfies Partial<Handlers>
}

function* leadsFor(search: string, before: number | null, limit: number): Work<FoundLeads> {
  if (search !== '') return yield* searchLeads(search, before, limit)
  return { leads: yield* pageOfLeads(before, limit), total: yield* countLeads(), formerly: new Map() }
}

/** The attributes as the fields take them that the lead has by now. */
function* takenBy(externalId: string, attributes: JsonObject): Work<JsonObject> {
  const known = (yield* findLead(externalId))?.attributes ?? {}
  const taken = fitted(yield* loadFields(), attributes, known)
  mayHold({ ...known, ...taken })
  return taken
}

/** What a lead holds in all: it is loaded with every step that the lead takes. */
const MOST_ATTRIBUTES = 1_000
const MOST_CHARS = 256 * 2 ** 10

function mayHold(attributes: JsonObject): void {
  const count = Object.keys(attributes).length
  if (count > MOST_ATTRIBUTES)
    throw refuse(
      400,
      'lead.many',
      `The lead would have ${count.toLocaleString('en-US')} attributes; 1,000 are the most.`,
      'Remove some with null, or keep them in one list.',
    )
  if (JSON.stringify(attributes).length > MOST_CHARS)
    throw refuse(
      400,
      'lead.long',
      'The attributes of the lead would be longer than 256 KiB of JSON.',
      'Keep what campaigns need, and remove the rest with null.',
    )
}

/**
 * The attributes as their fields take them. Throws a 400 with a problem for each one that is refused; then nothing is
 * stored.
 */
function fitted(fields: Fields, attributes: JsonObject, known: JsonObject): JsonObject {
  const problems: Problem[] = []
  const entries = Object.entries(attributes).map(([name, value]): [string, Json] => {
    if (value === null) return [name, value]
    const taken = fitField(fields, name, value, 'json', own(known, name) ?? null)
    if (taken.is === 'value') return [name, taken.value]
    const type = fields.types.get(name)
    const fix =
      type === undefined
        ? 'Make a field of this name, or take other attributes too (PUT /fields).'
        : `The field takes: ${fieldTypeWords[type].takes}`
    problems.push(error('field.refused', `"${name}" was refused: ${taken.reason}.`, fix, `attributes.${name}`))
    return [name, value]
  })
  if (problems.length > 0) throw new Refused(400, 'The request is not valid.', problems)
  return Object.fromEntries(entries)
}

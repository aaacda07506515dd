import { Router } from 'express'
import { externalIdSchema, type LeadView, leadsQuerySchema, putLeadSchema } from '#shared/api'
import { countLeads, findLead, pageOfLeads, type StoredLead } from '../store/leads'
import type { Work } from '../store/work'
import type { Desk } from './desk'
import { readJson } from './json'
import { parse } from './parse'
import { notThere, refuse } from './problem'

const LIMIT = 2 ** 20

export function leadsRouter({ env: { store }, engine }: Desk): Router {
  return Router()
    .get('/leads', async (req, res) => {
      const { search = '', after, limit } = parse(leadsQuerySchema, req.query, 'query')
      // One more than asked for, to see whether there is a next page.
      const found = await store.read(pageOfLeads(search.trim(), parseAfter(after), limit + 1))
      const leads = found.slice(0, limit)
      const next = found.length > limit ? String(leads.at(-1)?.id) : null
      res.json({ leads: leads.map(toLeadView), next, total: await store.read(countLeads(search.trim())) })
    })
    .get('/leads/:externalId', async (req, res) => {
      res.json(toLeadView(await store.read(leadByAddress(req.params.externalId))))
    })
    .put('/leads/:externalId', readJson(LIMIT), async (req, res) => {
      const externalId = parse(externalIdSchema, req.params['externalId'], 'address')
      const { attributes, time_zone: zone } = parse(putLeadSchema, req.body)
      const input = { externalId, attributes, ...(zone === undefined ? {} : { zone }) }
      await engine.putLeads([input])
      res.json(toLeadView(await store.read(leadByAddress(externalId))))
    })
}

/** The lead that an address names. Throws a 404 when nobody has this id. */
export function* leadByAddress(externalId: string): Work<StoredLead> {
  const lead = yield* findLead(parse(externalIdSchema, externalId, 'address'))
  if (lead === undefined) throw notThere('lead', externalId)
  return lead
}

/** A lead as the API shows it: without our own number. */
export function toLeadView({ externalId, attributes, zone, createdAt, updatedAt }: StoredLead): LeadView {
  return { externalId, attributes, zone, createdAt, updatedAt }
}

/** The `after` of a page of leads. Throws a 400. */
export function parseAfter(after: string | undefined): number | null {
  if (after === undefined || after === '') return null
  if (!/^\d{1,15}$/.test(after))
    throw refuse(400, 'query.after', '"after" is not the "next" of a page.', 'Pass "next" of the page before.')
  return Number(after)
}

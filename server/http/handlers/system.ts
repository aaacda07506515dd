import { Router } from 'express'
import { countActive } from '#shared/store/journeys'
import { countDue } from '#shared/store/tasks'
import { findNotice } from '#shared/subscriptions/notices/index'
import type { Desk } from '../desk'
import { asyncApiDocument, noticeJsonSchema } from '../docs/asyncapi'
import { campaignJsonSchema, openApiDocument } from '../docs/openapi'
import { docsPage } from '../docs/page'
import { notThere } from '../problem'
import type { Handlers } from '../router'

/** Is it alive, and how busy? For whoever watches this process. */
export function healthRouter({ env: { store, clock }, engine, watch, version }: Desk): Router {
  return Router().get('/healthz', async (_req, res) => {
    const journeys = await store.read(countActive())
    const due = await store.read(countDue(clock.now()))
    const warnings = watch.warnings()
    const status = warnings.length === 0 ? 'ok' : 'warning'
    res.json({ status, warnings, zones: watch.zones(), version, journeys, due, inFlight: engine.inFlight() })
  })
}

/** The documents of the API. They take half a second, so they are made when somebody first asks for them. */
export function systemHandlers({ version, asksForToken }: Desk) {
  const document = once(() => JSON.stringify(openApiDocument(version), null, 2))
  const told = once(() => JSON.stringify(asyncApiDocument(version), null, 2))
  const schema = once(() => JSON.stringify(campaignJsonSchema(), null, 2))
  return {
    'get /access': (_req, res) => {
      res.json({ token: asksForToken })
    },
    'get /openapi.json': (_req, res) => {
      res.type('application/json').send(document())
    },
    'get /asyncapi.json': (_req, res) => {
      res.type('application/json').send(told())
    },
    'get /schema/events/{name}.json': (req, res) => {
      const kind = findNotice(req.params.name)
      if (kind === undefined) throw notThere('event', req.params.name)
      res.type('application/schema+json').send(JSON.stringify(noticeJsonSchema(kind), null, 2))
    },
    'get /schema/campaign.json': (_req, res) => {
      res.type('application/schema+json').send(schema())
    },
  } satisfies Partial<Handlers>
}

/** The readable page. */
export function docsRouter({ version, origin }: Desk): Router {
  const page = once(() => docsPage(openApiDocument(version), origin))
  return Router().get('/api/docs', (_req, res) => {
    res.type('html').send(page())
  })
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

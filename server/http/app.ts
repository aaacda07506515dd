import type { RequestListener } from 'node:http'
import compression from 'compression'
import express, { type ErrorRequestHandler, type RequestHandler, type Response, type Router } from 'express'
import helmet from 'helmet'
import { routes } from '#shared/routes'
import type { Access } from '../access/gate'
import type { Desk } from './desk'
import { eventsDoor } from './events-door'
import { noNul, type OwnNames, onlyOwnNames, sameSiteOnly } from './guard'
import { activityHandlers } from './handlers/activity'
import { campaignHandlers } from './handlers/campaigns'
import { entryHandlers } from './handlers/entries'
import { eventHandlers } from './handlers/events'
import { experimentHandlers } from './handlers/experiments'
import { fieldHandlers } from './handlers/fields'
import { folderHandlers } from './handlers/folders'
import { goalHandlers } from './handlers/goals'
import { hostHandlers } from './handlers/hosts'
import { importHandlers } from './handlers/imports'
import { journeyHandlers } from './handlers/journeys'
import { leadActHandlers } from './handlers/lead-acts'
import { leadHandlers } from './handlers/leads'
import { leavingHandlers } from './handlers/leaving'
import { listHandlers } from './handlers/lists'
import { receiverHandlers } from './handlers/receivers'
import { createSandbox, type Sandbox } from './handlers/sandbox'
import { secretHandlers } from './handlers/secrets'
import { settingsHandlers } from './handlers/settings'
import { subscriptionHandlers } from './handlers/subscriptions'
import { docsRouter, healthRouter, systemHandlers } from './handlers/system'
import { versionHandlers } from './handlers/versions'
import { webhookTestHandlers } from './handlers/webhook-test'
import { webhookHandlers } from './handlers/webhooks'
import { answerErrors, refuse } from './problem'
import { routerOf } from './router'
import { passes, type Rule } from './rule'
import { noScreens, screensRouter } from './screens'

/** What the app is served with. */
export interface Served extends OwnNames {
  /** Who may come in; null: whoever can reach it. */
  readonly access: Access | null
  /** The built screens; null where there are none (the API alone). */
  readonly clientDir: string | null
}

/** The whole of HTTP: the API, the sandbox receiver, and the screens. */
export function createApp(desk: Desk, { access, clientDir, ...names }: Served): RequestListener {
  const events = eventHandlers(desk)
  const fail = answerErrors(desk.env)
  const ofAll: readonly Rule[] = [neverGuessed, onlyOwnNames(names)]
  const ofApi: readonly Rule[] = [apiHeaders, sameSiteOnly(names)]
  const sandbox = createSandbox(desk)
  const app = express()
  app.set('query parser', 'simple')
  app.set('etag', false)
  app.disable('x-powered-by')
  app.use(passes(...ofAll), compressed)
  const gate = access === null ? [] : [access.gate]
  app.use('/api/v1', passes(...ofApi), gate, passes(noNul), api(desk, events, sandbox), unknownAddress)
  // A page of another site must not be able to fill the sandbox either.
  app.use('/sandbox/in', passes(sameSiteOnly(names)))
  app.use(sandbox.receiver)
  app.use(pageHeaders)
  app.use(healthRouter(desk))
  if (access !== null) app.use(access.router, access.gate)
  app.use(docsRouter(desk))
  app.use(clientDir === null ? noScreens : screensRouter(clientDir))
  const answered: ErrorRequestHandler = (thrown, req, res, _next) => fail(thrown, req, res, req.path)
  app.use(answered)
  const rules = [...ofAll, ...ofApi, ...(access === null ? [] : [access.admitsProgram]), noNul]
  return eventsDoor({ rules, take: events['post /events'], fail, otherwise: app })
}

function api(desk: Desk, events: ReturnType<typeof eventHandlers>, sandbox: Sandbox): Router {
  return routerOf({
    ...events,
    ...importHandlers(desk),
    ...leadHandlers(desk),
    ...listHandlers(desk),
    ...entryHandlers(desk),
    ...versionHandlers(desk),
    ...goalHandlers(desk),
    ...campaignHandlers(desk),
    ...experimentHandlers(desk),
    ...journeyHandlers(desk),
    ...hostHandlers(desk),
    ...receiverHandlers(desk),
    ...systemHandlers(desk),
    ...activityHandlers(desk),
    ...settingsHandlers(desk),
    ...secretHandlers(desk),
    ...webhookTestHandlers(desk),
    ...webhookHandlers(desk),
    ...subscriptionHandlers(desk),
    ...folderHandlers(desk),
    ...fieldHandlers(desk),
    ...leadActHandlers(desk),
    ...leavingHandlers(desk),
    ...sandbox.handlers,
  })
}

/**
 * No script that is not ours, nothing from elsewhere, no frames. Styles may be inline, because Mantine and React Flow
 * write them on elements. No HSTS and no upgrade: whether there is TLS is the business of whoever puts a proxy before
 * us.
 */
const pageHeaders: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'self'"],
      'script-src': ["'self'"],
      'script-src-attr': ["'none'"],
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'data:', 'blob:'],
      'font-src': ["'self'", 'data:'],
      'connect-src': ["'self'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
})

const compress = compression({
  threshold: 2_048,
  filter: (req, res) => mayBePacked(res) && compression.filter(req, res),
})

/** Answers to GET are compressed. A POST is answered with a line or two, which compression would only slow down. */
const compressed: RequestHandler = (req, res, next) => (req.method === 'GET' ? compress(req, res, next) : next())

/**
 * Not server-sent events: a compressor would keep each of them back until it has a full block. Not a range either, which
 * names bytes of what is not compressed.
 */
function mayBePacked(res: Response): boolean {
  return res.statusCode !== 206 && !String(res.getHeader('content-type')).startsWith('text/event-stream')
}

/** Nothing of ours is to be taken for something else than it says, refusals included. */
const neverGuessed: Rule = (_req, res) => {
  res.setHeader('x-content-type-options', 'nosniff')
}

/** An answer of the API is data: never kept. The policy of the pages would be a kilobyte on each answer. */
const apiHeaders: Rule = (_req, res) => {
  res.setHeader('cache-control', 'no-store')
  res.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
}

/** 405 where the address is known by another method, else 404. */
const unknownAddress: RequestHandler = req => {
  const methods = routes.filter(route => patternOf(route.path).test(req.path)).map(route => route.method.toUpperCase())
  if (methods.length === 0)
    throw refuse(
      404,
      'address.unknown',
      `There is nothing at ${req.baseUrl}${req.path}.`,
      'See /api/docs for the addresses of the API.',
    )
  const allow = [...new Set(methods)].join(', ')
  throw refuse(405, 'method.unknown', `This address does not take ${req.method}.`, `It takes ${allow}.`, {
    headers: { allow },
  })
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`, 'i')
}

import { accessRoutes } from './routes/access'
import { activityRoutes } from './routes/activity'
import { campaignRoutes } from './routes/campaigns'
import { documentRoutes } from './routes/documents'
import { entryRoutes } from './routes/entries'
import { eventRoutes } from './routes/events'
import { experimentRoutes } from './routes/experiments'
import { fieldRoutes } from './routes/fields'
import { folderRoutes } from './routes/folders'
import { goalRoutes } from './routes/goals'
import { hostRoutes } from './routes/hosts'
import { importRoutes } from './routes/imports'
import { journeyRoutes } from './routes/journeys'
import { leadActRoutes } from './routes/lead-acts'
import { leadRoutes } from './routes/leads'
import { leavingRoutes } from './routes/leaving'
import { listRoutes } from './routes/lists'
import { receiverRoutes } from './routes/receivers'
import type { Method, Route, RouteInfo } from './routes/route'
import { sandboxRoutes } from './routes/sandbox'
import { secretRoutes } from './routes/secrets'
import { subscriptionRoutes } from './routes/subscriptions'
import { versionRoutes } from './routes/versions'
import { webhookTestRoutes } from './routes/webhook-test'
import { webhookRoutes } from './routes/webhooks'

export type { Route } from './routes/route'

/**
 * Every route below `/api/v1`, by its address. The server makes its router from it (server/http/router.ts), and the
 * OpenAPI document and the contract test walk it.
 */
export const table = {
  ...leadRoutes,
  ...importRoutes,
  ...eventRoutes,
  ...campaignRoutes,
  ...journeyRoutes,
  ...sandboxRoutes,
  ...documentRoutes,
  ...activityRoutes,
  ...fieldRoutes,
  ...leadActRoutes,
  ...leavingRoutes,
  ...listRoutes,
  ...secretRoutes,
  ...entryRoutes,
  ...goalRoutes,
  ...experimentRoutes,
  ...hostRoutes,
  ...receiverRoutes,
  ...webhookRoutes,
  ...subscriptionRoutes,
  ...folderRoutes,
  ...webhookTestRoutes,
  ...versionRoutes,
  ...accessRoutes,
}

/** The addresses of the API: `get /leads/{externalId}`. */
export type ApiAddress = keyof typeof table

/** The same as a list, in its order. */
export const routes: readonly Route[] = Object.entries<RouteInfo>(table).map(([address, route]) => {
  const [method = '', path = ''] = address.split(' ')
  return { method: method as Method, path, ...route }
})

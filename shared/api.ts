/**
 * Every request and answer of the API, once: the server validates with these, the client is typed by them, and
 * `/api/v1/openapi.json` is made of them. Instants in answers are ms since the epoch; instants in requests may be any
 * spelling that values/dates.ts reads.
 *
 * A screen asks for the one file that it needs (client/api): most of these are small, those with a graph bring every
 * step kind.
 */
export * from './api/attempt'
export * from './api/campaign'
export * from './api/campaigns'
export * from './api/events'
export * from './api/imports'
export * from './api/journeys'
export * from './api/lead'
export * from './api/report'
export * from './api/sandbox'
export * from './api/system'
export * from './api/text'

import type { z } from 'zod'

export type Method = 'get' | 'put' | 'post' | 'delete'

/** Where a route stands: `get /leads/{externalId}`, below `/api/v1`, with the parameters as OpenAPI writes them. */
export type Address = `${Method} /${string}`

/** What an address takes and answers. */
export interface RouteInfo {
  readonly tag:
    | 'Leads'
    | 'Events'
    | 'Campaigns'
    | 'Journeys'
    | 'Sandbox'
    | 'Secrets'
    | 'System'
    | 'Activity'
    | 'Settings'
    | 'Lists'
    | 'Webhooks'
    | 'Subscriptions'
    | 'Folders'
  readonly summary: string
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** When the body is not JSON. */
  readonly bodyType?: 'text/csv'
  /** The answer of success. Without a schema it has no content, or is of the named type. */
  readonly answer: { readonly status: number; readonly schema?: z.ZodType; readonly type?: string }
  /** Refusals beside the 400 of a malformed request. */
  readonly refusals?: { readonly [status: number]: string }
}

export interface Route extends RouteInfo {
  readonly method: Method
  /** `/leads/{externalId}` */
  readonly path: string
}

export type RouteTable<A extends Address> = { readonly [K in A]: RouteInfo }

/** A part of the table. Its type keeps the addresses and nothing else: whoever serves them must serve all. */
export function routeTable<A extends Address>(routes: RouteTable<A>): RouteTable<A> {
  return routes
}

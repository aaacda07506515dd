import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { ApiAddress } from '#shared/routes'
import type { Method } from '#shared/routes/route'

/** The parameters that an address names: `{ externalId: string }` for `get /leads/{externalId}`. */
export type ParamsOf<A extends string> = A extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & ParamsOf<Rest>
  : Readonly<Record<never, string>>

/** Answers a request of its address. */
type Answer<A extends ApiAddress> = (req: Request<ParamsOf<A>>, res: Response) => unknown

/**
 * What serves the route table, by address: an answer, or what reads the body and then the answer. Complete by type: a
 * route that nobody serves does not compile, nor does a handler without a route.
 *
 * A file of handlers gives its part: `return { 'get /hosts': ... } satisfies Partial<Handlers>`.
 */
export type Handlers = {
  readonly [A in ApiAddress]: Answer<A> | readonly [body: RequestHandler, answer: Answer<A>]
}

/**
 * The router of the API. It asks literal segments before parameters, whatever order the table has:
 * `/leads/import/{id}` before `/leads/{externalId}/export`.
 */
export function routerOf(handlers: Handlers): Router {
  const router = Router()
  for (const [address, handler] of Object.entries(handlers).sort(([a], [b]) => shapeOf(a).localeCompare(shapeOf(b)))) {
    const [method, path] = address.split(' ') as [Method, string]
    // Express reads the parameters from the pattern that the type was made of.
    router[method](path.replaceAll(/\{(\w+)\}/g, ':$1'), ...([handler].flat() as RequestHandler[]))
  }
  return router
}

/** `post /leads/import/{id}` has the shape `001`. */
function shapeOf(address: string): string {
  const [, ...segments] = address.split('/')
  return segments.map(segment => (segment.startsWith('{') ? '1' : '0')).join('')
}

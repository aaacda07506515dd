import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'

/**
 * What a request has to pass before it is answered. It throws a `Refused`, or sets headers that every answer has,
 * refusals included. Asked by Express, and for events before it (events-door.ts): so it knows only what Node gives.
 */
export type Rule = (req: IncomingMessage, res: ServerResponse) => void

/** The rules as a middleware, in their order. */
export function passes(...rules: readonly Rule[]): RequestHandler {
  return (req, res, next) => {
    for (const rule of rules) rule(req, res)
    next()
  }
}

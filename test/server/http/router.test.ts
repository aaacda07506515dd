import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Handlers, routerOf } from '#server/http/router'
import { type ApiAddress, routes } from '#shared/routes'

/** Every route answers with its address and what its parameters are. */
const handlers = Object.fromEntries(
  routes.map(({ method, path }) => [
    `${method} ${path}`,
    (req: express.Request, res: express.Response) => res.json({ served: `${method} ${path}`, params: req.params }),
  ]),
) as unknown as Handlers

const server = createServer(express().use(routerOf(handlers)))
let origin: string

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

const asked = async (method: string, path: string) => (await fetch(origin + path, { method })).json()

describe('the router of the route table', () => {
  it.each(routes.map(({ method, path }) => [`${method} ${path}` as ApiAddress, method, path] as const))(
    'serves %s',
    async (address, method, path) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
      const at = path.replaceAll(/\{(\w+)\}/g, '$1~1')

      expect(await asked(method.toUpperCase(), at)).toEqual({
        served: address,
        params: Object.fromEntries(names.map(name => [name, `${name}~1`])),
      })
    },
  )

  it.each([
    ['GET', '/leads/import/export', 'get /leads/import/{id}', { id: 'export' }],
    ['GET', '/webhooks/tests/uses', 'get /webhooks/tests/{id}', { id: 'uses' }],
    ['GET', '/activity/summary', 'get /activity/summary', {}],
  ])('asks literal segments before parameters: %s %s', async (method, path, served, params) => {
    expect(await asked(method, path)).toEqual({ served, params })
  })
})

/** Never called: `tsc -b` reads it, and fails when one of these lines compiles. */
function mustNotCompile(whole: Handlers): readonly unknown[] {
  const { 'get /hosts': _, ...incomplete } = whole
  return [
    // @ts-expect-error A route that nobody serves.
    () => routerOf(incomplete),
    // @ts-expect-error A handler without a route.
    () => ({ 'get /hostz': whole['get /hosts'] }) satisfies Partial<Handlers>,
    // @ts-expect-error A parameter that the address does not name.
    () => ({ 'get /lists/{id}': (req, res) => res.json(req.params.list) }) satisfies Partial<Handlers>,
  ]
}
void mustNotCompile

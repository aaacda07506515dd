import { type Request, type Response, Router } from 'express'
import { type SandboxCall, type SandboxSettings, type SandboxView, sandboxSettingsSchema } from '#shared/api'
import type { sandboxRoutes } from '#shared/routes/sandbox'
import type { Desk } from '../desk'
import { MASK } from '../mask'
import { readBytes, readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'

type SandboxHandlers = Pick<Handlers, keyof typeof sandboxRoutes>

/**
 * The built-in receiver: a newcomer's webhooks call it, so that the whole circle can be seen without the internet. All
 * of it is in memory.
 */
export interface Sandbox {
  /** `/sandbox/in/*`: takes anything, answers as it was told to. */
  readonly receiver: Router
  /** How the screens look at it. */
  readonly handlers: SandboxHandlers
}

const KEPT_CALLS = 500
/** Bytes of all bodies that are kept: 500 of the largest would be 128 MiB. */
const KEPT_BYTES = 16 * 2 ** 20
const BODY_LIMIT = 256 * 2 ** 10

const start: SandboxSettings = { answer: 'json', slowMs: 5000, json: '{"contact":{"id":"c-1001"}}' }

export function createSandbox({
  env: { clock },
  live,
  origin,
  vault,
}: Pick<Desk, 'env' | 'live' | 'origin' | 'vault'>): Sandbox {
  let settings = start
  let calls: SandboxCall[] = []
  let bytes = 0
  let total = 0

  const view = (): SandboxView => ({ url: `${origin}/sandbox/in/`, settings, calls, total })

  const receiver = Router().all('/sandbox/in{/*path}', async (req, res) => {
    const body = (await readBytes(req, BODY_LIMIT)).toString('utf8')
    const answer = answers[settings.answer](settings)
    keep({
      n: ++total,
      at: clock.now(),
      method: req.method,
      path: vault.hide(req.originalUrl).slice(0, 4096),
      headers: shownHeaders(req, vault.hide),
      body: vault.hide(body),
      answered: answer.status,
    })
    if (answer.afterMs === undefined) reply(res, answer)
    else
      res.on(
        'close',
        clock.after(answer.afterMs, () => reply(res, answer)),
      )
  })

  const handlers: SandboxHandlers = {
    'get /sandbox': (_req, res) => {
      res.json(view())
    },
    'put /sandbox': [
      readJson(BODY_LIMIT),
      (req, res) => {
        settings = parse(sandboxSettingsSchema, req.body)
        res.json(view())
      },
    ],
    'delete /sandbox': (_req, res) => {
      calls = []
      bytes = 0
      total = 0
      res.json(view())
    },
    'get /sandbox/live': (req, res) => {
      live.sandbox(req, res)
    },
  }

  return { receiver, handlers }

  function keep(call: SandboxCall): void {
    calls.unshift(call)
    bytes += call.body.length
    while (calls.length > KEPT_CALLS || (bytes > KEPT_BYTES && calls.length > 1)) bytes -= calls.pop()?.body.length ?? 0
    live.sandboxCall(call)
  }
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  readonly afterMs?: number
}

/** How each choice answers: complete, or it does not compile. */
const answers: { readonly [M in SandboxSettings['answer']]: (settings: SandboxSettings) => Answer } = {
  '200': () => ({ status: 200, body: '{"ok":true}' }),
  '404': () => ({ status: 404, body: '{"error":"There is nothing here."}' }),
  '429': () => ({ status: 429, body: '{"error":"Slow down."}', headers: { 'retry-after': '5' } }),
  '503': () => ({ status: 503, body: '{"error":"Down for maintenance."}', headers: { 'retry-after': '5' } }),
  slow: ({ slowMs }) => ({ status: 200, body: '{"ok":true}', afterMs: slowMs }),
  json: ({ json }) => ({ status: 200, body: json }),
}

function reply(res: Response, { status, body, headers = {} }: Answer): void {
  res
    .status(status)
    .set({ ...headers, 'content-type': 'application/json' })
    .end(body)
}

/** What was sent, without what opens a door: of an authorization its scheme is left. */
function shownHeaders(req: Request, hide: (text: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => {
      const text = Array.isArray(value) ? value.join(', ') : (value ?? '')
      const scheme = /auth/i.test(name) ? /^[A-Za-z][\w-]* (?=\S)/.exec(text)?.[0] : undefined
      return [name, scheme === undefined ? hide(text) : scheme + MASK]
    }),
  )
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { Env } from '#shared/engine/env'
import type { Write } from '#shared/engine/turns'
import { endedSessions, endSession } from '#shared/store/sessions'
import { sameSiteOnly } from '../http/guard'
import { type Refused, refuse } from '../http/problem'
import { readBytes } from '../http/request/json'
import { passes, type Rule } from '../http/rule'
import { clientOf, createGuesses } from './guesses'
import { signInPage } from './sign-in-page'
import { createToken, SESSION_MS, type Session } from './token'

/** Who may come in, when the operator has set a token. Without a token there is none of this. */
export interface Access {
  /**
   * Passes requests with the token or with a cookie of the sign-in page. Others get 401; a browser that opens a page
   * gets the sign-in page.
   */
  readonly gate: RequestHandler
  /** The same for who is no browser that opens a page: passes, or refuses (401, 429). */
  readonly admitsProgram: Rule
  /** The sign-in page, its files, and the way out. To be asked before the gate. */
  readonly router: Router
}

export interface AccessParts {
  readonly env: Pick<Env, 'clock' | 'chance' | 'log'>
  /** Sessions that were ended are kept in a turn of the engine. */
  readonly write: Write
  readonly token: string
  /** The origin of PUBLIC_URL, or empty. */
  readonly publicUrl: string
  /** Where we listen: cookies do not know ports, and two servers of one machine keep theirs apart. */
  readonly port: number
  /** The built screens; null where there are none. */
  readonly clientDir: string | null
}

/** Of the screens, what the sign-in page is drawn with. */
const openFiles = ['favicon.svg', 'scheme.js']
const FORM_LIMIT = 8_192

export async function createAccess({
  env,
  write,
  token: secret,
  publicUrl,
  port,
  clientDir,
}: AccessParts): Promise<Access> {
  const { clock, chance, log } = env
  const token = createToken(secret)
  const guesses = createGuesses(clock)
  const ended = new Map(await write(endedSessions(clock.now())))
  /** Answers of cookies that have no end of their own: they end with their session. */
  const streams = new Map<string, Set<ServerResponse>>()
  // `__Host-` binds a cookie to this very host and to https; there is no https on a laptop.
  const cookies = { secure: '__Host-hookline', plain: `hookline_${port}` }

  /** Does the request bring a session or the token? Refuses (401, 429) a wrong token. */
  const isKnown = (req: IncomingMessage, res: ServerResponse): boolean => {
    const session = sessionOf(req)
    if (session !== undefined) {
      if (isStream(req)) follow(session, res)
      return true
    }
    const bearer = bearerOf(req)
    if (bearer === undefined) return false
    if (!judge(req, bearer)) throw notTheToken('The access token is not the right one.')
    return true
  }
  const gate: RequestHandler = (req, res, next) => {
    if (isKnown(req, res)) next()
    else turnAway(req, res)
  }
  const admitsProgram: Rule = (req, res) => {
    if (!isKnown(req, res)) throw noToken()
  }

  const router = Router()
    .get(
      openFiles.map(name => `/${name}`),
      (req, res, next) => {
        if (clientDir === null) next()
        else res.sendFile(join(clientDir, req.path.slice(1).toLowerCase()), { maxAge: 0 })
      },
    )
    .get('/sign-in', (req, res) => {
      const to = ours(String(req.query['to'] ?? '/'))
      if (sessionOf(req) === undefined) show(res, 200, { to })
      else res.redirect(303, to)
    })
    .post('/sign-in', passes(sameSiteOnly({ publicUrl })), async (req, res) => {
      const form = new URLSearchParams((await readBytes(req, FORM_LIMIT)).toString('utf8'))
      const to = ours(form.get('to') ?? '/')
      const wait = guesses.wait(client(req))
      if (wait > 0) {
        const seconds = Math.ceil(wait / 1000)
        res.setHeader('retry-after', seconds)
        show(res, 429, { to, says: `Too many wrong tokens came from here. Try again in ${seconds} seconds.` })
      } else if (judge(req, (form.get('token') ?? '').trim())) {
        const session = { id: chance.hex(12), until: clock.now() + SESSION_MS }
        setCookie(res, isSecure(req) ? 'secure' : 'plain', token.seal(session), SESSION_MS / 1000)
        res.redirect(303, to)
      } else show(res, 401, { to, says: 'This is not the access token.' })
    })
    .post('/sign-out', passes(sameSiteOnly({ publicUrl })), async (req, res) => {
      const session = sessionOf(req)
      if (session !== undefined) await end(session)
      for (const kind of ['secure', 'plain'] as const)
        if (valuesOf(req, cookies[kind]).length > 0) setCookie(res, kind, '', 0)
      res.redirect(303, '/sign-in')
    })

  return { gate, admitsProgram, router }

  function client(req: IncomingMessage): string {
    return clientOf(req.socket.remoteAddress, req.headers['x-forwarded-for'])
  }

  /** Looks at a token; refuses to (429) when too many wrong ones came from the same client. */
  function judge(req: IncomingMessage, text: string): boolean {
    const from = client(req)
    const wait = guesses.wait(from)
    if (wait > 0) throw tooMany(wait)
    const isRight = token.is(text)
    if (isRight) guesses.wasRight(from)
    else {
      guesses.wasWrong(from)
      if (guesses.wait(from) > 0) log.warn({ client: from }, 'wrong access tokens: this client is slowed')
    }
    return isRight
  }

  function sessionOf(req: IncomingMessage): Session | undefined {
    if (req.headers.cookie === undefined) return undefined
    for (const value of [...valuesOf(req, cookies.secure), ...valuesOf(req, cookies.plain)]) {
      const session = token.unseal(value, clock.now())
      if (session !== undefined && !ended.has(session.id)) return session
    }
    return undefined
  }

  async function end({ id, until }: Session): Promise<void> {
    ended.set(id, until)
    for (const res of streams.get(id) ?? []) res.destroy()
    await write(endSession(id, until))
  }

  function follow({ id }: Session, res: ServerResponse): void {
    const open = streams.get(id) ?? new Set()
    streams.set(id, open.add(res))
    res.on('close', () => {
      open.delete(res)
      if (open.size === 0) streams.delete(id)
    })
  }

  /** `secure` when the page that signs in came by https, whoever speaks it before us. */
  function isSecure({ headers }: Request): boolean {
    if (headers.origin !== undefined && headers.origin !== 'null') return headers.origin.startsWith('https://')
    return publicUrl.startsWith('https://') && headers.host === new URL(publicUrl).host
  }

  function setCookie(res: Response, kind: keyof typeof cookies, value: string, seconds: number): void {
    const secure = kind === 'secure' ? '; Secure' : ''
    // Lax, so that a link to a campaign opens it. `sameSiteOnly` refuses changes that pages of other sites ask for.
    res.append('set-cookie', `${cookies[kind]}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`)
  }
}

function show(res: Response, status: number, page: Parameters<typeof signInPage>[0]): void {
  res.status(status).set('cache-control', 'no-store').type('html').send(signInPage(page))
}

/** A person gets the page to sign in on, a program a sentence. */
function turnAway(req: Request, res: Response): void {
  const isPage = req.headers['sec-fetch-mode'] === 'navigate' || !req.originalUrl.startsWith('/api/')
  if (!['GET', 'HEAD'].includes(req.method) || !isPage || req.accepts('html', 'json') !== 'html') throw noToken()
  res.set('cache-control', 'no-store').redirect(303, `/sign-in?to=${encodeURIComponent(ours(req.originalUrl))}`)
}

function noToken(): Refused {
  return notTheToken('This Hookline asks for an access token.')
}

function notTheToken(message: string): Refused {
  const fix =
    'Send it as "authorization: Bearer ...": it is the value of HOOKLINE_ACCESS_TOKEN. In a browser, sign in at /sign-in.'
  return refuse(401, 'access.token', message, fix, { headers: { 'www-authenticate': 'Bearer realm="Hookline"' } })
}

function tooMany(waitMs: number): Refused {
  const seconds = Math.ceil(waitMs / 1000)
  return refuse(
    429,
    'access.slowed',
    'Too many wrong access tokens came from here.',
    `Try again in ${seconds} seconds.`,
    {
      headers: { 'retry-after': String(seconds) },
    },
  )
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
}

function isStream({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/event-stream') ?? false
}

/** Every value that came under a name: a browser may send one of another path as well. */
function valuesOf({ headers }: IncomingMessage, name: string): readonly string[] {
  return (headers.cookie ?? '').split(';').flatMap(pair => {
    const at = pair.indexOf('=')
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : []
  })
}

/** An address of ours to go back to; anything that a browser would read as another site's is our first page. */
function ours(to: string): string {
  const base = 'http://hookline.invalid'
  if (!to.startsWith('/') || !URL.canParse(to, base)) return '/'
  const url = new URL(to, base)
  const isOurs = url.origin === base && !url.pathname.startsWith('//') && !/^\/sign-(in|out)/.test(url.pathname)
  return isOurs ? url.pathname + url.search + url.hash : '/'
}

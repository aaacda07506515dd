import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProblemDetails } from '#shared/api'
import type { Env } from '#shared/engine/env'
import { error, type Problem } from '#shared/problems'
import { StoreBroken } from '../store/broken'
import { sendJson } from './json-answer'

/** Why a request is refused, as RFC 9457 problem details. Handlers throw it, `answerErrors` below answers it. */
export class Refused extends Error {
  override readonly name = 'Refused'
  constructor(
    readonly status: number,
    readonly title: string,
    readonly problems: readonly Problem[],
    /** Members beside the standard ones (RFC 9457, section 3.2), and headers. */
    readonly more: { readonly members?: object; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(title)
  }
}

/** A refusal for one reason. `code` is stable; `message` says what was found, `fix` what to do. */
export function refuse(
  status: number,
  code: string,
  message: string,
  fix: string,
  more: Refused['more'] = {},
): Refused {
  return new Refused(status, titles[status] ?? 'The request was refused.', [error(code, message, fix)], more)
}

/** 404 for a thing that the address names and that is not there. */
export function notThere(what: string, id: string | number): Refused {
  return refuse(
    404,
    `${what}.unknown`,
    `There is no ${what} with the id "${id}".`,
    `Look up the id in the list of ${what}s.`,
  )
}

const titles: { readonly [status: number]: string } = {
  400: 'The request is not valid.',
  401: 'Who is asking?',
  403: 'The request is not allowed.',
  404: 'Not found.',
  405: 'This address does not take that method.',
  408: 'The request took too long.',
  409: 'Not possible in this state.',
  412: 'The condition does not hold.',
  413: 'The request is too large.',
  415: 'This kind of content is not taken.',
  416: 'There is no such part.',
  421: 'The request is addressed to another host.',
  422: 'The campaign has problems.',
  429: 'Too much at once.',
  431: 'The request is too large.',
  500: 'Something went wrong on our side.',
  503: 'Not available for the moment.',
  507: 'The disk is full.',
}

/** A refusal as problem details. `detail` is the first problem's sentence. */
export function problemOf({ status, title, problems }: Refused): ProblemDetails {
  return {
    type: `urn:hookline:problem:${problems[0]?.code ?? status}`,
    title,
    status,
    detail: problems[0]?.message ?? title,
    problems: [...problems],
  }
}

/** Answers problem+json. */
function sendRefusal(res: ServerResponse, refused: Refused): void {
  const { status, more } = refused
  for (const [name, value] of Object.entries(more.headers ?? {})) res.setHeader(name, value)
  sendJson(res, status, { ...problemOf(refused), ...more.members }, 'application/problem+json')
}

/** Answers what was thrown while a request of `path` was worked on. */
export type Fail = (thrown: unknown, req: IncomingMessage, res: ServerResponse, path: string) => void

/**
 * Whatever was thrown becomes problem+json. What nobody expected is logged under a reference that the answer names, and
 * nothing else of it gets out.
 */
export function answerErrors({ log, chance }: Pick<Env, 'log' | 'chance'>): Fail {
  return (thrown, req, res, path) => {
    // Whoever asked has gone, or was too slow and knows: nothing of ours failed, and nobody hears an answer.
    if (req.destroyed && !req.complete) {
      log.info({ url: path }, 'a request broke off')
      res.destroy()
      return
    }
    if (res.headersSent) {
      log.error({ err: thrown, url: path }, 'an answer broke off')
      res.destroy()
      return
    }
    const known = thrown instanceof Refused ? thrown : (brokenAddress(thrown) ?? troubleOfStore(thrown))
    if (known !== undefined) {
      if (known.status >= 500) log.error({ err: thrown, url: path }, known.title)
      sendRefusal(res, known)
      return
    }
    const reference = chance.hex(6)
    log.error({ err: thrown, reference, method: req.method, url: path }, 'a request failed')
    const fix = `Try again; if it stays so, look for "${reference}" in the server's log.`
    sendRefusal(res, refuse(500, 'server.unexpected', 'The server met an error that it did not expect.', fix))
  }
}

/**
 * What Express and its file server say of an address, a range or a condition: mistakes of the client, each with its own
 * status.
 */
function brokenAddress(thrown: unknown): Refused | undefined {
  const status = thrown instanceof Error && 'status' in thrown ? Number(thrown.status) : 0
  if (status === 400 || thrown instanceof URIError)
    return refuse(
      400,
      'address.encoding',
      'The address is not valid percent-encoded UTF-8.',
      'Encode each part of the path.',
    )
  // 403: it leads out of the folder, by "..", or to a hidden file.
  if (status === 403 || status === 404)
    return refuse(404, 'address.unknown', 'There is no such file.', 'Load the page again.')
  return status > 400 && status < 500
    ? refuse(status, 'request.condition', 'The request asks for what this file cannot give.', 'Ask for the whole file.')
    : undefined
}

const again = { headers: { 'retry-after': '5' } }

/**
 * What the disk or the database cannot do at the moment. SQLite's codes are documented and stable; the others are
 * Node's.
 */
function troubleOfStore(thrown: unknown): Refused | undefined {
  if (thrown instanceof StoreBroken)
    return refuse(
      503,
      'store.broken',
      'The database failed and the server stops; nothing was stored.',
      'Send it again when the server is back. Its log says what happened.',
      again,
    )
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'SQLITE_FULL' || code === 'ENOSPC')
    return refuse(
      507,
      'store.full',
      'The disk of the server is full; nothing was stored.',
      'Free some space, then send it again.',
      again,
    )
  if (/^SQLITE_(BUSY|LOCKED|CANTOPEN|NOMEM)/.test(code))
    return refuse(
      503,
      'store.unavailable',
      'The database does not answer; nothing was stored.',
      'Send it again in some seconds.',
      again,
    )
  return undefined
}

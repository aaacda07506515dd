import type { Call, CallEnd, Secrets } from '#shared/call'
import { isObject, type Json } from '#shared/json'
import { spellings } from '#shared/render/spellings'
import type { TokenAsk } from '#shared/rules/webhook-request'
import { MINUTE } from '#shared/time/units'
import { readJsonText } from '#shared/values/numbers'
import { maskOutcome } from './echo'

// Access tokens (OAuth 2.0, client credentials). They live in memory only. A token is asked for through the same door
// as every webhook, and by one call for all that wait for it.

export type Got =
  | { readonly is: 'token'; readonly token: string }
  | { readonly is: 'none'; readonly cause: 'bad-request' | 'protocol' | 'reset'; readonly message: string }
  /** A fault of our own: nobody was asked. */
  | { readonly is: 'put-off'; readonly message: string; readonly inMs: number | undefined }

interface Kept {
  token: { readonly value: string; readonly until: number } | null
  waiting: ((got: Got) => void)[]
}

/** A token is not used in the last minute of its life. */
const MARGIN_MS = MINUTE
/** How long the token address may take. */
const TOKEN_SECONDS = 20
/** Where the receiver does not say how long a token lives. */
const UNSAID_MS = 300_000

export interface TokensSetup {
  readonly secrets: Secrets
  readonly now: () => number
  readonly send: (call: Call) => void
}

/** Keeps tokens by how they are asked for. */
export function createTokens({ secrets, now, send }: TokensSetup) {
  const kept = new Map<string, Kept>()
  /** Our own calls have touches that are no whole numbers, which no send and no test send has. */
  const asking = new Map<number, { readonly ask: string; readonly secret: string }>()
  let last = 0

  function get(wanted: TokenAsk, then: (got: Got) => void): void {
    const ask = keyOf(wanted)
    const one = kept.get(ask) ?? { token: null, waiting: [] }
    kept.set(ask, one)
    if (one.token !== null && now() < one.token.until) {
      then({ is: 'token', token: one.token.value })
      return
    }
    one.waiting.push(then)
    if (one.waiting.length === 1) request(ask, wanted)
  }

  function request(ask: string, wanted: TokenAsk): void {
    const secret = secrets.value(wanted.clientSecret)
    if (secret === undefined) {
      const message = `There is no secret "${wanted.clientSecret}". Make it in the settings, or choose another.`
      tell(ask, { is: 'none', cause: 'bad-request', message })
      return
    }
    const why = secrets.keptFrom(wanted.clientSecret, wanted.tokenUrl)
    if (why !== null) {
      tell(ask, { is: 'none', cause: 'bad-request', message: why })
      return
    }
    secrets.used(wanted.clientSecret)
    const touch = --last + 0.5
    asking.set(touch, { ask, secret })
    send(tokenCall(touch, now(), wanted, secret))
  }

  /** Takes the answer to one of our own calls; false for the end of every other call. */
  function take(end: CallEnd): boolean {
    const asked = asking.get(end.touch)
    if (asked === undefined) return false
    asking.delete(end.touch)
    const read = readToken(end.is === 'unreachable' ? maskOutcome(end, [spellings(asked.secret)]) : end)
    const one = kept.get(asked.ask)
    if (read.is === 'token' && one !== undefined) one.token = { value: read.token, until: now() + read.lasts }
    tell(asked.ask, read)
    return true
  }

  function tell(ask: string, got: Got): void {
    const one = kept.get(ask)
    for (const then of one?.waiting.splice(0) ?? []) then(got)
  }

  /** Forgets a token that a receiver refused, unless a newer one is there already. */
  function drop(ask: TokenAsk, value: string): void {
    const one = kept.get(keyOf(ask))
    if (one?.token?.value === value) one.token = null
  }

  return { get, take, drop, isAsking: () => asking.size > 0 }
}

function keyOf({ tokenUrl, clientId, clientSecret, scope }: TokenAsk): string {
  return JSON.stringify([tokenUrl, clientId, clientSecret, scope])
}

function tokenCall(touch: number, at: number, { tokenUrl, clientId, scope }: TokenAsk, secret: string): Call {
  // RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
  const known = Buffer.from(`${formEncode(clientId)}:${formEncode(secret)}`).toString('base64')
  return {
    touch,
    // The count begins anew at every start; the instant does not.
    webhookId: `hl_token_${at.toString(36)}_${Math.ceil(-touch)}`,
    attempt: 1,
    seconds: TOKEN_SECONDS,
    atOnce: null,
    until: null,
    paced: false,
    request: {
      method: 'POST',
      url: tokenUrl,
      headers: [
        ['authorization', `Basic ${known}`],
        ['content-type', 'application/x-www-form-urlencoded'],
        ['accept', 'application/json'],
      ],
      body: `grant_type=client_credentials${scope === '' ? '' : `&scope=${formEncode(scope)}`}`,
    },
  }
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

type Read = Exclude<Got, { is: 'token' }> | { readonly is: 'token'; readonly token: string; readonly lasts: number }

function readToken(outcome: CallEnd): Read {
  const none = (cause: 'bad-request' | 'protocol' | 'reset', message: string): Read => ({ is: 'none', cause, message })
  if (outcome.is === 'withdrawn')
    return { is: 'put-off', message: `No access token: ${outcome.message}`, inMs: outcome.inMs }
  if (outcome.is === 'unreachable') {
    const isFinal = ['bad-request', 'blocked-address', 'certificate'].includes(outcome.cause)
    return none(isFinal ? 'bad-request' : 'reset', `No access token: ${outcome.message}`)
  }
  const { status } = outcome
  if (status < 200 || status > 299) {
    const mayPass = status === 408 || status === 429 || status >= 500
    return none(mayPass ? 'protocol' : 'bad-request', `No access token: the token address answered ${status}.`)
  }
  const answer = parse(outcome.body)
  const token = isObject(answer) ? answer['access_token'] : undefined
  if (!isObject(answer) || typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    return none('bad-request', 'No access token: the answer of the token address holds no "access_token".')
  const seconds = Number(answer['expires_in'])
  const lasts = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : UNSAID_MS
  return { is: 'token', token, lasts: Math.max(0, lasts - MARGIN_MS) }
}

function parse(text: string): Json | undefined {
  try {
    return readJsonText(text)
  } catch {
    return undefined
  }
}

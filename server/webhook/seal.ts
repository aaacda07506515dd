import type { Call, CallEnd, Dispatch, Outcome, Secrets } from '#shared/call'
import { type Spellings, spellings } from '#shared/render/spellings'
import { placeAfter, xmlEncode } from '#shared/render/xml-text'
import { isFormType, isJsonLikeType, isJsonType, isXmlType } from '#shared/rules/content-type'
import { fillSecrets, hasOtherMarks, refsIn, type SecretPlace, withoutMarks } from '#shared/rules/secrets'
import type { RenderedRequest, SecretRef, TokenAsk } from '#shared/rules/webhook-request'
import { createDeliver, type Deliver, type DeliverSetup } from './deliver'
import { maskOutcome } from './echo'
import { createTokens, type Got } from './token'

// Secrets meet their calls here, on the main thread, just before the door (delivery R47). What is stored holds masks
// and the positions of secrets; what leaves holds values at these positions and nowhere else; what comes back is
// masked. A call without secrets passes as it is.

/** A call that left with secrets in it, until it comes back. */
interface Held {
  readonly stored: Call
  /** Every spelling of what it carries. */
  readonly values: readonly Spellings[]
  /** The access token that it carries, and how it was asked for. */
  readonly token: { readonly ask: TokenAsk; readonly value: string } | null
  readonly isSecond: boolean
  /** Somebody took it back when it had begun: it goes on, and is not sent a second time. */
  isRevoked: boolean
}

/** A `createDeliver` that knows secrets. */
export function createSealedDeliver(setup: DeliverSetup, secrets: Secrets): Deliver {
  const held = new Map<number, Held>()
  const deliver = createDeliver({ ...setup, onEnds: land })
  const tokens = createTokens({ secrets, now: setup.now, send: call => deliver.dispatch([call]) })
  /** Calls that wait for a token, by touch. */
  const waiting = new Map<number, Call>()
  let isClosed = false

  const dispatch: Dispatch = calls => {
    const plain: Call[] = []
    for (const call of calls) {
      if (isPlain(call)) plain.push(call)
      else if (call.request.marked === true) leaveMarked(call)
      else leave(call, false)
    }
    if (plain.length > 0) deliver.dispatch(plain)
  }

  function isPlain({ request: { secrets, sign, marked } }: Call): boolean {
    return secrets === undefined && sign === undefined && marked === undefined
  }

  /** A call that an earlier version stored. */
  function leaveMarked(call: Call): void {
    const request = withoutMarks(call.request, secrets.oldMark)
    if (hasOtherMarks(request)) fail(call, 'bad-request', OTHER_KEY)
    else leave({ ...call, request }, false)
  }

  function leave(stored: Call, isSecond: boolean): void {
    const ask = askOf(stored.request)
    if (ask === null) {
      fillAndSend(stored, null, isSecond)
      return
    }
    waiting.set(stored.touch, stored)
    tokens.get(ask, got => {
      // Taken back meanwhile, or handed out anew since.
      if (waiting.get(stored.touch) !== stored || isClosed) return
      waiting.delete(stored.touch)
      if (got.is === 'token') fillAndSend(stored, { ask, value: got.token }, isSecond)
      else if (got.is === 'none') fail(stored, got.cause, got.message)
      // The first of the two was on the wire, so it was an attempt.
      else if (isSecond) fail(stored, 'reset', got.message)
      else putOff(stored, got)
    })
  }

  function fillAndSend(stored: Call, token: Held['token'], isSecond: boolean): void {
    const { request } = stored
    const why = whyKept(request)
    if (why !== null) {
      fail(stored, 'bad-request', why)
      return
    }
    const sent = new Set<string>()
    const write = (ref: SecretRef): string => {
      const value = (ref.as === 'token' ? token?.value : secrets.value(ref.secret)) ?? ''
      if (ref.as !== 'token') secrets.used(ref.secret)
      const written = ref.as === 'basic' ? base64(`${ref.user}:${value}`) : value
      if (value !== '') sent.add(value).add(written)
      return written
    }
    const fill = (text: string, place: SecretPlace, encode: (value: string, at: number) => string) =>
      fillSecrets(text, refsIn(request, place), ref => encode(write(ref), ref.at))
    const { method, url, headers, body, sign } = request
    const filled: RenderedRequest = {
      method,
      url: fill(url, 'url', encodeURIComponent),
      headers: headers.map(([name, value], i): [string, string] => [name, fill(value, i, same)]),
      body: body === null ? null : fill(body, 'body', writerFor(request)),
    }
    const keys = sign === undefined ? undefined : secrets.signingKeys(sign)
    if (sign !== undefined) secrets.used(sign)
    if (sent.size > 0)
      held.set(stored.touch, { stored, values: [...sent].map(spellings), token, isSecond, isRevoked: false })
    deliver.dispatch([{ ...stored, request: filled, ...(keys === undefined ? {} : { keys }) }])
  }

  /** Why a call cannot have its secrets, as a sentence: one is not there, or may not go to this address. */
  function whyKept(request: RenderedRequest): string | null {
    const { url, sign, secrets: refs = [] } = request
    if (sign !== undefined) {
      const why = secrets.keptFrom(sign, url)
      if (why !== null) return why
      if (secrets.signingKeys(sign).length === 0) return sayMissing(sign)
    }
    for (const ref of refs) {
      // An access token is as good as the secret that it was got with.
      const name = ref.as === 'token' ? ref.ask.clientSecret : ref.secret
      const why = secrets.keptFrom(name, url)
      if (why !== null) return why
      if (secrets.value(name) === undefined) return sayMissing(name)
    }
    return null
  }

  /** Masks what came back, keeps the tokens' own answers, and sends once more what was refused with an old token. */
  function land(ends: readonly CallEnd[]): void {
    if (held.size === 0 && !tokens.isAsking()) {
      setup.onEnds(ends)
      return
    }
    const ours: CallEnd[] = []
    for (const end of ends) {
      if (tokens.take(end)) continue
      const one = held.get(end.touch)
      held.delete(end.touch)
      if (one === undefined || end.is === 'withdrawn') ours.push(end)
      else if (isStale(one, end)) leave(one.stored, true)
      else ours.push(maskOutcome(end, one.values))
    }
    if (ours.length > 0) setup.onEnds(ours)
  }

  /**
   * Sends a call again that was refused for an expired token, with a new one, unless it was taken back meanwhile (law
   * 14).
   */
  function isStale({ stored, token, isSecond, isRevoked }: Held, outcome: Outcome): boolean {
    if (token === null || outcome.is !== 'answered' || outcome.status !== 401) return false
    tokens.drop(token.ask, token.value)
    const isOver = stored.until !== null && setup.now() >= stored.until
    return !isSecond && !isClosed && !isRevoked && !isOver
  }

  async function revoke(touches: readonly number[]): Promise<void> {
    const kept = touches.filter(touch => waiting.delete(touch))
    for (const touch of touches) {
      const one = held.get(touch)
      if (one !== undefined) one.isRevoked = true
    }
    const message = 'It was taken back before it left.'
    if (kept.length > 0)
      setImmediate(() => setup.onEnds(kept.map(touch => ({ touch, is: 'withdrawn', why: 'revoked', message }))))
    await deliver.revoke(touches)
  }

  function fail({ touch }: Call, cause: 'bad-request' | 'protocol' | 'reset', message: string): void {
    // Not in the caller's turn: the engine is in the middle of its tick.
    setImmediate(() => setup.onEnds([{ touch, ms: 0, is: 'unreachable', cause, message, sent: false }]))
  }

  function putOff({ touch }: Call, { message, inMs }: Extract<Got, { is: 'put-off' }>): void {
    const end = { touch, is: 'withdrawn', why: 'ours', message, ...(inMs === undefined ? {} : { inMs }) } as const
    setImmediate(() => setup.onEnds([end]))
  }

  function askOf({ secrets = [] }: RenderedRequest): TokenAsk | null {
    for (const ref of secrets) if (ref.as === 'token') return ref.ask
    return null
  }

  return {
    dispatch,
    revoke,
    inFlight: () => deliver.inFlight() + waiting.size,
    close: () => {
      isClosed = true
      return deliver.close()
    },
  }
}

const OTHER_KEY =
  'The secrets of this call were stored under another key. Start Hookline with that key, or let a new call take its place.'

const same = (value: string) => value

/** How a secret is written into a body, at a place of it: as a part of a JSON text, of a form, of XML, or as it is. */
function writerFor({ headers, body }: RenderedRequest): (value: string, at: number) => string {
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  if (isJsonType(contentType) || isJsonLikeType(contentType)) return value => JSON.stringify(value).slice(1, -1)
  if (isFormType(contentType)) return encodeURIComponent
  if (!isXmlType(contentType)) return same
  return (value, at) => {
    const before = body?.slice(0, at) ?? ''
    return xmlEncode(value, placeAfter(before, 'markup'), before.slice(-2))
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function sayMissing(name: string): string {
  return `There is no secret "${name}". Make it in the settings, or choose another.`
}

import type { Call, CallEnd, Dispatch, Outcome, Secrets } from '#shared/call'
import { placeholders } from '#shared/rules/secrets'
import { createDeliver, type Deliver, type DeliverSetup } from './deliver'
import { maskOutcome, spellings } from './echo'
import { createTokens, type Got } from './token'

// Secrets meet their calls here, on the main thread, just before the door (delivery R47): what is stored holds placeholders, what leaves
// holds values, and what comes back is masked. A call that names no secret passes as it is.

/** A call that left with secrets in it, until it comes back. */
interface Held {
  readonly stored: Call
  /** Every spelling of what it carries. */
  readonly values: readonly string[]
  /** The access token that it carries, and how it was asked for. */
  readonly token: { readonly ask: string; readonly value: string } | null
  readonly isSecond: boolean
  /** Somebody took it back when it had begun: it goes on, and is not sent a second time. */
  isRevoked: boolean
}

/** A `createDeliver` that knows secrets. */
export function createSealedDeliver(setup: DeliverSetup, secrets: Secrets): Deliver {
  const held = new Map<number, Held>()
  const found = placeholders(secrets.mark)
  const deliver = createDeliver({ ...setup, onEnds: land })
  const tokens = createTokens({ secrets, now: setup.now, send: call => deliver.dispatch([call]) })
  /** Calls that wait for a token, by touch. */
  const waiting = new Map<number, Call>()
  let isClosed = false

  const dispatch: Dispatch = calls => {
    const plain: Call[] = []
    for (const call of calls) {
      if (isPlain(call)) plain.push(call)
      else leave(call, false)
    }
    if (plain.length > 0) deliver.dispatch(plain)
  }

  function isPlain({ request: { url, headers, body, sign } }: Call): boolean {
    const { mark } = secrets
    return (
      sign === undefined &&
      !url.includes(mark) &&
      body?.includes(mark) !== true &&
      !headers.some(([, value]) => value.includes(mark))
    )
  }

  function leave(stored: Call, isSecond: boolean): void {
    const ask = askOf(stored)
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
    const values: string[] = []
    const missing = new Set<string>()
    const { request } = stored
    const fill = (text: string, write: (value: string) => string) =>
      text.replaceAll(found, (_, name?: string, user?: string, password?: string) => {
        const wanted = name ?? password
        const value = wanted === undefined ? token?.value : secrets.value(wanted)
        if (value === undefined) {
          missing.add(wanted ?? '')
          return ''
        }
        if (wanted !== undefined) secrets.used(wanted)
        const sent = user === undefined ? value : base64(`${Buffer.from(user, 'hex').toString('utf8')}:${value}`)
        values.push(...spellings(value), ...(sent === value ? [] : spellings(sent)))
        return write(sent)
      })
    const contentType = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
    const filled = {
      ...request,
      url: fill(request.url, encodeURIComponent),
      headers: request.headers.map(([name, value]): [string, string] => [name, fill(value, same)]),
      body: request.body === null ? null : fill(request.body, writerFor(contentType)),
    }
    const keys = request.sign === undefined ? undefined : secrets.signingKeys(request.sign)
    if (request.sign !== undefined && keys?.length === 0) missing.add(request.sign)
    if (missing.size > 0) {
      const [name = ''] = missing
      fail(stored, 'bad-request', `There is no secret "${name}". Make it in the settings, or choose another.`)
      return
    }
    if (request.sign !== undefined) secrets.used(request.sign)
    if (values.length > 0)
      held.set(stored.touch, { stored, values: [...new Set(values)], token, isSecond, isRevoked: false })
    deliver.dispatch([{ ...stored, request: filled, ...(keys === undefined ? {} : { keys }) }])
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

  /** It was refused with a token that had run out: it is sent once more with a new one, unless somebody took it back meanwhile (law 14). */
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

  function askOf({ request }: Call): string | null {
    for (const [, value] of request.headers) {
      found.lastIndex = 0
      const ask = value.includes(secrets.mark) ? found.exec(value)?.[4] : undefined
      if (ask !== undefined) return ask
    }
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

const same = (value: string) => value

/** How a secret is written into a body: as a part of a JSON text, of a form, of XML, or as it is. */
function writerFor(contentType: string): (value: string) => string {
  if (/[/+]json\s*(;|$)/i.test(contentType)) return value => JSON.stringify(value).slice(1, -1)
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) return encodeURIComponent
  if (/[/+]xml\s*(;|$)/i.test(contentType))
    return value => value.replaceAll(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
  return same
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

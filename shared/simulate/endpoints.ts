import type { Call, Outcome } from '../call'

/** Endpoints that answer by a script: what stands at the other end of the wire in every simulation. No call leaves the process. */

/** What the endpoint of a call does with it. `at`: the instant (ms) at which the call gets its connection. */
export type Script = (call: Call, at: number) => Answer

/** What an endpoint does with a call, and after how many ms. */
export interface Answer {
  /** ms until the first byte of the call leaves: a name server, a handshake. Until then the call may be taken back. */
  readonly connects?: number
  /** ms from there to the answer. */
  readonly after: number
  readonly with: AnswerBody
}

export type AnswerBody =
  | {
      readonly is: 'answered'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly is: 'unreachable'; readonly cause: 'timeout' | 'connect' }

/** A call as its endpoint saw it. */
export interface Arrived {
  readonly at: number
  readonly call: Call
}

/** Every call is taken with thanks. */
export const ok: Script = () => ({ after: 50, with: { is: 'answered', status: 200, body: '{"contact":{"id":"c-1"}}' } })

/** Every call gets this status. */
export function always(status: number, headers: Readonly<Record<string, string>> = {}): Script {
  return () => ({ after: 50, with: { is: 'answered', status, headers } })
}

/** How an attempt that was answered like this comes back to the engine. */
export function outcomeOf(call: Call, { after, with: body }: Answer): Outcome {
  if (body.is === 'unreachable')
    return {
      is: 'unreachable',
      touch: call.touch,
      ms: after,
      cause: body.cause,
      message: `no answer (${body.cause})`,
      sent: body.cause === 'timeout',
    }
  return {
    is: 'answered',
    touch: call.touch,
    ms: after,
    status: body.status,
    headers: body.headers ?? {},
    body: body.body ?? '',
    cut: false,
  }
}

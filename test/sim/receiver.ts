import type { Call, Outcome } from '#shared/call'
import type { Dice } from './chance'

/** A call as the scripted receiver saw it. */
export interface Arrived {
  readonly at: number
  readonly call: Call
}

export type Script = (call: Call, at: number) => Answer
/** What the receiver does with a call, and after how many ms. */
export interface Answer {
  /** ms until the first byte of the call leaves: a name server, a handshake. Until then the call may be taken back. */
  readonly connects?: number
  /** ms from there to the answer. */
  readonly after: number
  readonly with: AnswerBody
}
type AnswerBody =
  | {
      readonly is: 'answered'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly is: 'unreachable'; readonly cause: 'timeout' | 'connect' }

export const ok: Script = () => ({ after: 50, with: { is: 'answered', status: 200, body: '{"contact":{"id":"c-1"}}' } })

export function always(status: number, headers: Readonly<Record<string, string>> = {}): Script {
  return () => ({ after: 50, with: { is: 'answered', status, headers } })
}

/** Mostly fine, sometimes slow, refusing, broken or away. */
export function moody(dice: Dice): Script {
  return () => ({ ...mood(dice), connects: dice.oneOf([0, 0, 0, 0, 30, 2_000, 6_500]) })
}

function mood(dice: Dice): Answer {
  const after = dice.oneOf([1, 20, 50, 400, 29_000])
  const mood = dice.unit()
  const answered = (status: number, more: { body?: string; headers?: Record<string, string> } = {}): Answer => ({
    after,
    with: { is: 'answered', status, ...more },
  })
  if (mood < 0.5) return answered(200, { body: dice.oneOf(['', '{"contact":{"id":"c-1"},"score":7}', 'not json']) })
  if (mood < 0.6)
    return answered(dice.oneOf([301, 400, 404, 410]), {
      headers: dice.happens(0.1) ? { 'webhook-delivery': 'disable' } : {},
    })
  if (mood < 0.93) return answered(dice.oneOf([408, 429, 500, 503]), { headers: { 'retry-after': '60' } })
  return { after, with: { is: 'unreachable', cause: dice.oneOf(['timeout', 'connect'] as const) } }
}

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

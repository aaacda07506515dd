import type { Outcome } from '../call'
import { HOUR } from '../time/units'
import { tells } from './breaker'
import { originOf } from './check-request'
import { wordings } from './languages'
import type { AnswerHabits } from './profiles'
import { triesAgain } from './retry'
import { hideMarks, hideTokens } from './secrets'
import type { RenderedRequest, WebhookRequest } from './webhook-request'

/**
 * What receives, and when it is switched off (delivery R21). A receiver is an address without its query, as far as it
 * is the same for every lead: `https://crm.example.com/leads`, and `https://crm.example.com/leads/*` where the lead's
 * own part follows. It is not the host, because one address that is gone says nothing about the others of a large host;
 * and not the webhook, because two that call the same address fare the same.
 */

/**
 * The rule in numbers. `within` and `apart`: the clock starts with failures that lie at least this far apart within
 * this time, with no success between them.
 */
export const switchingOff = {
  afterMs: 120 * HOUR,
  withinMs: 24 * HOUR,
  apartMs: 12 * HOUR,
  /** Shares of `afterMs`, in percent, at which an alert is raised. */
  alerts: [50, 70, 90, 100],
} as const

/**
 * Why a receiver is switched off: it failed for too long, answered 410, asked for it by `webhook-delivery: disable`, or
 * somebody did it.
 */
export type OffBy = 'failures' | 'gone' | 'asked' | 'hand'
export interface Off {
  readonly at: number
  readonly by: OffBy
}

/**
 * How the calls to a receiver ended since the last one that it took. Instants are ms. A receiver that takes its calls
 * has none.
 */
export interface Failing {
  /** Where the clock started, or may have: the first failure. */
  readonly since: number
  readonly last: number
  /** Has the clock started? */
  readonly counts: boolean
  readonly failures: number
  /** How the last one ended: `status 503`, `timeout`. */
  readonly outcome: string
  /** The highest of `switchingOff.alerts` that was passed; 0: none. */
  readonly reached: number
  readonly off: Off | null
}

/** The receiver of a request. Its host is in lower case, so that one receiver is one text. */
export function receiverOf({
  url,
  personalFrom,
  marked,
}: Pick<RenderedRequest, 'url' | 'personalFrom' | 'marked'>): string {
  const origin = /^https?:\/\/[^/?#]*/i.exec(url)?.[0] ?? ''
  const end = url.slice(origin.length).search(/[?#]|$/)
  const path =
    personalFrom === undefined
      ? url.slice(origin.length, origin.length + end)
      : `${url.slice(origin.length, personalFrom)}*`
  const receiver = origin.toLowerCase() + (path === '' ? '/' : path)
  return marked === true ? hideMarks(receiver) : receiver
}

/** Does the address lead to many leads' own things, so that one of them that is gone does not speak for all? */
function isPersonal(receiver: string): boolean {
  return receiver.endsWith('*')
}

/** A tag, or a token of anything that may differ by lead. */
const OWN = /\{%|\{\{(?!-?\s*(?:secret|my|program|campaign|system)\s*\.)/

/**
 * Where the path of an address begins to be the lead's own: behind the last slash before the first such token.
 * Undefined: nowhere, it is the same for all. `template` and `rendered` begin behind the host.
 */
export function personalFrom(template: string, rendered: string): number | undefined {
  if (!template.includes('{')) return undefined
  const own = OWN.exec(template.split(/[?#]/, 1)[0] ?? '')
  if (own === null) return undefined
  const segments = template.slice(0, own.index).split('/').length - 1
  return rendered.split('/').slice(0, segments).join('/').length + 1
}

/**
 * The receivers of a request that is not rendered, as people see them, each once. A receiver whose address only a send
 * can tell (My Tokens) is left out.
 */
export function receiversAsWritten(request: WebhookRequest, sandbox: string): readonly string[] {
  return [...new Set(wordings(request, '').flatMap(wording => asWritten(wording.request.url.trim(), sandbox) ?? []))]
}

function asWritten(url: string, sandbox: string): string | undefined {
  const { token, origin } = originOf(url, sandbox)
  const rest = hideTokens(url.slice((token ?? origin).length))
  const from = personalFrom(rest, rest)
  const address = receiverOf({
    url: origin + rest,
    ...(from === undefined ? {} : { personalFrom: origin.length + from }),
  })
  return /\{[{%]/.test(address) ? undefined : address
}

/**
 * What the end of a call says about its receiver. `nothing`: the fault is ours, the name server's, or in what was sent
 * (delivery R20).
 */
export type Told = 'took-it' | 'failed' | 'gone' | 'asks' | 'nothing'

/**
 * The answer table of the call rules. A 410 that is tried again is a failure like any other (delivery R15). So is one
 * to a webhook that behaves like Braze or Marketo, because to them it is a client's error (found A7), and one from a
 * lead's own address, which only says that this lead's thing is gone.
 */
export function toldBy(
  outcome: Outcome,
  { again, gone }: Pick<AnswerHabits, 'again' | 'gone'>,
  receiver: string,
): Told {
  if (outcome.is === 'unreachable') return tells(outcome) === 'nothing' ? 'nothing' : 'failed'
  const { status, headers } = outcome
  if (headers['webhook-delivery']?.trim().toLowerCase() === 'disable') return 'asks'
  if (status >= 200 && status <= 299) return 'took-it'
  const isGone = status === 410 && gone === 'switches-off' && !triesAgain(status, again) && !isPersonal(receiver)
  return isGone ? 'gone' : 'failed'
}

/**
 * A call that was tried before its receiver was switched off: is there nothing to wait for? A receiver that answered
 * that it is gone, or asked to be left alone, has answered earlier calls, too. After an outage, or somebody's hand, it
 * waits.
 */
export function endsWhatWasTried({ by }: Off): boolean {
  return by === 'gone' || by === 'asked'
}

/**
 * How a receiver stands after a call ended at `at` (ms); undefined: well. A receiver that is switched off stays so
 * until somebody switches it on.
 */
export function afterCall(
  before: Failing | undefined,
  told: Told,
  { at, outcome }: { readonly at: number; readonly outcome: string },
): Failing | undefined {
  if (told === 'nothing' || before?.off != null) return before
  if (told === 'took-it') return undefined
  // A receiver that asks not to be called may have taken the call all the same.
  if (told === 'asks') return { ...(before ?? unknownSince(at)), outcome, reached: 100, off: { at, by: 'asked' } }
  const failing = { ...failedAgain(before, at), outcome }
  if (told === 'gone') return { ...failing, reached: 100, off: { at, by: 'gone' } }
  const reached = switchingOff.alerts.findLast(share => progressOf(failing) >= share) ?? 0
  return { ...failing, reached, off: reached === 100 ? { at, by: 'failures' } : null }
}

/** How near it is to being switched off, in percent. Silence does not count: only failures do. */
export function progressOf({ since, last, counts }: Pick<Failing, 'since' | 'last' | 'counts'>): number {
  return counts ? Math.min(100, ((last - since) * 100) / switchingOff.afterMs) : 0
}

/** Somebody switches it off. */
export function offByHand(before: Failing | undefined, at: number): Failing {
  return { ...(before ?? unknownSince(at)), off: { at, by: 'hand' } }
}

function unknownSince(at: number): Failing {
  return { since: at, last: at, counts: false, failures: 0, outcome: '', reached: 0, off: null }
}

/**
 * A receiver that was not called for as long as the whole rule takes begins anew: nobody knows how it fared meanwhile.
 */
function failedAgain(before: Failing | undefined, at: number): Failing {
  if (before === undefined || at - before.last > switchingOff.afterMs) return { ...unknownSince(at), failures: 1 }
  const going = { ...before, last: at, failures: before.failures + 1 }
  if (before.counts) return going
  // The span slides: behind its end, the failure before this one may begin the next.
  const since = [before.since, before.last].find(from => at - from <= switchingOff.withinMs) ?? at
  return { ...going, since, counts: at - since >= switchingOff.apartMs }
}

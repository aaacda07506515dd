import type { Webhook } from './webhook'

/**
 * Whose habits a webhook follows where a part of it says "as the profile". Data and no branches: who wants a fourth product's habits adds a line.
 * Waits are ms before the second, third, ... attempt, without jitter.
 */
export interface Profile {
  readonly title: string
  /** A sentence for the one who chooses. */
  readonly habits: string
  readonly waits: readonly number[]
  /** How far chance may move a wait: 0.2 is plus or minus 20 %. */
  readonly jitter: number
  readonly attemptSeconds: number
  /** After this many hours, counted from the first attempt, nothing more is tried. */
  readonly totalHours: number
  /** Answers below 500 that are tried again; of 5xx see `retriesServerErrors`. */
  readonly retriesStatuses: readonly number[]
  readonly retriesServerErrors: boolean
  /** No connection, no answer in time, a broken answer. */
  readonly retriesFaults: boolean
  readonly honoursRetryAfter: boolean
  /** How a token is written into a raw body whose content type says nothing. */
  readonly tokenEncoding: 'none' | 'json' | 'form'
}

export const profiles: { readonly [P in Webhook['profile']]: Profile } = {
  /** The safest: delivery R15-R18. */
  hookline: {
    title: 'Hookline',
    habits: 'Tries 7 more times over 4 hours, 30 seconds an attempt, and waits as long as the receiver asks.',
    waits: [5, 30, 120, 600, 1800, 3600, 7200].map(seconds),
    jitter: 0.2,
    attemptSeconds: 30,
    totalHours: 24,
    retriesStatuses: [408, 425, 429],
    retriesServerErrors: true,
    retriesFaults: true,
    honoursRetryAfter: true,
    tokenEncoding: 'none',
  },
  /** Braze R1, R2: six requests, the last within 30 minutes, 90 s an attempt. */
  braze: {
    title: 'Braze',
    habits: 'Tries 5 more times within half an hour, 90 seconds an attempt.',
    waits: [55, 110, 220, 440, 880].map(seconds),
    jitter: 0,
    attemptSeconds: 90,
    totalHours: 24,
    retriesStatuses: [408, 429],
    retriesServerErrors: true,
    retriesFaults: true,
    honoursRetryAfter: false,
    tokenEncoding: 'none',
  },
  /** Marketo rules 5, 6: one request, whatever comes back. */
  marketo: {
    title: 'Marketo',
    habits: 'Calls once, waits 30 seconds, and never tries again.',
    waits: [],
    jitter: 0,
    attemptSeconds: 30,
    totalHours: 1,
    retriesStatuses: [],
    retriesServerErrors: false,
    retriesFaults: false,
    honoursRetryAfter: false,
    tokenEncoding: 'none',
  },
}

function seconds(n: number): number {
  return n * 1000
}

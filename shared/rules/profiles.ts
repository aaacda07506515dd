/** Whose habits a webhook may follow. */
export const profileNames = ['hookline', 'braze', 'marketo'] as const
export type ProfileName = (typeof profileNames)[number]

/** A retry plan by its name: how long to wait before the second, third, ... attempt. */
export type RetryPlan = 'none' | 'brief' | 'prompt' | 'braze' | 'day' | 'svix' | 'standard'

/** Base waits in ms before the second, third, ... attempt (delivery R16). */
export const schedules: { readonly [P in RetryPlan]: readonly number[] } = {
  none: [],
  brief: [1, 5, 25].map(seconds),
  prompt: [5, 30, 120, 600, 1800, 3600, 7200].map(seconds),
  // braze R2: five more within half an hour.
  braze: [55, 110, 220, 440, 880].map(seconds),
  // braze R2, for a host that cannot be reached at all: 46 minutes, doubled each time, so that the last is within a
  // day.
  day: [2760, 5520, 11_040, 22_080, 44_160].map(seconds),
  svix: [5, 300, 1800, 7200, 18_000, 36_000, 36_000].map(seconds),
  standard: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map(seconds),
}

/**
 * Plans whose waits run from the beginning of one attempt to the beginning of the next: "at most five more within 30
 * minutes" must hold for a receiver that hangs, too (found A8). The waits of other plans begin with the end of an
 * attempt, so that a receiver that hangs is not called again at once.
 */
export const tellsStarts: ReadonlySet<RetryPlan> = new Set(['braze', 'day'])

/** What an attempt's outcome leads to. Fixed with the touch, like its retry plan. */
export interface AnswerHabits {
  /**
   * What is tried again: statuses (`429`), classes of them (`5xx`), and `no-answer`: no connection, no answer in time,
   * or a broken one.
   */
  readonly again: readonly string[]
  /** The plan for a host that cannot be reached at all; null: as for any other failure. */
  readonly unreachable: RetryPlan | null
  /** How far chance may move a wait: 20 is plus or minus 20 %. */
  readonly jitterPercent: number
  /** Do we wait as long as a receiver asks? */
  readonly retryAfter: boolean
  /**
   * What a 410 that is not tried again speaks for: the address, so that nobody is sent to it any more, or this one
   * call. Absent in older touches: the call.
   */
  readonly gone?: 'switches-off' | 'fails'
}

/**
 * Whose habits a webhook follows where a part of it says "as the profile". Data and no branches: the habits of a fourth
 * product are one more entry. The webhook's delivery may override each value but the token encoding, which the body
 * chooses for itself.
 */
export interface Profile {
  readonly title: string
  readonly retry: RetryPlan
  /** From the first packet of an attempt to the last byte of its answer. */
  readonly attemptSeconds: number
  readonly answers: AnswerHabits
  /**
   * A 2xx without a body, to a webhook that keeps something from the answer: is it worth a line in the journal
   * (marketo-alm rule 7)?
   */
  readonly emptyAnswer: 'noted' | 'fine'
  /**
   * How the tokens of a raw body are written when the body leaves it to the profile. Marketo's JSON encoding brings the
   * quotes along (marketo-alm rule 12), and so does ours. What Marketo does to backslashes of the template itself is
   * not copied: text is sent as it was typed (A3).
   */
  readonly tokens: 'by-content-type' | 'none'
}

export const profiles: { readonly [P in ProfileName]: Profile } = {
  /** The safest: delivery R15-R18. */
  hookline: {
    title: 'Hookline',
    retry: 'prompt',
    attemptSeconds: 30,
    answers: {
      again: ['408', '425', '429', '5xx', 'no-answer'],
      unreachable: null,
      jitterPercent: 20,
      retryAfter: true,
      gone: 'switches-off',
    },
    emptyAnswer: 'fine',
    tokens: 'by-content-type',
  },
  /**
   * braze R1, R2: six requests, the last within 30 minutes, or within a day to a host that cannot be reached. R5: raw
   * text is never encoded.
   */
  braze: {
    title: 'Braze',
    retry: 'braze',
    attemptSeconds: 90,
    answers: {
      again: ['408', '429', '5xx', 'no-answer'],
      unreachable: 'day',
      jitterPercent: 0,
      retryAfter: false,
      gone: 'fails',
    },
    emptyAnswer: 'fine',
    tokens: 'none',
  },
  /** marketo-alm rules 5, 6: one request, whatever comes back. */
  marketo: {
    title: 'Marketo',
    retry: 'none',
    attemptSeconds: 30,
    answers: { again: [], unreachable: null, jitterPercent: 0, retryAfter: false, gone: 'fails' },
    emptyAnswer: 'noted',
    tokens: 'by-content-type',
  },
}

function seconds(n: number): number {
  return n * 1000
}

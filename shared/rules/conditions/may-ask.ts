/**
 * What a condition may ask, by where it stands: the scopes of its fields (a new rule begins with the first), and, where
 * `past` is true, what the lead did and which lists they are on. The check of a graph and the editor read the same
 * table, so that nothing is offered that would be refused.
 */
export interface MayAsk {
  readonly scopes: readonly ('lead' | 'event' | 'response' | 'call' | 'journey')[]
  readonly past: boolean
  /** What is said about a rule on the past that stands here all the same. */
  readonly why?: { readonly message: string; readonly fix: string }
}

export const mayAsk = {
  /** Of a step on the way. */
  step: { scopes: ['lead', 'event', 'response', 'call', 'journey'], past: true },
  /** Who is in a batch. */
  audience: { scopes: ['lead'], past: true },
  /** Who may enter, whatever brings them. */
  entrance: { scopes: ['lead', 'event'], past: true },
  /** An event that lets a lead in. */
  wayIn: { scopes: ['event', 'lead'], past: true },
  /** An event that is heard on the way: a wait, or an exit. */
  heard: { scopes: ['event', 'lead', 'journey'], past: true },
  /** What a lead who leaves is like. */
  exit: { scopes: ['lead', 'journey'], past: true },
  /**
   * An event that is a conversion. A goal that is added later asks about the past, but history and lists are known only
   * as of now.
   */
  goal: {
    scopes: ['event', 'lead'],
    past: false,
    why: {
      message: 'A goal asks about its own event and about the lead, not about lists or what was done before.',
      fix: 'Choose a field that starts with "event." or "lead.".',
    },
  },
  /** What an event of the past was like. */
  pastEvent: {
    scopes: ['event'],
    past: false,
    why: {
      message: 'What an event was like can be told by its own properties only.',
      fix: 'Look at a field that starts with "event.", and put this rule beside the event.',
    },
  },
} as const satisfies { readonly [place: string]: MayAsk }

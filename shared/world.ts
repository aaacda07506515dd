import type { Json, JsonObject } from './json'
import type { Cut } from './rules/conditions/seen'
import type { Experiments } from './rules/experiments'
import type { Fields } from './rules/fields'
import type { Leaving } from './rules/leaving'

/** The person. `zone` is an IANA name that was checked at the door, or null when none is known. */
export interface Lead {
  readonly id: number
  readonly externalId: string
  readonly attributes: JsonObject
  readonly zone: string | null
}

/** Something that happened to a lead. `at` is ms since the epoch. */
export interface LeadEvent {
  readonly id: string
  readonly name: string
  readonly at: number
  readonly properties: JsonObject
  /** How many journeys it has come through since somebody outside sent an event; absent for one from outside (rules/depth.ts). */
  readonly depth?: number
  /** A journey of a batch campaign made it, or one that such a journey brought about: who enters by it waits behind others (rules/queue.ts). */
  readonly batch?: true
  /** Of the event by which a campaign is executed: how many stand above it, each executed by the one before (marketo-alm rule 3). */
  readonly level?: number
  /** A journey made it that goes by a run of a schedule (rules/planned.ts). */
  readonly planned?: Planned | undefined
}

/** The run of a schedule that let a lead in: when it was to do so (ms), whenever it came to them, and the zone whose clock said so. */
export interface Planned {
  readonly at: number
  readonly clock: string
}

/** An event of the lead's history, as conditions see it. `properties` is empty where nobody asks for any. */
export type PastEvent = Pick<LeadEvent, 'name' | 'at' | 'properties'>

/** The body of an answer. `unread`: why it must not be read, as the end of a sentence. */
export interface AnswerText {
  readonly body: string
  readonly contentType: string
  readonly unread?: string
}

/** What a webhook call came to, once nothing more will be tried (or nothing was sent at all). */
export type Reply =
  | ({ readonly is: 'received'; readonly status: number } & AnswerText)
  /** With the body of the last answer, where there was one. */
  | ({ readonly is: 'failed'; readonly status: number | null; readonly reason: string } & Partial<AnswerText>)
  /** The clock ended the last attempt. */
  | { readonly is: 'timed-out'; readonly reason: string }
  /** A gate said no: nothing was sent. */
  | { readonly is: 'skipped'; readonly reason: string; readonly gate: string }
  /** A gate said no, and that the lead is to leave the campaign. */
  | { readonly is: 'exited'; readonly reason: string; readonly gate: string }
  /** The template said no (`abort_message`): nothing was sent. */
  | { readonly is: 'aborted'; readonly reason: string }
  /** It was sent once, and nobody knows whether it arrived. */
  | { readonly is: 'uncertain'; readonly reason: string }

/** What a journey's machine hears. */
export type Signal =
  | { readonly type: 'begin' }
  | { readonly type: 'timer' }
  | { readonly type: 'reply'; readonly reply: Reply }
  | { readonly type: 'event'; readonly event: LeadEvent }
  /** Another campaign was run for the lead, or would not let them in. */
  | { readonly type: 'executed'; readonly qualified: boolean; readonly reason: string }

/**
 * The world as one decision sees it (law 2): handed in as an argument, stamped on the machine's context for the length of
 * one transition, never stored. `zone` is the lead's, or the campaign's when the lead has none; `zoneFrom` says which.
 */
export interface World {
  readonly now: number
  /** By how much `now` runs ahead of the clock on the wall (ms), because that was set back (time/standing.ts); absent: not at all. */
  readonly behind?: number
  readonly lead: Lead
  readonly zone: string
  readonly zoneFrom: 'lead' | 'campaign'
  readonly system: SystemTokens
  /** The types of lead fields, for steps that write attributes. Left out: every attribute is free. */
  readonly fields?: Fields
  /** When that which moves the journey took place: its event, or the end of its timer. Never later than `now`; absent: now. */
  readonly happenedAt?: number
  /** The lists that the lead is on, by id; loaded only where a step may change lists, or a condition asks for them. */
  readonly lists?: ReadonlySet<string> | undefined
  /** What was decided about the campaign's experiments; null or absent: nothing. */
  readonly experiments?: Experiments | null
  /** What the lead did, by the name of the event, in no order; loaded where a condition of the campaign asks for it (rules/conditions/facts.ts). */
  readonly history?: ReadonlyMap<string, readonly PastEvent[]> | undefined
  /** By the name of the event: of what `history` holds a part only, and why. */
  readonly cut?: ReadonlyMap<string, Cut> | undefined
  /** When the journey began (ms). */
  readonly enteredAt?: number
  /** The campaign is paused: an event is heard and kept, but nobody moves by it before the resume. */
  readonly paused?: boolean
  /** The folder that the campaign lies in; left out where there is none. */
  readonly folder?: TemplateFolder | null
  /** What the campaign is called; left out where nobody knows. */
  readonly campaignName?: string
  /** What rendering may take of the turn; left out where nobody else waits (previews), and where time stands still. */
  readonly effort?: Effort
}

/** The time that templates have taken in one turn. Each rendering adds its own, and gives up when it takes too long by itself (render/budget.ts). */
export interface Effort {
  /** ms, on a clock that is never set. */
  readonly clock: () => number
  spentMs: number
}

/** A campaign's folder as templates see it: `{{ program.name }}`, and My Tokens (`{{my.Event Date}}`), those of the folders above included. */
export interface TemplateFolder {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly tokens: { readonly [name: string]: string | number }
}

/** What templates may say about the installation: `{{ system.sandbox }}` and so on. */
export interface SystemTokens {
  readonly sandbox: string
  /** What signs that stand for secrets are made of while a request is rendered (render/seals.ts): drawn at every start, never stored or shown. Absent where nothing is sent. */
  readonly mark?: string
}

/** What a journey remembers between transitions. Small on purpose: it is loaded and saved at every step. */
export interface Memory {
  /** The event that let the lead in; null for a batch entry. */
  readonly event: LeadEvent | null
  /** Variant by step id. */
  readonly variants: { readonly [step: string]: string }
  /** In which version a variant of a step was drawn; absent for one that was drawn in the version that the journey walks. Weights differ by version, and what converts counts with its draw. */
  readonly drawnIn?: { readonly [step: string]: { readonly [variant: string]: number } }
  /** The parsed answer of the last webhook, also of one that failed; null when there was none, or none that can be read: `{{ response.x }}`. */
  readonly response: Json
  /** How the last webhook ended: `{{ call.status }}`, `{{ call.outcome }}`; absent before the first. */
  readonly call?: LastCall
  /** The way out of each step whose outcome a condition asks for, by step id; absent while there is none. */
  readonly outcomes?: { readonly [step: string]: string }
  /** Only while the journey stands in a step that waits for events. */
  readonly wait?: EventWait | undefined
  /** The deepest event that moved the journey after its entry; absent while none came from another journey. */
  readonly depth?: number
  /** The run of a schedule that the journey goes by; null: none does any more. Absent: that of its event (rules/planned.ts). */
  readonly planned?: Planned | null
  /** The exit by which the lead leaves when its step is over; absent while there is none. */
  readonly exit?: Leaving
}

/** What a journey remembers before anything happened, and of a lead who was deleted. */
export const noMemory: Memory = { event: null, variants: {}, response: null }

/** `status`: null when no answer came, or nothing was sent. `outcome`: the way out that it means. */
export interface LastCall {
  readonly status: number | null
  readonly outcome: 'succeeded' | Exclude<Reply['is'], 'received' | 'exited'>
}

/** What a step that waits for events remembers. Both borders are fixed on entering (ms, inclusive). */
export interface EventWait {
  readonly since: number
  readonly until: number
  /** The best way that has happened so far; null while none has. */
  readonly port: string | null
  /** Events that were heard and did not fit. The journal tells the first of them only. */
  readonly unfit: number
}

import { z } from 'zod'
import type { Note } from '../journal'
import type { JsonObject } from '../json'

/**
 * What subscriptions may hear, one file a kind in `notices/`. A notice is one thing that happened, as it is told
 * outside: written in the transaction of the change that it tells
 * of, with the identifiers of what it is about (thin), and with what they stood for at that moment (full). The file of
 * a kind holds all that is said of it.
 */

/** What a notice is about: which identifiers stand in its data before those of its own. */
export type About = keyof typeof subjects

/** In the thin form, and what the full form says beside it. */
interface Subject {
  readonly thin: z.ZodRawShape
  readonly full: z.ZodRawShape
}

const leadId = z.string().describe('The id of the lead, as you gave it.')
const ofLead = {
  attributes: z.record(z.string(), z.unknown()).describe('What was known of the lead at that moment.'),
  zone: z.string().nullable().describe("The lead's time zone; null where none is known."),
}
const ofCampaign = {
  campaignId: z.string(),
  campaignVersion: z.int().describe('The published version that the lead walks.'),
  journeyId: z.int().describe("The lead's run through the campaign."),
}

export const subjects = {
  lead: { thin: { leadId }, full: ofLead },
  journey: { thin: { leadId, ...ofCampaign }, full: { ...ofLead, campaignName: z.string() } },
  step: {
    thin: { leadId, ...ofCampaign, stepId: z.string() },
    full: { ...ofLead, campaignName: z.string(), stepName: z.string() },
  },
  campaign: { thin: { campaignId: z.string() }, full: { campaignName: z.string() } },
  installation: { thin: {}, full: {} },
} satisfies Record<string, Subject>

/** What a receiver finds in examples of each subject. */
export const sampleSubjects: { readonly [A in About]: { readonly thin: JsonObject; readonly full: JsonObject } } = {
  lead: { thin: { leadId: 'lead-1042' }, full: { attributes: { country: 'India', visits: 3 }, zone: 'Asia/Kolkata' } },
  journey: {
    thin: { leadId: 'lead-1042', campaignId: 'welcome', campaignVersion: 3, journeyId: 20871 },
    full: { attributes: { country: 'India', visits: 3 }, zone: 'Asia/Kolkata', campaignName: 'Welcome' },
  },
  step: {
    thin: { leadId: 'lead-1042', campaignId: 'welcome', campaignVersion: 3, journeyId: 20871, stepId: 'notify' },
    full: {
      attributes: { country: 'India', visits: 3 },
      zone: 'Asia/Kolkata',
      campaignName: 'Welcome',
      stepName: 'Tell the CRM',
    },
  },
  campaign: { thin: { campaignId: 'welcome' }, full: { campaignName: 'Welcome' } },
  installation: { thin: {}, full: {} },
}

/**
 * Real time: it leaves within a second. Batched: it may wait for others, as long as the settings say, unless one in
 * real time comes behind it.
 */
export type Pace = 'real-time' | 'batched'

export interface NoticeKind {
  /** `journey.started`: the type in CloudEvents and Standard Webhooks. */
  readonly name: string
  /** Goes up when a receiver would have to be changed. */
  readonly version: number
  /** For the list: `A journey starts`. */
  readonly title: string
  /** When it happens, as a sentence. */
  readonly when: string
  readonly pace: Pace
  readonly about: About
  /** What the data holds beside its subject: identifiers, and what happened. */
  readonly data: z.ZodObject
  /** What the full form says beside that. */
  readonly full?: z.ZodObject
  /** Of `data`, and of `full`. */
  readonly example: JsonObject
  readonly fullExample?: JsonObject
  /** Which lines of a journey's journal tell of it; left out: what tells of it says so (`Notices.tell`). */
  readonly hears?: readonly Heard[]
}

/** Reads the data of a notice from a line of the journal; null: this one tells of nothing. */
export interface Heard {
  readonly note: Note['is']
  readonly read: (note: Note) => JsonObject | null
}

/** A kind of notice that a line of the journal tells of. */
export function onNote<I extends Note['is']>(
  note: I,
  read: (note: Extract<Note, { readonly is: I }>) => JsonObject | null,
): Heard {
  return { note, read: line => (line.is === note ? read(line as Extract<Note, { readonly is: I }>) : null) }
}

/** ALM's way of writing a name: `JOURNEY_STARTED`. */
export function shoutedName(name: string): string {
  return name.replaceAll('.', '_').toUpperCase()
}

/** All that the data of a kind holds, thin or full. */
export function dataSchema(kind: NoticeKind, payload: 'thin' | 'full'): z.ZodObject {
  const { thin, full } = subjects[kind.about]
  const own = kind.data.shape
  return payload === 'thin'
    ? z.object({ ...thin, ...own })
    : z.object({ ...thin, ...own, ...full, ...kind.full?.shape })
}

/** An example of the data of a kind. */
export function sampleData(kind: NoticeKind, payload: 'thin' | 'full'): JsonObject {
  const { thin, full } = sampleSubjects[kind.about]
  return payload === 'thin' ? { ...thin, ...kind.example } : { ...thin, ...kind.example, ...full, ...kind.fullExample }
}

/**
 * What the schema of an event's data is called. A whole URI, as CloudEvents asks, though an installation need not know
 * its own address: the document at /api/v1/schema/events has the same `$id`.
 */
export function schemaUri({ name, version }: Pick<NoticeKind, 'name' | 'version'>): string {
  return `urn:hookline:event:${name}:${version}`
}

import { z } from 'zod'
import { experimentReportSchema, goalReportSchema } from './api/goals'
import { graphSchema } from './graph/schema'
import { jsonObjectSchema, jsonSchema } from './json'
import { problemSchema } from './problems'
import { zoneSchema } from './time/zone'
import { attributeName } from './values/names'

/**
 * Every request and answer of the API, once: the server validates with these, the client is typed by them, and `/api/v1/openapi.json` is
 * made of them. Instants in answers are ms since the epoch; instants in requests may be any spelling that values/dates.ts reads.
 */

/** Text from outside: no NUL (PostgreSQL cannot store it), no lone surrogates (they do not survive UTF-8). */
export const clean = (max: number) =>
  z
    .string()
    .max(max)
    .refine(
      s => !s.includes('\0') && s.isWellFormed(),
      'The text holds characters that cannot be stored (NUL or half a surrogate pair).',
    )

/** How dates may be written in requests. */
export const SPELLINGS =
  'Seconds (9 or 10 digits) or milliseconds (11 to 13) since 1970, as a number or as text; ISO 8601 in all its forms; RFC 2822 and HTTP dates; SQL timestamps; or a date like "May 17, 2026 10:00 PM". Without an offset it is UTC. Years have four digits; 03/04/2026 is refused.'

/** Read by `readEventTime`, which needs to know the time of arrival. */
const eventTimeSchema = z
  .union([z.number(), z.string().max(150)])
  .describe(`When it happened: not before 2001, and at most a day from now. ${SPELLINGS} Left out: now.`)
  .meta({ examples: ['2026-05-17T10:00:00Z', 1_779_012_000, 1_779_012_000_000] })

/** How a lead is called in an address: also one who got an id before controls were refused. */
export const leadAddressSchema = clean(200)
  .min(1, 'A lead needs an id.')
  // Browsers and servers resolve these two as folders, so no address could ever name the lead.
  .refine(id => id !== '.' && id !== '..', 'A lead cannot be called "." or "..": no address could name it.')
export const externalIdSchema = leadAddressSchema.refine(
  id => !/[\p{Cc}\u2028\u2029]/u.test(id),
  'The id of a lead holds no line breaks, tabs or control characters.',
)
export const attributesSchema = z.record(
  z.string().regex(attributeName, 'Attribute names are letters, digits and underscores.'),
  jsonSchema,
)

// Leads

/** A name that an attribute cannot have is folded or left out; the answer says so (values/names.ts). */
export const putLeadSchema = z.object({
  attributes: jsonObjectSchema.default({}),
  /** Left out: unchanged. null: not known. */
  time_zone: zoneSchema.nullable().optional(),
})
export const leadSchema = z
  .object({
    externalId: z.string(),
    attributes: jsonObjectSchema,
    zone: z.string().nullable(),
    createdAt: z.int(),
    updatedAt: z.int(),
    /** Ids of leads that were merged into this one, and reach it; only where one lead is looked at. */
    aliases: z.array(z.string()).optional(),
    /** Only in what a search finds: the id of a lead that was merged into this one, which begins with what was looked for. */
    mergedFrom: z.string().optional(),
    /** Only in the answer of PUT: names of attributes that could not stay as they were given. */
    names: z.array(z.object({ given: z.string(), kept: z.string().nullable(), why: z.string() })).optional(),
  })
  .meta({ id: 'Lead' })
export type LeadView = z.infer<typeof leadSchema>

export const leadsQuerySchema = z.object({
  /**
   * What looks like an id or an e-mail address (no space, and a digit or one of `@ . _ -`) finds leads whose id, e-mail or id before a merge begins so. Anything
   * else, and that too when nothing begins so, finds leads that hold it in their id, e-mail, names, phone or company.
   */
  search: z.string().max(200).optional(),
  /** The `next` of the page before. */
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
export const leadsPageSchema = z.object({ leads: z.array(leadSchema), next: z.string().nullable(), total: z.int() })

/** The body of POST /leads/import is the CSV itself (text/csv); the columns are named in the query. */
export const importQuerySchema = z.object({
  /** The column that holds the external id. */
  id: z.string().max(200),
  /** The column that holds an IANA time zone. */
  time_zone: z.string().max(200).optional(),
  /** `column:attribute` pairs, comma separated. Left out: every other column, under its own name. */
  columns: z.string().max(20_000).optional(),
  /** A list that all of these leads are put on. */
  list: z.string().max(60).optional(),
  /** The name of the file, to tell it from others. */
  name: z.string().max(200).default(''),
})
export const importStatusSchema = z.enum(['running', 'done', 'cancelled', 'failed'])
export type ImportStatus = z.infer<typeof importStatusSchema>
export const importSchema = z
  .object({
    id: z.string(),
    /** Of the file; may be empty. */
    name: z.string(),
    /** The list that the leads are put on. */
    list: z.string().nullable(),
    status: importStatusSchema,
    /** Bytes read of bytes in all: what the progress bar shows. */
    bytesRead: z.int(),
    bytesTotal: z.int(),
    rows: z.int(),
    created: z.int(),
    updated: z.int(),
    rejected: z.int(),
    /** Why it failed as a whole; while it runs, why it waits. */
    error: z.string().nullable(),
    /** Instants in ms. */
    begunAt: z.int(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: 'Import' })
export type ImportView = z.infer<typeof importSchema>
export const importsSchema = z.object({ imports: z.array(importSchema) })

// Events

export const eventSchema = z
  .object({
    /** Makes the event happen once: a second one with this id is ignored. */
    id: clean(200).min(1, 'An event needs an id.'),
    /** The lead's external id. A lead that is not known yet is created. */
    lead: externalIdSchema,
    name: clean(200).min(1, 'An event needs a name.'),
    /** When it happened; now, when left out. */
    at: eventTimeSchema.optional(),
    properties: jsonObjectSchema.default({}),
  })
  .meta({ id: 'Event' })
export type EventInput = z.infer<typeof eventSchema>
export const postEventsSchema = z.union([eventSchema, z.array(eventSchema).min(1).max(5000)])
export const eventsAcceptedSchema = z.object({
  accepted: z.int(),
  /** Events whose id was already known. */
  duplicates: z.int(),
  /** Journeys that these events started. */
  started: z.int(),
})

export const eventNamesSchema = z.object({ names: z.array(z.string()) })
export const eventPropertiesQuerySchema = z.object({ name: z.string().min(1).max(200) })
export const eventPropertiesSchema = z.object({ properties: z.array(z.string()) })

// Campaigns

export const campaignIdSchema = z.string().regex(/^[a-z0-9-]{1,60}$/)
export const campaignStatusSchema = z.enum(['draft', 'live', 'paused', 'stopped'])
export type CampaignStatus = z.infer<typeof campaignStatusSchema>

export const postCampaignSchema = z.object({
  name: clean(120).min(1, 'Name the campaign.'),
  graph: graphSchema.optional(),
})
export const putCampaignSchema = z.object({
  name: clean(120).min(1, 'Name the campaign.').optional(),
  graph: graphSchema.optional(),
  /** The `revision` that was edited. When the draft has moved on since, the answer is 409 with the newer draft, and nothing is stored. */
  revision: z.int().optional(),
})
/** How a campaign was stopped: when, what became of the leads inside, and why; an empty reason is none. */
export const campaignStopSchema = z
  .object({ at: z.int(), inside: z.enum(['finish', 'exit']), reason: z.string() })
  .meta({ id: 'CampaignStop' })
export type CampaignStop = z.infer<typeof campaignStopSchema>

export const campaignSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: campaignStatusSchema,
    mode: z.enum(['trigger', 'batch']).nullable(),
    /** The published version that new leads enter; null before the first launch. */
    liveVersion: z.int().nullable(),
    /** Null unless it is stopped; also where an older Hookline stopped it. */
    stopped: campaignStopSchema.nullable(),
    /** The folder that it lies in; null: in none. */
    programId: z.string().nullable(),
    /** What the draft says it is about. */
    tags: z.array(z.string()),
    createdAt: z.int(),
    updatedAt: z.int(),
    entered: z.int(),
    waiting: z.int(),
    conversions: z.int(),
  })
  .meta({ id: 'CampaignSummary' })
export type CampaignSummary = z.infer<typeof campaignSummarySchema>
/** Tags in use, in drafts and in what is live, with how many campaigns have them. */
export const tagsSchema = z
  .object({ tags: z.array(z.object({ tag: z.string(), campaigns: z.int() })) })
  .meta({ id: 'Tags' })
export const campaignsSchema = z.object({ campaigns: z.array(campaignSummarySchema) })
export const campaignSchema = z
  .object({
    ...campaignSummarySchema.shape,
    revision: z.int(),
    /** The draft, which the editor shows. */
    graph: graphSchema,
    /** Does the draft differ from the live version? */
    draftDiffers: z.boolean(),
    problems: z.array(problemSchema),
  })
  .meta({ id: 'Campaign' })
export type CampaignView = z.infer<typeof campaignSchema>

/** Said by the live stream of a campaign whenever one of them may be another: time to load the campaign again. */
export const campaignStandSchema = z
  .object({
    revision: z.int(),
    liveVersion: z.int().nullable(),
    status: campaignStatusSchema,
    updatedAt: z.int(),
  })
  .meta({ id: 'CampaignStand' })
export type CampaignStand = z.infer<typeof campaignStandSchema>

/** What the caller saw of a campaign before acting on it. Where it has moved on, the answer is 409 with what changed, and nothing is done. */
export const seenSchema = z.object({
  /** The `revision` of the draft. */
  revision: z.int().optional(),
  /** The `liveVersion`; null when it had none. */
  liveVersion: z.int().nullable().optional(),
})
export type Seen = z.infer<typeof seenSchema>

export const stopSchema = z.object({
  /** What happens to leads who are inside: walk on to the end (Marketo: deactivate), or leave now (Marketo: abort). */
  inside: z.enum(['finish', 'exit']).default('finish'),
  /** Why, for whoever asks later: stands on the campaign, and in the journeys that it ends. */
  reason: clean(200).default(''),
})

export const versionSchema = z
  .object({ campaignId: z.string(), version: z.int(), publishedAt: z.int(), graph: graphSchema })
  .meta({ id: 'CampaignVersion' })
export type VersionView = z.infer<typeof versionSchema>

/** Who entered, waits in, and left a step, over all versions. entered = waiting + the sum of left + exited + failed. */
export const stepCountsSchema = z.object({
  entered: z.int(),
  waiting: z.int(),
  /** By the port they left through. */
  left: z.record(z.string(), z.int()),
  /** Ended here, early or at an exit. */
  ended: z.int(),
  /** Taken from here to another step when a version was published. */
  moved: z.int(),
  /** Of those in `left`: who left by `by` because the port that they came to is not connected. */
  instead: z.array(z.object({ port: z.string(), by: z.string(), leads: z.int() })),
  /** Who was not sent a webhook, and by what: a gate, or `template`. `exited`: and left the campaign for it. */
  unsent: z.array(z.object({ as: z.enum(['skipped', 'exited', 'aborted']), by: z.string(), leads: z.int() })),
})
export type StepCounts = z.infer<typeof stepCountsSchema>

export const countsSchema = z
  .object({
    entered: z.int(),
    waiting: z.int(),
    finished: z.int(),
    exited: z.int(),
    failed: z.int(),
    conversions: z.int(),
    steps: z.record(z.string(), stepCountsSchema),
  })
  .meta({ id: 'Counts' })
export type Counts = z.infer<typeof countsSchema>

export const reportSchema = z
  .object({
    campaign: campaignSummarySchema,
    counts: countsSchema,
    /** Entries that converted by the primary goal, of all; null when nobody entered. */
    conversionRate: z.number().nullable(),
    /** The goals of the live (or last) version, the primary one first. */
    goals: z.array(goalReportSchema),
    /** One table per A/B step of the live (or last) version, judged by the primary goal. */
    experiments: z.array(experimentReportSchema),
    /** By what leads left early, most first; with the exits of the live version that nobody left by. Together they are those who exited. */
    exits: z.array(z.object({ says: z.string(), leads: z.int() })),
    webhooks: z.object({ received: z.int(), failed: z.int(), skipped: z.int(), open: z.int() }),
    /** How far a batch entry has come; null for trigger campaigns. */
    batch: z
      .object({ status: z.enum(['scheduled', 'running', 'done', 'too-many']), dueAt: z.int(), entered: z.int() })
      .nullable(),
  })
  .meta({ id: 'Report' })
export type Report = z.infer<typeof reportSchema>

// Journeys

export const journeyStatusSchema = z.enum(['active', 'finished', 'exited', 'failed'])
/** What became of the webhooks of a journey: how many calls ended how. A call that is under way is not among them. */
export const sendsSchema = z
  .object({
    received: z.int(),
    /** Refused, or not answered in time, also after all retries. */
    failed: z.int(),
    /** Kept back by a cap, quiet hours, the template, ... */
    notSent: z.int(),
    /** Nobody knows whether they arrived. */
    uncertain: z.int(),
  })
  .meta({ id: 'Sends' })
export type Sends = z.infer<typeof sendsSchema>

export const journeySummarySchema = z
  .object({
    id: z.int(),
    campaignId: z.string(),
    campaignName: z.string(),
    /** Of the campaign: while it is paused, nothing of the journey moves. */
    campaignStatus: campaignStatusSchema,
    version: z.int(),
    lead: z.string(),
    status: journeyStatusSchema,
    /** The step it stands in, or ended in. */
    step: z.string().nullable(),
    stepName: z.string().nullable(),
    enteredAt: z.int(),
    endedAt: z.int().nullable(),
    converted: z.boolean(),
    sends: sendsSchema,
    /** What an active journey waits for, as a sentence: `Waits until ...`. */
    waitsFor: z.string().nullable(),
    /** When it goes on by itself; null when it waits for an answer, or is over. */
    wakesAt: z.int().nullable(),
  })
  .meta({ id: 'JourneySummary' })
export type JourneySummary = z.infer<typeof journeySummarySchema>
export const journeysSchema = z.object({ lead: leadSchema, journeys: z.array(journeySummarySchema) })

/** A journal entry is described loosely on purpose: entries only ever gain kinds. `text` is the sentence that the inspector shows. */
export const journalLineSchema = z
  .object({
    seq: z.int(),
    at: z.int(),
    is: z.string(),
    step: z.string().nullable(),
    text: z.string(),
    entry: jsonObjectSchema,
  })
  .meta({ id: 'JournalLine' })
export type JournalLine = z.infer<typeof journalLineSchema>

export const attemptSchema = z
  .object({
    touch: z.int(),
    webhookId: z.string(),
    /** Whose habits its touch follows: `hookline`, `braze`, `marketo`. */
    profile: z.string(),
    step: z.string(),
    n: z.int(),
    startedAt: z.int(),
    ms: z.number(),
    status: z.int().nullable(),
    outcome: z.string(),
    request: z.object({
      method: z.string(),
      url: z.string(),
      headers: z.array(z.tuple([z.string(), z.string()])),
      body: z.string().nullable(),
    }),
    response: z.object({ headers: z.record(z.string(), z.string()), body: z.string(), cut: z.boolean() }).nullable(),
  })
  .meta({ id: 'Attempt' })
export type Attempt = z.infer<typeof attemptSchema>

export const journeySchema = z
  .object({
    ...journeySummarySchema.shape,
    leadView: leadSchema,
    /** The graph of the version that this journey walks. */
    graph: graphSchema,
    /** Versions that it walked before it was migrated, oldest first: each up to (not with) the line that tells of it. */
    earlier: z.array(z.object({ version: z.int(), graph: graphSchema, until: z.int() })),
    journal: z.array(journalLineSchema),
    attempts: z.array(attemptSchema),
  })
  .meta({ id: 'Journey' })
export type JourneyView = z.infer<typeof journeySchema>

// Sandbox

export const sandboxModeSchema = z.enum(['200', '404', '429', '503', 'slow', 'json'])
export const sandboxSettingsSchema = z.object({
  answer: sandboxModeSchema,
  /** For `slow`: how long to wait before answering 200. */
  slowMs: z.int().min(0).max(60_000).default(5000),
  /** For `json`: the body that is answered. */
  json: z.string().max(10_000).default('{"contact":{"id":"c-1001"}}'),
})
export type SandboxSettings = z.infer<typeof sandboxSettingsSchema>
export const sandboxCallSchema = z.object({
  n: z.int(),
  at: z.int(),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  answered: z.int(),
})
export type SandboxCall = z.infer<typeof sandboxCallSchema>
export const sandboxSchema = z.object({
  url: z.string(),
  settings: sandboxSettingsSchema,
  calls: z.array(sandboxCallSchema),
  total: z.int(),
})
export type SandboxView = z.infer<typeof sandboxSchema>

// Errors

/** RFC 9457 problem details, with one entry per thing to mend. */
export const problemDetailsSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    problems: z.array(problemSchema),
  })
  .meta({ id: 'ProblemDetails' })
export type ProblemDetails = z.infer<typeof problemDetailsSchema>

export const healthSchema = z.object({
  /** `warning`: it works, but something needs a person. */
  status: z.enum(['ok', 'warning']),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  /** Zone rules: the release that this runtime knows (null: it does not say), and the newest that is known here. */
  zones: z.object({
    rules: z.string().nullable(),
    newest: z.string(),
    /** Zones of which the runtime knows older rules, which are mended. */
    mended: z.array(z.string()),
    /** Zones that stay wrong until the runtime is a newer one. */
    wrong: z.array(z.string()),
  }),
  version: z.string(),
  journeys: z.int(),
  due: z.int(),
  inFlight: z.int(),
})
export type Health = z.infer<typeof healthSchema>

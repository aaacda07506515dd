import { z } from 'zod'
import { afterPauseSchema, happensLate } from '../rules/after-pause'
import { capSchema, tagSchema, whenCappedSchema } from '../rules/caps'
import { entranceSchema, openEntrance } from '../rules/entrance'
import { exitsSchema, noExits } from '../rules/exits'
import { goalSchema, MOST_GOALS } from '../rules/goals'
import type { Intake, Mode } from '../rules/mode'
import { quietHoursSchema } from '../rules/quiet'
import { rateLimitSchema } from '../rules/rate'
import { kindOf, stepKinds } from '../steps'
import { durationSchema } from '../time/duration'
import { timeOfDaySchema } from '../time/landing'
import { zoneSchema } from '../time/zone'
import { smallId } from '../values/small-id'

export { timeOfDaySchema }

/** What the re-entry rule counts from. Absent: the entry. */
const countedSchema = z.enum(['entry', 'receipt']).optional()

export const settingsSchema = z.object({
  /**
   * May a lead enter again? `period`: once in any rolling `period`. It is counted from the last entry, or from the last
   * webhook that was received.
   */
  entry: z.discriminatedUnion('rule', [
    z.object({ rule: z.literal('once'), counted: countedSchema }),
    z.object({ rule: z.literal('every-time') }),
    z.object({ rule: z.literal('once-per-period'), period: durationSchema, counted: countedSchema }),
  ]),
  /** What else admission asks of a lead: audience, window, keys, limits. */
  entrance: entranceSchema,
  /** For leads whose own zone is not known. */
  zone: zoneSchema,
  quietHours: quietHoursSchema.nullable(),
  caps: z.array(capSchema).max(10),
  /**
   * Does the campaign keep to caps, its own and those of the whole installation, and do the caps of others count it
   * (braze R23)?
   */
  capped: z.enum(['obeys', 'ignores', 'ignores-but-counts']),
  whenCapped: whenCappedSchema,
  /** How long capped calls wait at most. */
  deferAtMost: durationSchema,
  /**
   * Which campaign is asked first when calls of one lead are due together, and whose calls leave first when they have
   * to wait (rules/queue.ts); 9 before 1.
   */
  priority: z.int().min(1).max(9),
  /** What the campaign is about, for caps that count only some campaigns. */
  tags: z.array(tagSchema).max(20),
  /**
   * At most this many webhook calls of the campaign in a second or minute (braze R24); null: as many as the hosts take.
   */
  rate: rateLimitSchema.nullable().default(null),
  /**
   * What counts as a conversion; the first is the primary one (braze R28). Goals belong to the campaign: those of the
   * live version count for everybody inside.
   */
  goals: z.array(goalSchema).max(MOST_GOALS),
  /** What takes a lead out of the campaign, wherever the lead stands (braze R29). */
  exits: exitsSchema.default(noExits),
  /** What becomes of whatever fell due while the campaign was paused (braze R30). */
  afterPause: afterPauseSchema.default(happensLate),
})
export type Settings = z.infer<typeof settingsSchema>

export const defaultSettings: Settings = {
  entry: { rule: 'once' },
  entrance: openEntrance,
  zone: 'UTC',
  quietHours: null,
  caps: [],
  capped: 'obeys',
  whenCapped: 'skip',
  deferAtMost: 'P7D',
  priority: 5,
  tags: [],
  rate: null,
  goals: [],
  exits: noExits,
  afterPause: happensLate,
}

export const stepIdSchema = z.string().regex(smallId, 'A step id is made of small letters, digits and dashes.')

const stepSchema = z.discriminatedUnion(
  'kind',
  stepKinds.map(kind =>
    z.object({
      kind: z.literal(kind.kind),
      version: z.literal(kind.version),
      name: z.string().max(80),
      position: z.object({ x: z.number().min(-1e6).max(1e6), y: z.number().min(-1e6).max(1e6) }),
      config: kind.config,
    }),
  ) as unknown as readonly [z.ZodObject, ...z.ZodObject[]],
)

/** One box of the graph. Its config is typed by its kind, which only the kind's own file needs to know. */
export interface Step {
  readonly kind: string
  readonly version: number
  readonly name: string
  readonly position: { readonly x: number; readonly y: number }
  readonly config: Readonly<Record<string, unknown>>
}

/** From a port of a step to another step. A port has at most one edge. */
export const edgeSchema = z.object({ from: stepIdSchema, port: z.string().max(40), to: stepIdSchema })
export type Edge = z.infer<typeof edgeSchema>

export const GRAPH_VERSION = 1

/**
 * The JSON of a campaign: what the editor saves, what is exported, and what compile.ts turns into a machine. Published
 * at /api/v1/schema/campaign.json.
 */
export const graphSchema: z.ZodType<Graph> = z
  .object({
    hookline: z.literal(GRAPH_VERSION).describe('Version of this format. Other versions are refused.'),
    steps: z.record(stepIdSchema, stepSchema),
    edges: z.array(edgeSchema).max(2000),
    settings: settingsSchema,
  })
  .meta({ id: 'Graph' }) as unknown as z.ZodType<Graph>

export interface Graph {
  readonly hookline: typeof GRAPH_VERSION
  readonly steps: { readonly [id: string]: Step }
  readonly edges: readonly Edge[]
  readonly settings: Settings
}

export const emptyGraph: Graph = { hookline: GRAPH_VERSION, steps: {}, edges: [], settings: defaultSettings }

/** The step that lets leads in, with its id. */
export function entryOf(graph: Graph): readonly [string, Step] | undefined {
  return Object.entries(graph.steps).find(([, step]) => kindOf(step.kind).entry !== undefined)
}

/** Whom the campaign lets in; undefined while nothing lets leads in. */
export function intakeOf(graph: Graph): Intake | undefined {
  const entry = entryOf(graph)?.[1]
  return entry && kindOf(entry.kind).entry?.(entry.config)
}

/** `trigger` or `batch`: derived from the entry step, never stored (marketo-alm rule 1). */
export function modeOf(graph: Graph): Mode | undefined {
  return intakeOf(graph)?.mode
}

/** May this step stand in this campaign? False for a webhook in a batch (marketo-alm rule 2). */
export function isAllowed(graph: Graph, stepId: string): boolean {
  const step = graph.steps[stepId]
  const mode = modeOf(graph)
  return step !== undefined && mode !== undefined && kindOf(step.kind).allowedIn.includes(mode)
}

import { z } from 'zod'
import { campaignSummarySchema } from './campaigns'
import { experimentReportSchema, goalReportSchema } from './goals'

/** What a campaign has brought: counts by step, goals, experiments. */

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
    /**
     * What made leads leave early, most first, and the exits of the live version that nobody has used. Together they
     * are all who exited.
     */
    exits: z.array(z.object({ says: z.string(), leads: z.int() })),
    webhooks: z.object({ received: z.int(), failed: z.int(), skipped: z.int(), open: z.int() }),
    /** How far a batch entry has come; null for trigger campaigns. */
    batch: z
      .object({ status: z.enum(['scheduled', 'running', 'done', 'too-many']), dueAt: z.int(), entered: z.int() })
      .nullable(),
  })
  .meta({ id: 'Report' })
export type Report = z.infer<typeof reportSchema>

import { z } from 'zod'

/** Alerts: a step, or an address, whose calls fail. */

export const alertSchema = z
  .object({
    id: z.int(),
    campaignId: z.string(),
    campaignName: z.string(),
    step: z.string(),
    stepName: z.string(),
    raisedAt: z.int(),
    /** What was seen: `failed` of `calls` within `minutes`. */
    calls: z.int(),
    failed: z.int(),
    minutes: z.int(),
    /** The share that raises an alert. */
    percent: z.int(),
    /** The receiver that it is about, which only fails; null: it is about the step. */
    receiver: z.string().nullable(),
    /**
     * How much of the time until the receiver is switched off is over, in percent: 100 is switched off. Null: the alert
     * is about the step.
     */
    reached: z.int().nullable(),
    clearedAt: z.int().nullable(),
    acknowledgedAt: z.int().nullable(),
  })
  .meta({ id: 'Alert' })
export type AlertView = z.infer<typeof alertSchema>
export const alertsSchema = z.object({ alerts: z.array(alertSchema) })

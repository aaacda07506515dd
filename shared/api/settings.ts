import { z } from 'zod'
import { capSchema, isTooLong } from '../rules/caps'
import { checkQuiet, type QuietHours, quietHoursSchema } from '../rules/quiet'
import { MOST_EVENTS } from '../subscriptions/subscription'
import { externalIdSchema } from './text'

/** Nothing stands between these rules and the sends: one that is half made is refused. */
const accountCapSchema = capSchema
  .refine(cap => !isTooLong(cap), { message: 'A cap looks back at most 30 days (4 weeks).', path: ['amount'] })
  .refine(({ of }) => of.what !== 'tag' || of.tag !== '', { message: 'Name the tag.', path: ['of', 'tag'] })
  .refine(({ of }) => of.what !== 'folder' || of.folder !== '', {
    message: 'Choose the folder.',
    path: ['of', 'folder'],
  })

/** How listeners outside are told of events, all of them alike. */
const subscriptionSettingsSchema = z.object({
  /** The name of this installation in what it sends (`accountId`). Empty: the name that it drew when it was made. */
  accountId: z
    .string()
    .trim()
    .max(100)
    .regex(/^[\w.:-]*$/, 'Use letters, digits and the signs . : _ -')
    .default(''),
  /** As many subscriptions at most; Adobe Learning Manager allows 5. */
  most: z.int().min(0).max(1000, 'At most 1,000.').default(100),
  /** Batched events leave when the oldest is so old ... */
  batchSeconds: z.int().min(1, 'At least one second.').max(900, 'At most 15 minutes.').default(60),
  /** ... or when there are so many. */
  batchEvents: z.int().min(1, 'At least one.').max(MOST_EVENTS, 'A request carries 100 events at most.').default(100),
  /** Events are kept so long, told or not, and can be told again. */
  keepDays: z.int().min(1, 'At least one day.').max(90, 'At most 90 days.').default(7),
})

/**
 * What holds for the whole installation. Every member has a default, so that a newer Hookline reads what an older one
 * stored.
 */
export const settingsSchema = z
  .object({
    /**
     * Requests, attempts and answers are deleted this many days after a call was settled. The call itself stays as a
     * row.
     */
    retentionDays: z.int().min(1, 'Keep them for at least one day.').max(3650, 'Ten years is the most.').default(30),
    /**
     * Calls that may be open at once, over all hosts (marketo-alm rule 19: 20); null: as many as there are connections.
     * The others wait.
     */
    connections: z
      .int()
      .min(1, 'At least one call.')
      .max(1024, 'There are 1,024 connections.')
      .nullable()
      .default(null),
    /** When a webhook of a campaign fails often, somebody is told. */
    alerts: z
      .object({
        on: z.boolean().default(true),
        /** Raised when at least this share of the calls failed ... */
        percent: z.int().min(1, 'At least 1 %.').max(100, 'At most 100 %.').default(50),
        /** ... of at least so many ... */
        calls: z.int().min(1, 'At least one call.').max(100_000, 'At most 100,000 calls.').default(20),
        /** ... within so many minutes. */
        minutes: z.int().min(1, 'At least one minute.').max(120, 'At most two hours.').default(15),
        /** The id of the lead to whom "An alert is raised" happens, so that campaigns can pass it on; empty: nobody. */
        tell: z.union([z.literal(''), externalIdSchema]).default(''),
      })
      .default({ on: true, percent: 50, calls: 20, minutes: 15, tell: '' }),
    /** Receivers that only fail, or say that they are gone (delivery R21). */
    switchingOff: z
      .object({
        /** Are they switched off by themselves? */
        automatic: z.boolean().default(true),
      })
      .default({ automatic: true }),
    /** Hold for every webhook of every campaign, beside what campaigns and steps say. */
    quietHours: quietHoursSchema.nullable().default(null).superRefine(refuseQuiet),
    /** Frequency caps of the whole installation: they hold beside those of each campaign. */
    caps: z.array(accountCapSchema).max(10, 'Ten caps are the most.').default([]),
    /** Listeners outside that are told of events. */
    subscriptions: subscriptionSettingsSchema.default(subscriptionSettingsSchema.parse({})),
  })
  .meta({ id: 'Settings' })
export type InstallationSettings = z.infer<typeof settingsSchema>

/** A campaign with faults is kept as a draft; these hold at once, so that what is wrong with them is refused. */
function refuseQuiet(quiet: QuietHours | null, ctx: z.RefinementCtx): void {
  if (quiet === null) return
  for (const { severity, message, fix, path = '' } of checkQuiet(quiet, '', 'account'))
    if (severity === 'error')
      ctx.addIssue({ code: 'custom', message: `${message} ${fix}`, path: path.split('.').filter(key => key !== '') })
}

/** What holds until somebody chooses something else. */
export const defaultInstallation: InstallationSettings = settingsSchema.parse({})

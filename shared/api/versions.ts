import { z } from 'zod'
import { differenceSchema } from '../graph/diff'
import { planSchema } from '../graph/migration'
import { seenSchema } from './campaigns'

/** What a plan is for: the draft, which is about to be published, or the version that is live already. */
export const targetSchema = z.enum(['draft', 'live']).default('draft')
export const differenceQuerySchema = z.object({ to: targetSchema })

export const launchSchema = seenSchema.extend({
  /** What becomes of leads who are under way. Whoever is not named finishes on the version they began. */
  migration: planSchema.default([]),
})
export const rehearseSchema = z.object({ to: targetSchema, migration: planSchema })
export const migrateSchema = seenSchema.extend({ migration: planSchema })

/** Leads of an earlier version who wait in one of its steps. */
export const waitingStepSchema = z
  .object({
    version: z.int(),
    step: z.string(),
    name: z.string(),
    waiting: z.int(),
    /** What became of the step since that version; a step whose ways lead elsewhere has changed. */
    fate: z.enum(['same', 'changed', 'removed']),
    /** May they keep waiting for what they wait for, and go on by the new version? */
    mayStay: z.boolean(),
    /** The step calls a webhook: moving away gives up a call that is under way. */
    callsWebhook: z.boolean(),
  })
  .meta({ id: 'WaitingStep' })
export type WaitingStep = z.infer<typeof waitingStepSchema>

export const pendingChangeSchema = z
  .object({
    /** The version that is live; null before the first launch. */
    live: z.int().nullable(),
    /** The version that leads would be brought to. */
    to: z.int(),
    /** From the live version to the draft; of what is live already, from the version before. */
    difference: differenceSchema,
    /** Where leads of earlier versions wait, newest version first, along the flow. */
    waiting: z.array(waitingStepSchema),
    /** Steps that leads may be moved to, along the flow. */
    targets: z.array(z.object({ step: z.string(), name: z.string(), kind: z.string() })),
  })
  .meta({ id: 'PendingChange' })
export type PendingChange = z.infer<typeof pendingChangeSchema>

/** What would come next for some of the leads whom a choice concerns. */
export const outcomeSchema = z.object({
  what: z.enum(['keeps-waiting', 'sends', 'held', 'waits', 'finishes', 'leaves', 'fails']),
  /** The step at which it comes to rest. */
  step: z.string(),
  name: z.string(),
  leads: z.int(),
  /** Of one of them: who, and what the inspector would say. */
  example: z.object({ lead: z.string(), text: z.string() }),
})
export type Outcome = z.infer<typeof outcomeSchema>

export const rehearsalSchema = z
  .object({
    to: z.int(),
    moved: z.int(),
    exited: z.int(),
    finishing: z.int(),
    /** For each choice that moves or ends somebody. `looked`: the oldest of them, for whom it was tried out. */
    steps: z.array(
      z.object({
        version: z.int(),
        step: z.string(),
        name: z.string(),
        as: z.enum(['stay', 'move', 'exit']),
        waiting: z.int(),
        looked: z.int(),
        outcomes: z.array(outcomeSchema),
      }),
    ),
  })
  .meta({ id: 'MigrationRehearsal' })
export type Rehearsal = z.infer<typeof rehearsalSchema>

export const migrationSchema = z
  .object({
    to: z.int(),
    status: z.enum(['running', 'done', 'cancelled']),
    /** Leads of earlier versions when it began; each has one turn. */
    total: z.int(),
    moved: z.int(),
    exited: z.int(),
    finishing: z.int(),
    begunAt: z.int(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: 'Migration' })
export type MigrationView = z.infer<typeof migrationSchema>
export const latestMigrationSchema = z.object({ migration: migrationSchema.nullable() })

export const versionsSchema = z.object({
  /** Newest first. */
  versions: z.array(
    z.object({
      version: z.int(),
      publishedAt: z.int(),
      isLive: z.boolean(),
      /** Leads who walk it now. */
      inside: z.int(),
      /** To the version before; null for the first. */
      difference: differenceSchema.nullable(),
      /** How leads of earlier versions were brought to it. */
      migrations: z.array(migrationSchema),
    }),
  ),
})
export type VersionHistory = z.infer<typeof versionsSchema>

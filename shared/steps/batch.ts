import { z } from 'zod'
import { error, type Finding, warning } from '../problems'
import { always, checkCondition, conditionSchema, mayAsk, sayCondition } from '../rules/conditions'
import { onceAtLaunch, type Schedule, saySchedule, scheduleSchema, whyNot } from '../time/schedule'
import { defineStep, next } from './define'

/**
 * Lets in all leads of an audience, once or by a schedule. What that means for webhooks is in `allowedIn` of the other
 * kinds.
 */
export const batch = defineStep({
  kind: 'batch',
  version: 2,
  title: 'Audience',
  icon: 'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2 M16 3.128a4 4 0 0 1 0 7.744 M22 21v-2a4 4 0 0 0-3-3.87 M5 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  group: 'entry',
  entry: config => ({ mode: 'batch', ...config }),
  allowedIn: ['batch'],
  help: 'Lets in every lead who matches at that moment: once, or each time that the schedule says so. By the clock of the campaign all enter together; by their own clock each enters when it is that time where they are. A run that was missed while the server was off runs once, late. A batch campaign cannot call webhooks; request a trigger campaign for that.',
  config: z.object({
    audience: conditionSchema,
    schedule: scheduleSchema,
    /** The size guard, all or nothing (marketo-alm rule 25). */
    most: z.int().min(1).max(100_000_000).nullable(),
  }),
  fields: {
    audience: { as: 'condition', label: 'Who', may: mayAsk.audience },
    schedule: { as: 'schedule', label: 'When' },
    most: {
      as: 'limit',
      label: 'Size guard',
      help: 'When more leads than this would enter in a run, nobody does, and the campaign says so. Empty means no limit.',
    },
  },
  example: {
    audience: { match: 'all', rules: [{ field: 'lead.country', op: 'is', value: 'India' }] },
    schedule: { ...onceAtLaunch, repeats: 'weekly' },
    most: 10_000,
  },
  fresh: { audience: always, schedule: onceAtLaunch, most: null },
  ports: () => [next],
  conditions: ({ audience }) => [{ condition: audience, path: 'config.audience' }],
  summary: ({ audience, schedule }) => {
    const when = saySchedule(schedule)
    if (audience.rules.length === 0) return `All leads, ${when}`
    return `${when[0]?.toUpperCase()}${when.slice(1)}, leads where ${sayCondition(audience)}`
  },
  check: ({ audience, schedule }) => [
    ...checkCondition(audience, 'config.audience', mayAsk.audience),
    ...checkSchedule(schedule),
  ],
  behave: { enter: () => ({ leave: 'next' }) },
  migrations: [
    {
      to: 2,
      up: ({ audience, at }) => ({ audience, schedule: { ...onceAtLaunch, at: at as string }, most: null }),
    },
  ],
})

function checkSchedule(schedule: Schedule): Finding[] {
  const found: Finding[] = whyNot(schedule).map(({ field, why }) =>
    error('batch.bad-schedule', why, 'Correct it, or choose another way to repeat.', `config.schedule.${field}`),
  )
  if (schedule.repeats === 'monthly' && schedule.monthday > 28)
    found.push(
      warning(
        'batch.short-months',
        `Months without a day ${schedule.monthday} are passed over.`,
        'Choose the last day if you mean the end of each month.',
        'config.schedule.monthday',
      ),
    )
  return found
}

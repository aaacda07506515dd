import { z } from 'zod'
import { error } from '../problems'
import { addDuration, durationSchema, plainMs, sayDuration } from '../time/duration'
import { defineStep, next } from './define'

const TWO_YEARS = 2 * 366 * 86_400_000

export const delay = defineStep({
  kind: 'delay',
  version: 1,
  title: 'Delay',
  icon: 'M5 22h14 M5 2h14 M17 22v-4.172a2 2 0 0 0-.586-1.414L12 12l-4.414 4.414A2 2 0 0 0 7 17.828V22 M7 2v4.172a2 2 0 0 0 .586 1.414L12 12l4.414-4.414A2 2 0 0 0 17 6.172V2',
  group: 'time',
  allowedIn: ['trigger', 'batch'],
  help: 'Waits, then goes on. The end is fixed when the lead enters; editing the step later does not move it. Days and weeks keep the time of day of the lead over a clock change.',
  config: z.object({ wait: durationSchema }),
  fields: { wait: { as: 'duration', label: 'Wait for' } },
  example: { wait: 'PT1H' },
  fresh: { wait: 'P1D' },
  ports: () => [next],
  summary: ({ wait }) => `Wait ${sayDuration(wait)}`,
  check: ({ wait }) => [
    ...(plainMs(wait) === 0
      ? [error('delay.zero', 'The delay waits for nothing.', 'Set a time, or remove the step.', 'config.wait')]
      : []),
    ...(plainMs(wait) > TWO_YEARS
      ? [error('delay.too-long', 'The delay is longer than two years.', 'Choose at most two years.', 'config.wait')]
      : []),
  ],
  behave: {
    enter: ({ step, config, world }) => {
      const at = addDuration(world.now, config.wait, world.zone)
      return {
        effects: [{ type: 'timer.set', step, at }],
        notes: [{ is: 'waits', step, until: at, zone: world.zone, what: sayDuration(config.wait) }],
      }
    },
    on: { timer: () => ({ leave: 'next' }) },
  },
  migrations: [],
})

import { z } from 'zod'
import { error } from '../problems'
import { addDuration, durationSchema, plainMs, sayDuration } from '../time/duration'
import { nextLanding, sayLanding, TWO_YEARS, timeOfDaySchema, weekdaysSchema } from '../time/landing'
import { defineStep, next } from './define'

const config = z.object({
  wait: durationSchema,
  /** `land`: when the wait is over, until the next of the weekdays at the time (braze R14, marketo-alm rule 26). */
  after: z.enum(['go-on', 'land']),
  weekdays: weekdaysSchema,
  time: timeOfDaySchema,
})
type Config = z.infer<typeof config>

const lands = ({ after }: Readonly<Record<string, unknown>>) => after === 'land'

export const delay = defineStep({
  kind: 'delay',
  version: 2,
  title: 'Delay',
  icon: 'M5 22h14 M5 2h14 M17 22v-4.172a2 2 0 0 0-.586-1.414L12 12l-4.414 4.414A2 2 0 0 0 7 17.828V22 M7 2v4.172a2 2 0 0 0 .586 1.414L12 12l4.414-4.414A2 2 0 0 0 17 6.172V2',
  group: 'time',
  allowedIn: ['trigger', 'batch'],
  help: 'Waits, then goes on. The end is fixed when the lead enters; editing the step later does not move it. Days and weeks keep the time of day of the lead over a clock change. It may land on an allowed weekday and time: what Braze calls a duration with a time of day, and Marketo a Wait that must end on certain days.',
  config,
  fields: {
    wait: { as: 'duration', label: 'Wait for' },
    after: {
      as: 'select',
      label: 'Then',
      options: [
        { value: 'go-on', label: 'Continue immediately' },
        { value: 'land', label: 'Wait for the next allowed weekday and time', help: "On the lead's clock." },
      ],
    },
    weekdays: { as: 'weekdays', label: 'On', help: 'None chosen means any day.', when: lands },
    time: { as: 'time', label: 'At', when: lands },
  },
  example: { wait: 'PT1H', after: 'go-on', weekdays: [1, 2, 3, 4, 5], time: '09:00' },
  fresh: { wait: 'P1D', after: 'go-on', weekdays: [1, 2, 3, 4, 5], time: '09:00' },
  ports: () => [next],
  summary: c => `Wait ${sayWait(c)}`,
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
      const over = addDuration(world.now, config.wait, world.zone)
      const at = lands(config) ? nextLanding(config, world.zone, over) : over
      return {
        effects: [{ type: 'timer.set', step, at }],
        notes: [{ is: 'waits', step, until: at, zone: world.zone, what: sayWait(config) }],
      }
    },
    on: { timer: () => ({ leave: 'next' }) },
  },
  migrations: [{ to: 2, up: version1 => ({ ...version1, after: 'go-on', weekdays: [1, 2, 3, 4, 5], time: '09:00' }) }],
})

function sayWait(c: Config): string {
  return lands(c) ? `${sayDuration(c.wait)}, then ${sayLanding(c)}` : sayDuration(c.wait)
}

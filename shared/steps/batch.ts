import { z } from 'zod'
import { error } from '../problems'
import { always, checkCondition, conditionSchema, sayCondition } from '../rules/conditions'
import { defineStep, next } from './define'

/** Lets in all leads of an audience once, at launch or at an instant. What it means for webhooks is in `allowedIn` of the other kinds. */
export const batch = defineStep({
  kind: 'batch',
  version: 1,
  title: 'Audience, once',
  icon: 'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2 M16 3.128a4 4 0 0 1 0 7.744 M22 21v-2a4 4 0 0 0-3-3.87 M5 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  group: 'entry',
  entry: ({ audience, at }) => ({ mode: 'batch', audience, at: at === '' ? null : Date.parse(at) }),
  allowedIn: ['batch'],
  help: 'Lets in every lead who matches at that moment, once: right after the launch, or at the time you choose. A batch campaign cannot call webhooks; request a trigger campaign for that.',
  config: z.object({ audience: conditionSchema, at: z.union([z.literal(''), z.iso.datetime({ offset: true })]) }),
  fields: {
    audience: { as: 'condition', label: 'Who', scopes: ['lead'] },
    at: { as: 'instant', label: 'When', help: 'Empty means as soon as it is launched.' },
  },
  example: { audience: { match: 'all', rules: [{ field: 'lead.country', op: 'is', value: 'India' }] }, at: '' },
  fresh: { audience: always, at: '' },
  ports: () => [next],
  summary: ({ audience }) =>
    audience.rules.length === 0 ? 'All leads, once' : `Once, leads where ${sayCondition(audience)}`,
  check: ({ audience, at }) => [
    ...checkCondition(audience, 'config.audience', ['lead']),
    ...(at !== '' && Number.isNaN(Date.parse(at))
      ? [error('batch.bad-time', `"${at}" is not a time.`, 'Choose a date and a time, or leave it empty.', 'config.at')]
      : []),
  ],
  behave: { enter: () => ({ leave: 'next' }) },
  migrations: [],
})

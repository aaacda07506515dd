import { z } from 'zod'
import { error } from '../../problems'
import { internalEvents } from '../internal-events'
import { defineWayIn } from './define'
import { isOf } from './of-campaign'

/**
 * A call of a webhook is over. Empty means any: campaign, step, status (`404`, `4xx`, `500-503`, several with commas), text of the answer
 * (marketo-alm rule 18).
 */
export const webhook = defineWayIn({
  on: 'webhook',
  title: 'A webhook is called',
  help: 'Of any campaign, once it has succeeded or nothing more is tried. Everything left empty means any.',
  config: {
    campaign: z.string().max(60),
    step: z.string().max(40),
    outcome: z.enum(['any', 'received', 'failed']),
    status: z.string().max(100),
    contains: z.string().max(500),
  },
  fields: {
    campaign: { as: 'any-campaign', label: 'Of the campaign' },
    outcome: {
      as: 'select',
      label: 'Outcome',
      options: [
        { value: 'any', label: 'Any' },
        { value: 'received', label: 'Succeeded' },
        { value: 'failed', label: 'Failed' },
      ],
      isNarrow: true,
    },
    status: { as: 'text', label: 'Status', placeholder: '404, 4xx, 500-503', max: 100 },
    step: { as: 'text', label: 'Step id', placeholder: 'Any step', max: 40 },
    contains: { as: 'text', label: 'The answer contains', placeholder: 'Any answer', max: 500 },
  },
  fresh: { campaign: '', step: '', outcome: 'any', status: '', contains: '' },
  example: {
    config: { campaign: 'welcome', step: 'call', outcome: 'failed', status: '404, 5xx', contains: 'not found' },
    event: { campaign: 'welcome', step: 'call', outcome: 'failed', status: 503, response: 'User Not Found' },
  },
  listensTo: () => internalEvents.webhookCalled,
  agrees: (way, properties) =>
    isOf(way.campaign, properties) &&
    (way.step === '' || properties['step'] === way.step) &&
    (way.outcome === 'any' || properties['outcome'] === way.outcome) &&
    isStatus(way.status, properties['status']) &&
    contains(properties['response'], way.contains),
  say: way =>
    `a webhook is called${[
      way.outcome === 'any' ? '' : ` and ${way.outcome === 'received' ? 'succeeds' : 'fails'}`,
      way.status.trim() === '' ? '' : ` with ${way.status.trim()}`,
      way.contains === '' ? '' : `, answering "${way.contains}"`,
    ].join('')}`,
  check: (way, path) =>
    way.status.trim() !== '' && readStatuses(way.status) === undefined
      ? [
          error(
            'trigger.bad-status',
            `"${way.status}" is not a status.`,
            'Write 404, 4xx or 500-503; several with commas; nothing for any.',
            `${path}.status`,
          ),
        ]
      : [],
})

function contains(found: unknown, wanted: string): boolean {
  return wanted === '' || (typeof found === 'string' && found.toLowerCase().includes(wanted.toLowerCase()))
}

/** `404`, `4xx` and `500-503`, any of several. A call that got no answer has no status, so it is none of them. */
function isStatus(wanted: string, found: unknown): boolean {
  if (wanted.trim() === '') return true
  return typeof found === 'number' && (readStatuses(wanted) ?? []).some(([from, to]) => found >= from && found <= to)
}

/** The ranges that a text of statuses means, both ends included; undefined when it cannot be read. */
function readStatuses(wanted: string): readonly (readonly [number, number])[] | undefined {
  const ranges: (readonly [number, number])[] = []
  for (const part of wanted.split(',').map(p => p.trim())) {
    const [, one, to, family] = /^(?:([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?|([1-5])xx)$/i.exec(part) ?? []
    if (family !== undefined) ranges.push([Number(family) * 100, Number(family) * 100 + 99])
    else if (one !== undefined) ranges.push([Number(one), Number(to ?? one)])
    else return undefined
  }
  return ranges
}

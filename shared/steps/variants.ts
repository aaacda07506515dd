import { z } from 'zod'
import { error, type Finding } from '../problems'
import type { Share } from '../rules/assignment'
import { CONTROL, decideSchema, drawSchema, drawShare } from '../rules/experiments'
import { sayDuration } from '../time/duration'
import { smallId } from '../values/small-id'
import { defineStep } from './define'

const variantSchema = z.object({
  id: z.string().regex(smallId),
  label: z.string().max(60),
  weight: z.number().min(0).max(100),
})
const config = z.object({
  variants: z.array(variantSchema).min(1).max(10),
  /** Percent of leads who take the Control way; 0: there is no control group. */
  control: z.number().min(0).max(100),
  draw: drawSchema,
  decide: decideSchema,
})
type Config = z.infer<typeof config>

/** The variants and the control group, in the order in which they slice the buckets. */
export function sharesOf({ variants: list, control }: Pick<Config, 'variants' | 'control'>): Share[] {
  return control > 0 ? [...list, { id: CONTROL, label: 'Control', weight: control }] : [...list]
}

export const variants = defineStep({
  kind: 'variants',
  version: 2,
  title: 'A/B variants',
  icon: 'M16 3h5v5 M8 3H3v5 M12 22v-8.3a4 4 0 0 0-1.172-2.872L3 3 M15 9l6-6',
  group: 'experiment',
  allowedIn: ['trigger', 'batch'],
  help: 'Splits leads, by a hash of the campaign, this step and the lead unless you choose otherwise, so that a lead takes the same way at every re-entry. Control is always drawn by that hash and stays control; leave its way unconnected to send it nothing. Once results come in, new leads can all go to the winner, or to each variant as it is likely to be the best.',
  config,
  fields: {
    variants: { as: 'variants', label: 'Variants', help: 'Weights and control add to 100 %.', tab: 'Split' },
    control: {
      as: 'text',
      label: 'Control group, %',
      help: 'The control group follows its own branch, usually nothing. After a launch it can only be lowered.',
      tab: 'Split',
    },
    draw: {
      as: 'select',
      label: 'When a lead enters again',
      options: [
        { value: 'sticky', label: 'Keeps the same variant', help: 'As long as the weights stay.' },
        { value: 'each-entry', label: 'Picks again each time', help: 'By chance, anew at every entry.' },
        {
          value: 'rotation',
          label: 'Takes the next turn',
          help: 'Variants in exact rotation: with few leads the groups are as equal as the weights.',
        },
      ],
      tab: 'Split',
    },
    decide: { as: 'decide', label: 'When results come in', tab: 'Winner' },
  },
  tools: [{ as: 'plan-test', tab: 'Sample size' }],
  example: {
    variants: [
      { id: 'a', label: 'A', weight: 45 },
      { id: 'b', label: 'B', weight: 45 },
    ],
    control: 10,
    draw: 'sticky',
    decide: { as: 'keep' },
  },
  fresh: {
    variants: [
      { id: 'a', label: 'A', weight: 50 },
      { id: 'b', label: 'B', weight: 50 },
    ],
    control: 0,
    draw: 'sticky',
    decide: { as: 'keep' },
  },
  ports: c => sharesOf(c).map(s => ({ id: s.id, label: `${s.label} ${s.weight} %` })),
  shares: c => sharesOf(c).map(s => ({ ...s, isControl: s.id === CONTROL })),
  experiment: ({ draw, decide }) => ({ draw, decide }),
  summary: c => [...sharesOf(c).map(s => `${s.label} ${s.weight} %`), sayDecide(c)].filter(Boolean).join(' · '),
  check: c => {
    const sum = sharesOf(c).reduce((total, s) => total + s.weight, 0)
    const ids = sharesOf(c).map(s => s.id)
    const findings: Finding[] = []
    if (Math.abs(sum - 100) > 1e-6)
      findings.push(
        error(
          'variants.sum',
          `The weights add to ${sum} %, not to 100 %.`,
          'Change the weights until they add to 100 %.',
          'config.variants',
        ),
      )
    if (new Set(ids).size !== ids.length)
      findings.push(
        error(
          'variants.same-id',
          'Two variants share one id.',
          'Give each variant its own id; "control" is taken.',
          'config.variants',
        ),
      )
    if (c.variants.some(v => v.label.trim() === ''))
      findings.push(
        error(
          'variants.no-label',
          'A variant has no name.',
          'Name each variant, so that the report can tell them apart.',
          'config.variants',
        ),
      )
    findings.push(...checkDecide(c))
    return findings
  },
  behave: {
    enter: ({ step, config: c, world, memory, campaign }) => {
      const { share, bucket, range, by, rotation } = drawShare({
        shares: sharesOf(c),
        draw: c.draw,
        facts: world.experiments?.get(step),
        campaign,
        step,
        lead: world.lead.externalId,
        // Where no event let the lead in, the instant of the entry tells entries apart.
        entry: memory.event?.id ?? `${world.now}`,
        held: memory.variants[step],
      })
      const note = { is: 'assigned', step, variant: share.id, label: share.label, bucket, range } as const
      return {
        effects: rotation === undefined ? [] : [{ type: 'rotation.advance', step, rotation, share: share.id }],
        notes: [by === undefined ? note : { ...note, by }],
        remember: { variants: { ...memory.variants, [step]: share.id } },
        leave: share.id,
      }
    },
  },
  migrations: [{ to: 2, up: older => ({ ...older, draw: 'sticky', decide: { as: 'keep' } }) }],
})

function checkDecide({ variants: list, draw, decide }: Config): readonly Finding[] {
  if (decide.as === 'keep') return []
  const findings: Finding[] = []
  if (list.filter(v => v.weight > 0).length < 2)
    findings.push(
      error(
        'variants.no-choice',
        'There are not two variants with a weight, so none of them can be the better one.',
        'Add a variant, or keep the split as it is.',
        'config.decide',
      ),
    )
  if (decide.as === 'bandit' && draw === 'rotation')
    findings.push({
      ...error(
        'variants.bandit-in-turn',
        'Weights that learn cannot be kept in an exact rotation.',
        'Draw leads by their hash.',
        'config.draw',
      ),
      repair: { label: 'Draw by hash', set: [{ path: 'config.draw', value: 'sticky' }] },
    })
  return findings
}

/** What becomes of the split, as a fragment: `the winner takes all after 7 days`. Empty for a split that stays. */
function sayDecide({ decide }: Config): string {
  if (decide.as === 'keep') return ''
  if (decide.as === 'bandit') return 'weights learn'
  const { leads, time } = decide
  const after = [
    ...(leads === null ? [] : [`${leads.toLocaleString('en-US')} leads each`]),
    ...(time === null ? [] : [sayDuration(time)]),
  ]
  return after.length === 0 ? 'then the winner' : `the winner after ${after.join(' and ')}`
}

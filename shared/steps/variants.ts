import { z } from 'zod'
import { error, type Finding } from '../problems'
import { bucketOf, type Share, shareOf } from '../rules/assignment'
import { defineStep } from './define'

const variantSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  label: z.string().max(60),
  weight: z.number().min(0).max(100),
})
const config = z.object({
  variants: z.array(variantSchema).min(1).max(10),
  /** Percent of leads who take the Control way; 0 means no control group. */
  control: z.number().min(0).max(100),
})

/** The variants and the control group, in the order in which they slice the buckets. */
export function sharesOf({ variants: list, control }: z.infer<typeof config>): Share[] {
  return control > 0 ? [...list, { id: 'control', label: 'Control', weight: control }] : [...list]
}

export const variants = defineStep({
  kind: 'variants',
  version: 1,
  title: 'A/B variants',
  icon: 'M16 3h5v5 M8 3H3v5 M12 22v-8.3a4 4 0 0 0-1.172-2.872L3 3 M15 9l6-6',
  group: 'experiment',
  allowedIn: ['trigger', 'batch'],
  help: 'Splits leads by a hash of the campaign, this step and the lead, so that a lead takes the same way at every re-entry. The control group is measured like the variants; leave its way unconnected to send it nothing. Changing the weights may move leads.',
  config,
  fields: {
    variants: { as: 'variants', label: 'Variants', help: 'Weights and control add to 100 %.' },
    control: { as: 'text', label: 'Control group, %' },
  },
  example: {
    variants: [
      { id: 'a', label: 'A', weight: 45 },
      { id: 'b', label: 'B', weight: 45 },
    ],
    control: 10,
  },
  fresh: {
    variants: [
      { id: 'a', label: 'A', weight: 50 },
      { id: 'b', label: 'B', weight: 50 },
    ],
    control: 0,
  },
  ports: c => sharesOf(c).map(s => ({ id: s.id, label: `${s.label} ${s.weight} %` })),
  shares: c => sharesOf(c).map(s => ({ ...s, isControl: s.id === 'control' })),
  summary: c =>
    sharesOf(c)
      .map(s => `${s.label} ${s.weight} %`)
      .join(' · '),
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
    return findings
  },
  behave: {
    enter: ({ step, config: c, world, memory, campaign }) => {
      const bucket = bucketOf(campaign, step, world.lead.externalId)
      const { share, range } = shareOf(bucket, sharesOf(c))
      return {
        notes: [{ is: 'assigned', step, variant: share.id, label: share.label, bucket, range }],
        remember: { variants: { ...memory.variants, [step]: share.id } },
        leave: share.id,
      }
    },
  },
  migrations: [],
})

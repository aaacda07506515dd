import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const variantAssigned: NoticeKind = {
  name: 'variant.assigned',
  version: 1,
  title: 'A lead gets a variant',
  when: 'An A/B step gave a lead a variant.',
  pace: 'batched',
  about: 'step',
  data: z.object({ variant: z.string(), label: z.string() }),
  example: { variant: 'b', label: 'Short text' },
  hears: [onNote('assigned', ({ step: stepId, variant, label }) => ({ stepId, variant, label }))],
}

import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const journeyStepEntered: NoticeKind = {
  name: 'journey.step_entered',
  version: 1,
  title: 'A lead comes to a step',
  when: 'A lead came to a step of a campaign.',
  pace: 'batched',
  about: 'step',
  data: z.object({}),
  example: {},
  hears: [onNote('entered', ({ step: stepId }) => ({ stepId }))],
}

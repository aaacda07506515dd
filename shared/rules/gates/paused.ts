import { type Gate, pass } from './gate'

/** Nobody is sent to while the campaign is paused; the call waits where it is until somebody resumes it. */
export const paused: Gate = {
  name: 'paused',
  title: 'Paused',
  by: 'the pause of the campaign',
  ask: ({ campaign }) =>
    campaign.status === 'paused' ? { is: 'hold', until: null, saw: { status: campaign.status } } : pass,
  sayPass: () => 'the campaign is live',
  sayStop: () => 'the campaign is paused; it goes on when the campaign is resumed',
}

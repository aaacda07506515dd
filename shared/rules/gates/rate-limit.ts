import { type Gate, pass } from './gate'

/** No more calls in a second or a minute than the campaign, or the host, was set to (braze R24, delivery R19). Who is too many waits in line. */
export const rateLimit: Gate = {
  name: 'rate-limit',
  ask: ({ host }) => {
    const full = host?.rates.find(rate => rate.freeAt !== null)
    if (host === null || full === undefined) return pass
    const { of, most, per, freeAt } = full
    return { is: 'hold', until: freeAt, saw: { of, most, per, host: host.name } }
  },
}

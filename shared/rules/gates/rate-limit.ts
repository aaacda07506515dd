import { sayPlain } from '../../values/say'
import { type Gate, pass, type Told } from './gate'

/** No more calls in a second or a minute than the campaign, or the host, was set to (braze R24, delivery R19). Who is too many waits in line. */
export const rateLimit: Gate = {
  name: 'rate-limit',
  title: 'Rate limit',
  by: 'rate limits',
  ask: ({ host }) => {
    const full = host?.rates.find(rate => rate.freeAt !== null)
    if (host === null || full === undefined) return pass
    const { of, most, per, freeAt } = full
    return { is: 'hold', until: freeAt, saw: { of, most, per, host: host.name } }
  },
  sayPass: told => `the rate of ${sayLimit(told)} has room`,
  sayStop: told => `rate limit of ${sayLimit(told)}; it goes out in its turn`,
}

function sayLimit({ saw }: Told): string {
  const what = saw['of'] === 'campaign' ? 'this campaign' : sayPlain(saw['host'])
  return `${sayPlain(saw['most'])} a ${sayPlain(saw['per'])} for ${what}`
}

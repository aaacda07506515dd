import type { HostFacts } from '../../rules/gates/gate'
import type { Rate } from '../../rules/rate'
import { type Host, isWell } from './hosts'
import { type Shut, seenOff } from './receivers'

/** What the host gates are told of a host and of the limits on the way there; null where there is nothing to ask. */
export function hostFacts(host: Host, ofCampaign: Rate | null, shut: Shut | null, now: number): HostFacts | null {
  const ill = !isWell(host, now)
  if (!ill && shut === null && ofCampaign === null && host.rate === null) return null
  const resting = host.restsUntil > now
  return {
    name: host.name,
    off: shut && seenOff(shut),
    health: {
      is: resting ? 'resting' : ill ? 'failing' : 'well',
      until: resting ? host.restsUntil : ill ? (host.breaker.until ?? null) : null,
      ...host.breaker.seen(now),
    },
    rates: [
      ...(ofCampaign === null ? [] : [seen('campaign', ofCampaign, now)]),
      ...(host.rate === null ? [] : [seen('host', host.rate, now)]),
    ],
  }
}

function seen(of: 'campaign' | 'host', rate: Rate, now: number): HostFacts['rates'][number] {
  const freeAt = rate.freeAt(now)
  // Nobody knows yet when the calls under way begin; they wake the queue when they do.
  const until = Number.isFinite(freeAt) ? freeAt : now + 1000
  return { of, ...rate.limit, freeAt: until > now ? until : null }
}
